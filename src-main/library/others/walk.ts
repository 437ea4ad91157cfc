/** Going through folders that are not ours: what cannot be read is passed over, and nothing is gone through twice. */
import type { Dirent, Stats } from 'node:fs';
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
export async function* walk(folder: string, signal: AbortSignal): AsyncGenerator<SeenFile> {
  const root = await readFolder({ place: folder, below: '' });
  if (root) yield* walkIn(root, signal, new Set());
}

interface Folder {
  /** Absolute. */
  readonly place: string;
  /** Its path below the one that is gone through. */
  readonly below: string;
}

interface ReadFolder extends Folder {
  /** Of the folder itself, by whatever name. */
  readonly id: string;
  readonly real: string;
  readonly entries: readonly Dirent[];
}

/** Folders read at the same time. */
const AT_ONCE = 16;

async function* walkIn(
  folder: ReadFolder,
  signal: AbortSignal,
  seen: Set<string>,
): AsyncGenerator<SeenFile> {
  if (seen.has(folder.id) || folder.below.split('/').length > MOST_LEVELS) return;
  seen.add(folder.id);
  const folders: Folder[] = [];
  for (const entry of folder.entries) {
    signal.throwIfAborted();
    const place = path.join(folder.place, entry.name);
    const below = folder.below === '' ? entry.name : `${folder.below}/${entry.name}`;
    const isLink = entry.isSymbolicLink();
    const isFolder = isLink ? await leadsToFolder(place) : entry.isDirectory();
    const real = isLink ? {} : { real: path.join(folder.real, entry.name) };
    if (!isFolder) yield { path: below, place, ...real };
    else if (!SKIPPED.test(entry.name)) folders.push({ place, below });
  }
  for (let next = 0; next < folders.length; next += AT_ONCE) {
    signal.throwIfAborted();
    const read = await Promise.all(folders.slice(next, next + AT_ONCE).map(readFolder));
    for (const one of read) if (one) yield* walkIn(one, signal, seen);
  }
}

/** @returns `null` for what is gone, or not for us to read: what was seen of it is what there is */
async function readFolder(folder: Folder): Promise<ReadFolder | null> {
  const { place } = folder;
  try {
    const [found, real, entries] = await Promise.all([
      stat(place),
      realpath(place),
      readdir(place, { withFileTypes: true }),
    ]);
    const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return { ...folder, id: idOf(found), real, entries: sorted };
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
