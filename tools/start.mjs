/**
 * `npm start [-- ARGUMENTS]`: from a fresh clone to an open window. Installs what is missing, builds what has
 * changed, starts the application and passes on its arguments, signals and exit code.
 *
 * `--demo` adds a local model hub and a user-data folder, both gone when the application ends.
 */
import { ensureDebianPackages, WINDOW_PACKAGES } from './lib/debian.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT } from './lib/paths.mjs';
import { foreground } from './lib/processes.mjs';
import { runTool, Stop } from './lib/say.mjs';
import { hasScreen, rootSwitches } from './lib/screen.mjs';

async function main() {
  const args = process.argv.slice(2);
  if (!hasScreen() && !args.includes('--headless')) {
    throw new Stop(
      'there is no display to open a window on: use `xvfb-run -a npm start`, or `npm start -- --headless` to run without a window.',
    );
  }
  await ensureDebianPackages(WINDOW_PACKAGES);
  await ensureDependencies();
  return args.includes('--demo') ? startDemo(args.filter((arg) => arg !== '--demo')) : start(args);
}

/** The packages are installed by now: only from here on may tools that use them be loaded. */
async function start(args) {
  const { ensureElectron } = await import('./electron-runtime.mjs');
  const { buildApplication } = await import('./build.mjs');
  const { executable } = await ensureElectron();
  await buildApplication();
  // In a process group of its own, so that Ctrl-C reaches it once, through this process, and it ends in order.
  const detached = process.platform !== 'win32';
  return foreground(executable, [...rootSwitches(), ROOT, ...args], { cwd: ROOT, detached });
}

async function startDemo(args) {
  const { withDemo } = await import('./lib/demo.mjs');
  return withDemo((demoArgs) => start([...demoArgs, ...args]));
}

await runTool(main);
