import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { OUT, ROOT } from './paths.mjs';

const STAMPS = join(OUT, '.built-from');

/**
 * Runs a build unless its result was made from exactly these files.
 * @param {string} name of the result
 * @param {readonly string[]} sources files and folders, relative to the project
 * @param {() => Promise<void>} build
 * @returns {Promise<boolean>} whether it was built now
 */
export async function buildIfStale(name, sources, build) {
  const stamp = join(STAMPS, name);
  const wanted = await fingerprint(sources);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return false;
  await rm(stamp, { force: true });
  await build();
  await mkdir(STAMPS, { recursive: true });
  await writeFile(stamp, wanted);
  return true;
}

async function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of await filesIn(sources)) {
    hash.update(`${relative(ROOT, path)}\0`).update(await readFile(path));
  }
  return hash.digest('hex');
}

async function filesIn(sources) {
  const files = [];
  for (const source of sources) {
    const path = join(ROOT, source);
    if (!existsSync(path)) continue;
    if ((await stat(path)).isFile()) files.push(path);
    else files.push(...(await filesBelow(path)));
  }
  return files.sort();
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? dirname(folder), entry.name));
}
