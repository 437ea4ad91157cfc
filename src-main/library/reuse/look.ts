/**
 * Looking around in a folder that is not ours. Whatever cannot be read counts as not there, and nothing is
 * seen through a link that leads out of the folder.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';

/** Size in bytes of an ordinary file whose real place is inside the folder; `null` for all else. */
export async function sizeOfFile(folder: string, file: string): Promise<number | null> {
  const found = await lstat(file).catch(() => null);
  if (!found?.isFile()) return null;
  const [root, real] = await Promise.all([realpath(folder), realpath(file)]).catch(() => ['', '']);
  const way = path.relative(root, real);
  const isInside = root !== '' && !way.startsWith('..') && !path.isAbsolute(way);
  return isInside ? found.size : null;
}

/** Names of the ordinary files right in a folder. */
export const filesIn = (folder: string) => namesIn(folder, (entry) => entry.isFile());

/** Names of the folders right in a folder; links to folders are none. */
export const foldersIn = (folder: string) => namesIn(folder, (entry) => entry.isDirectory());

interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

async function namesIn(folder: string, isWanted: (entry: Entry) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter(isWanted).map(({ name }) => name);
}
