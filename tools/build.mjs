/** `npm run build`: the application into `out/`. */
import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './lib/dependencies.mjs';
import { buildIfStale } from './lib/freshness.mjs';
import { ROOT } from './lib/paths.mjs';
import { runTool, say } from './lib/say.mjs';

const SOURCES = [
  'src-main',
  'src-preload',
  'src-renderer',
  'src-shared',
  'assets',
  'electron.vite.config.ts',
  'package-lock.json',
  'tsconfig.base.json',
];

/** Builds the application when its sources have changed since the last time. */
export async function buildApplication() {
  await buildIfStale('application', SOURCES, async () => {
    say('building');
    const { build } = await import('electron-vite');
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    await build({ root: ROOT, logLevel: 'warn' });
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  });
}

async function main() {
  await ensureDependencies();
  await buildApplication();
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
