/** Files that are replaced whole or not at all, and damaged ones that are kept. */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import { renamePatiently } from './rename-patiently.ts';

interface WriteOptions {
  /** Permission bits of the new file; the old file's are not inherited. */
  readonly mode?: number;
}

/**
 * Replaces a file so that a reader, or the next start after a power cut, finds the old text or the
 * new one. The text is written to `<path>.tmp` beside it, synced, and renamed. One call at a time per
 * path: the caller serialises.
 * @throws AppError `DATA_FILE_UNUSABLE`
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  { mode = 0o666 }: WriteOptions = {},
): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await rm(temporary, { force: true });
    await writeSynced(temporary, text, mode);
    await renamePatiently(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw unusable(path, error);
  }
}

async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable once its folder is; Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `2026-01-31T12-00-00-000Z`: a moment that every file system takes as a name. */
function fileTimestamp(now: number): string {
  return new Date(now).toISOString().replace(/[:.]/g, '-');
}

/**
 * A free name for a damaged file beside the file itself, `<path>.damaged-<timestamp>`.
 * @param now milliseconds since the epoch
 */
export async function damagedName(path: string, now: number): Promise<string> {
  const wanted = `${path}.damaged-${fileTimestamp(now)}`;
  let name = wanted;
  for (let count = 2; await exists(name); count += 1) name = `${wanted}-${count}`;
  return name;
}

/**
 * Moves a damaged file out of the way; it is never deleted.
 * @returns its new path
 * @throws AppError `DATA_FILE_UNUSABLE`
 */
export async function setAside(path: string, now: number): Promise<string> {
  try {
    const name = await damagedName(path, now);
    await renamePatiently(path, name);
    return name;
  } catch (error) {
    throw unusable(path, error);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The `ENOENT`, `EACCES` … of a failed system call. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A failed system call on one of Larder's own files, as a typed error. */
export function unusable(path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const reason = errorCodeOf(cause) ?? 'unknown';
  return new AppError('DATA_FILE_UNUSABLE', { name: basename(path), reason }, { cause });
}
