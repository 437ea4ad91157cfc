/**
 * Puts the bytes of a file from elsewhere at a place of ours, at the least cost: as a clone that shares
 * blocks until one side changes, as another name of the same file, or byte by byte.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, link, lstat, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../file-errors.ts';
import { copyBuffer, openSource, readFully, writeFully } from './bytes.ts';

export type CopyWay = 'cloned' | 'linked' | 'copied';

/** @returns `false` where the volume cannot, or the source could not be read */
export type CloneFile = (source: string, target: string) => Promise<boolean>;

interface CopyOptions {
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  /** Bytes of the target that are there, after each step. */
  readonly onProgress: (bytes: number) => void;
  /**
   * `link` may make the target another name of the source, for files only we change, and never in place.
   * What another tool may change in place is copied. `link-only` copies nothing.
   */
  readonly mode: 'link' | 'copy' | 'link-only';
  readonly clone: CloneFile;
}

/**
 * Replaces what is at `target`; leaves nothing there when it fails.
 * @returns `null` when the source is no ordinary file of that size, or cannot be read to its end
 * @throws what the system says of the target, or the reason of the signal
 */
export async function copyIn(
  source: string,
  target: string,
  options: CopyOptions,
): Promise<CopyWay | null> {
  const { signal, sizeBytes, onProgress, mode, clone } = options;
  signal.throwIfAborted();
  const found = await lstat(source).catch(() => null);
  if (!found?.isFile() || found.size !== sizeBytes) return null;
  await rm(target, { force: true });
  if (await clone(source, target)) {
    onProgress(sizeBytes);
    return 'cloned';
  }
  if (mode !== 'copy' && (await linkFile(source, target))) {
    onProgress(sizeBytes);
    return 'linked';
  }
  if (mode === 'link-only') return null;
  return (await copyBytes(source, target, options)) ? 'copied' : null;
}

/** What a system answers when it cannot clone at all, or not between these two volumes. */
const CANNOT_CLONE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'ENOTTY', 'EINVAL']);

/** Clones files, and asks each pair of volumes only until one of them has said that it cannot. */
export function createCloneFile(copy: typeof copyFile = copyFile): CloneFile {
  const unable = new Set<string>();
  return async (source, target) => {
    const volumes = await volumesOf(source, path.dirname(target)).catch(() => null);
    if (volumes === null || unable.has(volumes)) return false;
    try {
      await copy(source, target, constants.COPYFILE_FICLONE_FORCE);
      // The source may be read-only, and a clone takes that over.
      await chmod(target, 0o644);
      return true;
    } catch (error) {
      if (CANNOT_CLONE.has(errorCode(error) ?? '')) unable.add(volumes);
      await rm(target, { force: true });
      return false;
    }
  };
}

async function volumesOf(...places: string[]): Promise<string> {
  const found = await Promise.all(places.map((place) => stat(place)));
  return found.map(({ dev }) => dev).join(' ');
}

/** Other volumes, and file systems without links, refuse. */
function linkFile(source: string, target: string): Promise<boolean> {
  return link(source, target).then(
    () => true,
    () => false,
  );
}

const STEP_BYTES = 8 * 2 ** 20;

async function copyBytes(source: string, target: string, options: CopyOptions): Promise<boolean> {
  const from = await openSource(source);
  if (!from) return false;
  let isWhole = false;
  try {
    const to = await open(target, 'wx', 0o644);
    isWhole = await copySteps(from, to, options).finally(() => to.close());
  } finally {
    await from.close();
    if (!isWhole) await rm(target, { force: true });
  }
  return isWhole;
}

async function copySteps(from: FileHandle, to: FileHandle, options: CopyOptions): Promise<boolean> {
  const { sizeBytes, signal, onProgress } = options;
  const buffer = copyBuffer(Math.min(STEP_BYTES, sizeBytes));
  for (let position = 0; position < sizeBytes; ) {
    signal.throwIfAborted();
    const wanted = Math.min(buffer.byteLength, sizeBytes - position);
    const bytes = await readFully(from, buffer.subarray(0, wanted), position);
    if (bytes.byteLength < wanted) return false;
    await writeFully(to, bytes, position);
    position += wanted;
    onProgress(position);
  }
  return true;
}
