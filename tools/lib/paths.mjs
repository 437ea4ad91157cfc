import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where build results go. */
export const OUT = join(ROOT, 'out');

/** Small notes the tools keep between runs; gone with node_modules, as they should be. */
export const NOTES = join(ROOT, 'node_modules', '.larder');

/** Per-user cache for things too large to fetch again for each clone. */
export function userCache() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'larder-dev');
}
