/**
 * What `electron [switches] FOLDER [arguments]` runs when the runtime has no application of its own:
 * loads the required files, then the application in FOLDER as if it were packaged here.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

/** Splits the command line into files to require first and the application's folder. */
function parseCommandLine(args) {
  const required = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg === '-r' || arg === '--require') required.push(args[++index]);
    else if (!arg.startsWith('-')) return { required, folder: resolve(arg) };
  }
  return { required, folder: undefined };
}

function requireAll(files) {
  const require = createRequire(join(process.cwd(), 'noop.js'));
  for (const file of files) require(file);
}

async function startApplication(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  nameApplication(manifest);
  app.setAppPath(folder);
  await import(pathToFileURL(resolve(folder, manifest.main ?? 'index.js')).href);
}

/** The user-data folder follows the name, which Electron has by now taken from this default application. */
function nameApplication({ name, productName = name, version }) {
  if (version) app.setVersion(version);
  if (!productName) return;
  app.setName(productName);
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  app.setPath('userData', join(app.getPath('appData'), productName));
}

const { required, folder } = parseCommandLine(process.argv.slice(1));
requireAll(required);
if (folder === undefined) {
  process.stderr.write('usage: electron [switches] FOLDER [arguments]\n');
  app.exit(1);
} else {
  // Awaited: Electron holds back "ready" until the main entry has been evaluated.
  await startApplication(folder).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    app.exit(1);
  });
}
