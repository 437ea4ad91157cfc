/** The file the bytes of a part lie in. It is never written through a link; transfers fill it themselves. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { renamePatiently } from '../stores/rename-patiently.ts';
import { errorCode } from './file-errors.ts';

const FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** Makes the file if it is not there. @returns its length */
export async function makeData(file: string): Promise<number> {
  const found = await lstat(file).catch(() => null);
  // Shared with another model, of which it is a copy: what is written here would change that one.
  if (found?.isFile() && found.nlink > 1) await rm(file);
  return withData(file, FLAGS, async (handle) => (await handle.stat()).size);
}

/** Sets the length; bytes that are not there yet take no room where the file system knows holes. */
export function setDataLength(file: string, sizeBytes: number): Promise<void> {
  return withData(file, FLAGS, async (handle) => {
    if ((await handle.stat()).size !== sizeBytes) await handle.truncate(sizeBytes);
  });
}

/** Everything that was written so far, by whichever descriptor, gets to the disk. */
export function syncData(file: string): Promise<void> {
  return withData(file, FLAGS & ~constants.O_CREAT, (handle) => handle.datasync());
}

async function withData<T>(
  file: string,
  flags: number,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(file, flags, 0o644);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Moves the bytes to quarantine, if there are any. @param filePath the path in the repository */
export async function setDataAside(file: string, quarantine: string, filePath: string) {
  await mkdir(quarantine, { recursive: true });
  await renamePatiently(file, path.join(quarantine, quarantineName(filePath, 'part'))).catch(
    (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    },
  );
}

/**
 * A new name in quarantine that begins as the file's own does. Names from a hub may be as long as a
 * file system takes, or hold what it does not.
 */
export function quarantineName(filePath: string, extension: string): string {
  const stem = path
    .basename(filePath)
    .replace(/[^\w.-]/g, '_')
    .slice(0, 100);
  return `${stem}.${randomUUID()}.${extension}`;
}
