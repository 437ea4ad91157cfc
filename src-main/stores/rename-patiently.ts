/** Renaming a file that another program may be looking at. */
import { rename as renameNow } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const TRIES = 10;
const WAIT_MS = 500;
/** What Windows says while a virus scanner or an indexer has the file open. */
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES']);

interface RenameTools {
  readonly platform: NodeJS.Platform;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Renames; where files are locked by who reads them it tries again, up to ten times in five seconds.
 * @throws what the system said last
 */
export async function renamePatiently(
  from: string,
  to: string,
  tools: RenameTools = { platform: process.platform, rename: renameNow, wait },
): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await tools.rename(from, to);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (tools.platform !== 'win32' || !HELD.has(code) || tried === TRIES) throw error;
      await tools.wait(WAIT_MS);
    }
  }
}
