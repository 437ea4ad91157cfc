/** Going through folders that are not ours: what cannot be read is passed over, and nothing is gone through twice. */
import type { Stats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';

export interface SeenFile {
  /** Below the folder that was gone through, with forward slashes. */
  readonly path: string;
  /** Absolute. */
  readonly place: string;
}

/** Deeper than any program lays out its models. */
const MOST_LEVELS = 12;
/** Belong to tools, never to models. */
const SKIPPED = /^(\.git|\.cache|\.locks|node_modules|__pycache__|\.venv|venv|\$RECYCLE\.BIN)$/i;

/**
 * Every file below a folder. Links to folders are followed, each folder once.
 * @throws the reason of the signal
 */
export async function* walk(
  folder: string,
  signal: AbortSignal,
  seen: Set<string> = new Set(),
  below = '',
): AsyncGenerator<SeenFile> {
  signal.throwIfAborted();
  const id = await stat(folder).then(idOf, () => null);
  if (id === null || seen.has(id) || below.split('/').length > MOST_LEVELS) return;
  seen.add(id);
  for (const entry of await entriesOf(folder)) {
    signal.throwIfAborted();
    const place = path.join(folder, entry.name);
    const relative = below === '' ? entry.name : `${below}/${entry.name}`;
    const isFolder = entry.isSymbolicLink() ? await leadsToFolder(place) : entry.isDirectory();
    if (!isFolder) yield { path: relative, place };
    else if (!SKIPPED.test(entry.name)) yield* walk(place, signal, seen, relative);
  }
}

async function entriesOf(folder: string) {
  const entries = [];
  try {
    for await (const entry of await opendir(folder)) entries.push(entry);
  } catch {
    // It is gone, or not for us to read: what was seen of it is what there is.
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const leadsToFolder = (place: string) =>
  stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );

const idOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;

/** The file a path leads to; `null` when it leads to none. */
export async function lookAt({ path: name, place }: SeenFile): Promise<FoundFile | null> {
  try {
    const real = await realpath(place);
    const found = await stat(real);
    if (!found.isFile()) return null;
    const fileId = `${idOf(found)}:${found.size}:${Math.floor(found.mtimeMs)}`;
    return { path: name, place: real, sizeBytes: found.size, fileId };
  } catch {
    return null;
  }
}
