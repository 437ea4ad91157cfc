import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './paths.mjs';

const FOLDER = join(ROOT, 'src-main', 'workers');

/**
 * The build inputs for the background workers: `src-main/workers/NAME.ts` becomes `worker-NAME.js`. A file
 * whose name starts with an underscore is a part of workers, not one itself.
 * @returns {Record<string, string>}
 */
export function workerEntries() {
  if (!existsSync(FOLDER)) return {};
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !name.startsWith('_'));
  return Object.fromEntries(
    files.map((name) => [`worker-${basename(name, '.ts')}`, join(FOLDER, name)]),
  );
}
