/** `npm run package [-- ARGUMENTS]`: a runnable build in `dist/`; arguments go to electron-builder. */
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool } from './lib/say.mjs';

async function main() {
  await ensureDependencies();
  const { ensureElectron } = await import('./electron-runtime.mjs');
  const { buildApplication } = await import('./build.mjs');
  const runtime = await ensureElectron();
  await buildApplication();
  const command = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
  const given = process.argv.slice(2);
  const args = [...(given.length > 0 ? given : ['--dir']), ...runtimeOptions(runtime)];
  return foreground(process.execPath, [command, ...args], { cwd: ROOT });
}

/** @param {import('./electron-runtime.mjs').ElectronRuntime} runtime */
function runtimeOptions({ overrideDist, version }) {
  if (!overrideDist) return [];
  return [`-c.electronDist=${overrideDist}`, `-c.electronVersion=${version}`];
}

await runTool(main);
