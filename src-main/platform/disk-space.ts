/** Free space as the operating system counts it for this account. */
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';

export interface VolumeFacts {
  /** The same for all folders of one disk. */
  readonly id: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** @throws what the system says of the folder */
export async function volumeOf(folder: string): Promise<VolumeFacts> {
  const [{ dev }, { blocks, bavail, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
  return { id: String(dev), totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/**
 * Free bytes on the disk a folder is on, or will be on once it is made.
 * @throws AppError `LIBRARY_MISSING` when not even its root is there (a drive that is gone)
 */
export async function freeBytes(folder: string): Promise<number> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch (error) {
      const isMissing = isErrorWith(error, ['ENOENT', 'ENOTDIR']);
      if (!isMissing) throw error;
      if (place === path.dirname(place)) {
        throw new AppError('LIBRARY_MISSING', { folder }, { cause: error });
      }
    }
  }
}

const isErrorWith = (error: unknown, codes: readonly string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
