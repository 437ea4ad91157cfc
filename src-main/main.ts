/** Entry of the main process. */
import path from 'node:path';
import { app } from 'electron';
import { parseCommandLine } from './app/command-line.ts';
import { startApplication } from './app/lifecycle.ts';
import { registerAppScheme } from './app/protocol.ts';

const outFolder = path.resolve(import.meta.dirname, '..');
const commandLine = parseCommandLine(process.argv.slice(1), process.cwd());
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;

for (const problem of commandLine.problems) process.stderr.write(`${problem}\n`);
if (commandLine.userDataDir) app.setPath('userData', commandLine.userDataDir);
// As root on Linux Chromium only starts without its sandbox, and enforcing it would end every page.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerAppScheme();

if (commandLine.problems.length > 0) {
  app.exit(2);
} else if (!app.requestSingleInstanceLock()) {
  process.stdout.write('Larder is already running with this user-data folder.\n');
  app.exit(0);
} else {
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  void app
    .whenReady()
    .then(() => startApplication({ commandLine, outFolder, devServer }))
    .catch((error: unknown) => {
      process.stderr.write(`Larder could not start: ${String(error)}\n`);
      app.exit(1);
    });
}
