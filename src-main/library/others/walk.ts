/** Going through folders that are not ours: what cannot be read is passed over, and nothing is gone through twice. */
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';
import { disk } from './disk.ts';

export interface SeenFile {
  /** Below the folder that was gone through, with forward slashes. */
  readonly path: string;
  /** Absolute. */
  readonly place: string;
  /** The same without links on the way; left out for what is a link itself. */
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
  const id = await disk.stat(folder).then(idOf, () => null);
  if (id === null || seen.has(id) || below.split('/').length > MOST_LEVELS) return;
  seen.add(id);
  const real = await disk.realpath(folder).catch(() => null);
  for (const { name, kind } of await entriesOf(folder, signal)) {
    signal.throwIfAborted();
    const place = path.join(folder, name);
    const relative = below === '' ? name : `${below}/${name}`;
    if (kind === 'folder') {
      if (!SKIPPED.test(name)) yield* walk(place, signal, seen, relative);
    } else if (kind === 'link' || real === null) yield { path: relative, place };
    else yield { path: relative, place, real: path.join(real, name) };
  }
}

interface Entry {
  readonly name: string;
  /** A link is one to a file, or to nothing. */
  readonly kind: 'folder' | 'file' | 'link';
}

/** In their order; none of a folder that is gone, or not for us to read. */
async function entriesOf(folder: string, signal: AbortSignal): Promise<Entry[]> {
  const entries = await disk.entries(folder).catch(() => []);
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const links = sorted.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  const lead = await someAtOnce(links, signal, (name) => leadsToFolder(path.join(folder, name)));
  const leading = new Set(links.filter((_, index) => lead[index]));
  return sorted.map((entry): Entry => {
    const { name } = entry;
    if (entry.isDirectory() || leading.has(name)) return { name, kind: 'folder' };
    return { name, kind: entry.isSymbolicLink() ? 'link' : 'file' };
  });
}

/** As many as keep a disk busy. */
const AT_ONCE = 32;

/** Asks for each, some at the same time. @returns answers in their order @throws the reason of the signal */
export async function someAtOnce<T, R>(
  all: readonly T[],
  signal: AbortSignal,
  ask: (one: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  for (let first = 0; first < all.length; first += AT_ONCE) {
    signal.throwIfAborted();
    answers.push(...(await Promise.all(all.slice(first, first + AT_ONCE).map(ask))));
  }
  return answers;
}

const leadsToFolder = (place: string) =>
  disk.stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );

const idOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;

/** The file a path leads to; `null` when it leads to none. */
export async function lookAt({
  path: name,
  place,
  real: known,
}: SeenFile): Promise<FoundFile | null> {
  try {
    const real = known ?? (await disk.realpath(place));
    const found = await disk.lstat(real);
    if (!found.isFile()) return null;
    const fileId = `${idOf(found)}:${found.size}:${Math.floor(found.mtimeMs)}`;
    return { path: name, place: real, sizeBytes: found.size, fileId };
  } catch {
    return null;
  }
}
