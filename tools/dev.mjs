/** `npm run dev [-- ARGUMENTS]`: the application with hot reload. */
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool } from './lib/say.mjs';
import { rootSwitches } from './lib/screen.mjs';

async function main() {
  await ensureDependencies();
  const { ensureElectron } = await import('./electron-runtime.mjs');
  const { executable } = await ensureElectron();
  const command = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const args = ['dev', '--', ...rootSwitches(), ...process.argv.slice(2)];
  const env = { ...process.env, ELECTRON_EXEC_PATH: executable };
  return foreground(process.execPath, [command, ...args], { cwd: ROOT, env });
}

await runTool(main);
