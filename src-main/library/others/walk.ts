/** Going through folders that are not ours: what cannot be read is passed over, and nothing is gone through twice. */
import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';

export interface SeenFile {
  /** Below the folder that was gone through, with forward slashes. */
  readonly path: string;
  /** Absolute. */
  readonly place: string;
  /** Where it really is; left out for links, which lead elsewhere. */
  readonly real?: string;
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
  const here = await identify(folder);
  if (here === null || seen.has(here.id) || below.split('/').length > MOST_LEVELS) return;
  seen.add(here.id);
  for (const entry of await entriesOf(folder)) {
    signal.throwIfAborted();
    const place = path.join(folder, entry.name);
    const relative = below === '' ? entry.name : `${below}/${entry.name}`;
    const isLink = entry.isSymbolicLink();
    const isFolder = isLink ? await leadsToFolder(place) : entry.isDirectory();
    const real = isLink ? {} : { real: path.join(here.real, entry.name) };
    if (!isFolder) yield { path: relative, place, ...real };
    else if (!SKIPPED.test(entry.name)) yield* walk(place, signal, seen, relative);
  }
}

async function entriesOf(folder: string) {
  // What is gone, or not for us to read, has none.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function identify(folder: string) {
  try {
    const [found, real] = await Promise.all([stat(folder), realpath(folder)]);
    return { id: idOf(found), real };
  } catch {
    return null;
  }
}

const leadsToFolder = (place: string) =>
  stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );

const idOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;

/** The file a path leads to; `null` when it leads to none. */
export async function lookAt(seen: SeenFile): Promise<FoundFile | null> {
  const { path: name, place } = seen;
  try {
    const real = seen.real ?? (await realpath(place));
    const found = await stat(real);
    if (!found.isFile()) return null;
    const fileId = `${idOf(found)}:${found.size}:${Math.floor(found.mtimeMs)}`;
    return { path: name, place: real, sizeBytes: found.size, fileId };
  } catch {
    return null;
  }
}
