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
    process.env.NODE_ENV = 'production';
    await build({ root: ROOT, logLevel: 'warn' });
  });
}

async function main() {
  await ensureDependencies();
  await buildApplication();
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
