/**
 * One Larder per library: a lock file with the owner's process id, touched every few seconds. It is
 * taken over when its owner is gone, or has not touched it for a while (another computer's).
 */
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import { errorCode } from './file-errors.ts';

const HEARTBEAT_MS = 3_000;
const STALE_MS = 10_000;

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  instance: z.string(),
});

export interface LibraryLock {
  /** @throws AppError `LIBRARY_IN_USE` when another one has taken it over, as after a long sleep */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * @param instance tells this running program from others; its own lock, left on a drive that went away
 * and came back, is taken up again
 * @throws AppError `LIBRARY_IN_USE`
 */
export async function lockLibrary(
  folder: string,
  file: string,
  instance: string,
): Promise<LibraryLock> {
  if (!(await create(file, instance))) {
    const owner = await readOwner(file);
    if (owner && owner.instance !== instance && (await isAlive(owner, file))) {
      throw new AppError('LIBRARY_IN_USE', { folder, pid: owner.pid });
    }
    await rm(file, { force: true });
    if (!(await create(file, instance))) throw new AppError('LIBRARY_IN_USE', { folder, pid: 0 });
  }
  const heartbeat = setInterval(() => void touch(file), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    assertHeld: async () => {
      const owner = await readOwner(file);
      if (owner?.instance === instance) return;
      throw new AppError('LIBRARY_IN_USE', { folder, pid: owner?.pid ?? 0 });
    },
    release: async () => {
      clearInterval(heartbeat);
      const owner = await readOwner(file);
      // Another one may have taken it over while this computer slept. Left behind, it is stale soon.
      if (owner?.instance === instance) await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

/** @returns `false` when the file is already there */
async function create(file: string, instance: string): Promise<boolean> {
  try {
    const owner = JSON.stringify({ pid: process.pid, host: hostname(), instance });
    await writeFile(file, owner, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(file: string): Promise<Owner | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

type Owner = z.infer<typeof ownerSchema>;

async function isAlive(owner: Owner, file: string): Promise<boolean> {
  if (owner.host === hostname() && !processExists(owner.pid)) return false;
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < STALE_MS;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A lock that cannot be touched (the drive went away) is noticed by whoever next uses the library. */
async function touch(file: string) {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
