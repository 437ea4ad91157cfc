/** The file a journal lies in: lines are added whole, or it is replaced whole. Calls come one at a time. */
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../stores/atomic-file.ts';
import { renamePatiently } from '../stores/rename-patiently.ts';

export interface JournalFile {
  sizeBytes(): number;
  /** Adds lines; a failure leaves nothing of them for later ones to stand behind. */
  append(text: string, options?: { readonly sync?: boolean }): Promise<void>;
  /** Replaces everything, durably: the old text or the new one outlives a power cut. */
  replace(text: string): Promise<void>;
  close(): Promise<void>;
}

const FLAGS = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

/** @param sizeBytes length of the file, which has to end with a whole line, or not be there */
export function createJournalFile(file: string, sizeBytes: number): JournalFile {
  let handle: FileHandle | undefined;
  let end = sizeBytes;
  let isTorn = false;

  async function opened(): Promise<FileHandle> {
    handle ??= await open(file, FLAGS);
    return handle;
  }

  async function close(): Promise<void> {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  }

  return {
    sizeBytes: () => end,
    close,
    append: async (text, { sync = false } = {}) => {
      const to = await opened();
      if (isTorn) await to.truncate(end);
      isTorn = true;
      const bytes = Buffer.from(text);
      await writeWhole(to, bytes, end);
      if (sync) await to.sync();
      end += bytes.byteLength;
      isTorn = false;
    },
    replace: async (text) => {
      await close();
      const temporary = `${file}.tmp`;
      await rm(temporary, { force: true });
      await writeSynced(temporary, text);
      await renamePatiently(temporary, file);
      end = Buffer.byteLength(text);
      isTorn = false;
      await syncFolder(path.dirname(file));
    },
  };
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const left = bytes.byteLength - written;
    const step = await handle.write(bytes, written, left, position + written);
    written += step.bytesWritten;
  }
}
