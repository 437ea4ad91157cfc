/** Puts proven parts in their place; what lies there already is never overwritten unseen. */
import type { Stats } from 'node:fs';
import { link, lstat, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import { SMALL_BYTES } from '../engines/download/fetch-small.ts';
import { syncFolder } from '../stores/atomic-file.ts';
import { renamePatiently } from '../stores/rename-patiently.ts';
import { containedPath } from './contained-path.ts';
import { errorCode } from './file-errors.ts';
import { quarantineName } from './part-data.ts';

interface ProvenPart {
  /** Where it belongs, below the library folder. */
  readonly relative: string;
  readonly part: string;
  readonly sizeBytes: number;
  /** Where a link in its place may lead: to the file of another program. */
  readonly leadsTo?: string | undefined;
  /** Whether what lies in its place is this very file. */
  readonly isProven: () => Promise<boolean>;
}

interface Placement {
  /** The library folder. */
  readonly folder: string;
  readonly quarantineFolder: string;
  /** Whether other content may be moved to the quarantine: it is an earlier state of the same model. */
  readonly mayReplace: boolean;
}

/**
 * Idempotent: a part that is gone while its file is there was placed before. A file that is replaced is so in one
 * step: whoever reads it sees the old one or the new one.
 * @returns where the files that were replaced lie now, in the quarantine
 * @throws AppError `FILE_IN_THE_WAY`, `FILE_NAME_UNSAFE`, `LIBRARY_MISSING`
 */
export async function placeParts(
  parts: readonly ProvenPart[],
  placement: Placement,
): Promise<string[]> {
  const replaced: string[] = [];
  const prepareFolder = createFolders(placement.folder);
  await eachOf(parts, async (part) => {
    const folder = await prepareFolder(path.dirname(part.relative));
    const target = path.join(folder, path.basename(part.relative));
    const found = await look(target);
    if (found?.isSymbolicLink()) {
      await containedPath(placement.folder, part.relative, part.leadsTo);
    }
    const way = found ? await makeWay(part, { target, found }, placement) : 'free';
    if (way === 'taken') return;
    if (way !== 'free') replaced.push(way.replaced);
    await move(part, target, placement.folder);
  });
  for (const folder of prepareFolder.made()) await syncFolder(folder);
  return replaced;
}

/** Each folder is looked at and made once, however many files go there. */
function createFolders(root: string) {
  const folders = new Map<string, Promise<string>>();
  async function prepare(relative: string): Promise<string> {
    const folder = await containedPath(root, relative);
    await mkdir(folder, { recursive: true });
    return folder;
  }
  const prepareOnce = (relative: string) => {
    const folder = folders.get(relative) ?? prepare(relative);
    folders.set(relative, folder);
    return folder;
  };
  const made = () => [...folders.keys()].map((relative) => path.join(root, relative));
  return Object.assign(prepareOnce, { made });
}

const look = (file: string): Promise<Stats | null> => lstat(file).catch(() => null);

/** @returns `taken` when the very file is there; else where the other one is kept */
async function makeWay(
  { part, sizeBytes, isProven }: ProvenPart,
  { target, found }: { readonly target: string; readonly found: Stats },
  { folder, quarantineFolder, mayReplace }: Placement,
): Promise<'taken' | { readonly replaced: string }> {
  if ((await look(part)) === null) {
    if (found.isFile() && found.size === sizeBytes) return 'taken';
    throw new AppError('LIBRARY_MISSING', { folder });
  }
  if (await isProven()) return 'taken';
  if (!mayReplace) throw new AppError('FILE_IN_THE_WAY', { path: target });
  await mkdir(quarantineFolder, { recursive: true });
  const replaced = path.join(quarantineFolder, quarantineName(target, 'file'));
  // A second name first, so that the file is never gone; where there are none, it is for an instant.
  await link(target, replaced).catch(() => renamePatiently(target, replaced));
  return { replaced };
}

async function move({ part, sizeBytes }: ProvenPart, target: string, folder: string) {
  try {
    // Large files are on the disk since they were proven.
    if (sizeBytes <= SMALL_BYTES && (await look(part))?.isFile()) await syncFile(part);
    await renamePatiently(part, target);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new AppError('LIBRARY_MISSING', { folder }, { cause: error });
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

const AT_ONCE = 16;

/**
 * Some at a time: a disk does many small things faster together than one after the other. After a failure no
 * further one begins.
 * @throws the first failure, once nothing moves any more
 */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  const stopping = (error: unknown) => {
    waiting.length = 0;
    throw error;
  };
  const ended = Array.from({ length: AT_ONCE }, () => worker().catch(stopping));
  const failed = (await Promise.allSettled(ended)).find(({ status }) => status === 'rejected');
  if (failed) await Promise.all(ended);
}
