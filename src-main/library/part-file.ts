/**
 * Part files and their journals, `<library>/.larder/downloads/<id>/<digest of the path>.{part,journal}`.
 * Order of every promise: write the data, flush it, then append and flush the journal record. After an
 * unclean end only the last intact record is believed; bytes beyond it are cut off and fetched again.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import type { FileIdentity, PartFile, PartStore } from '../engines/ports.ts';
import { errorCode, translateFileError } from './file-errors.ts';
import { encodeRecord, type JournalState, parseJournal, sameIdentity } from './journal.ts';
import { makeFolder } from './make-folder.ts';

interface PartStoreOptions {
  /** `<library>/.larder/downloads`; has to be there. */
  readonly downloadsFolder: string;
  readonly quarantineFolder: string;
  /** Bytes free for us on that volume, for the message when it is full. */
  readonly freeBytes: () => Promise<number>;
}

export function createPartStore(options: PartStoreOptions): PartStore {
  const folderOf = (downloadId: string) => path.join(options.downloadsFolder, downloadId);
  const pathsOf = (downloadId: string, filePath: string): PartPaths => {
    const name = createHash('sha256').update(filePath).digest('hex').slice(0, 24);
    const base = path.join(folderOf(downloadId), name);
    return { part: `${base}.part`, journal: `${base}.journal` };
  };

  return {
    open: async (downloadId, identity) => {
      await makeFolder(folderOf(downloadId)).catch((error: unknown) => {
        throw translateFileError(error, folderOf(downloadId));
      });
      const paths = pathsOf(downloadId, identity.path);
      const known = await readPromise(paths, identity);
      if (known === 'other') await setAsideFile(paths.part, options.quarantineFolder, identity);
      return openPart(paths, identity, known === 'other' ? null : known, options);
    },
    peek: async (downloadId, identity) => {
      const known = await readPromise(pathsOf(downloadId, identity.path), identity);
      if (known === null || known === 'other') return { length: 0, verified: false };
      return { length: known.durable, verified: known.verifiedSha256 !== undefined };
    },
    partPath: (downloadId, filePath) => pathsOf(downloadId, filePath).part,
    remove: (downloadId) => rm(folderOf(downloadId), { recursive: true, force: true }),
  };
}

interface PartPaths {
  readonly part: string;
  readonly journal: string;
}

/** What may be believed of a part file: `null` nothing, `'other'` it belongs to another file. */
async function readPromise(
  paths: PartPaths,
  identity: FileIdentity,
): Promise<JournalState | null | 'other'> {
  const text = await readFile(paths.journal, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw translateFileError(error, paths.journal);
  });
  const state = text === null ? null : parseJournal(text);
  if (state === null) return null;
  if (!sameIdentity(state.identity, identity)) return 'other';
  const size = await sizeOf(paths.part);
  if (size < state.durable) return { ...state, durable: size, verifiedSha256: undefined };
  const whole = state.durable === identity.sizeBytes && size === identity.sizeBytes;
  return whole ? state : { ...state, verifiedSha256: undefined };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.size ?? 0;
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

async function setAsideFile(file: string, quarantine: string, identity: FileIdentity) {
  await mkdir(quarantine, { recursive: true });
  const name = quarantineName(identity.path, 'part');
  await rename(file, path.join(quarantine, name)).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw translateFileError(error, file);
  });
}

const OPEN_FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

function openData(file: string): Promise<FileHandle> {
  return open(file, OPEN_FLAGS, 0o644).catch((error: unknown) => {
    throw translateFileError(error, file);
  });
}

async function openPart(
  paths: PartPaths,
  identity: FileIdentity,
  known: JournalState | null,
  options: PartStoreOptions,
): Promise<PartFile> {
  let data = await openData(paths.part);
  let journal: FileHandle | undefined;
  let length = known?.durable ?? 0;
  let committed = length;
  let verifiedSha256 = known?.verifiedSha256;

  /** Writes the journal anew with what is believed, so that a torn end never stays in it. */
  async function beginJournal() {
    await journal?.close();
    const temporary = `${paths.journal}.tmp`;
    const fresh = await open(temporary, 'w');
    const lines = [identity, { durable: length }].map(encodeRecord);
    if (verifiedSha256) lines.push(encodeRecord({ verified: verifiedSha256 }));
    await fresh.appendFile(lines.join(''));
    await fresh.sync();
    await rename(temporary, paths.journal);
    journal = fresh;
  }

  async function record(entry: { durable: number } | { verified: string }) {
    await journal?.appendFile(encodeRecord(entry));
    await journal?.datasync();
  }

  async function translateFull<T>(work: Promise<T>): Promise<T> {
    return work.catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOSPC' && errorCode(error) !== 'EDQUOT') {
        throw translateFileError(error, paths.part);
      }
      const freeBytes = await options.freeBytes();
      const neededBytes = identity.sizeBytes - length;
      const folder = path.dirname(path.dirname(options.downloadsFolder));
      throw new AppError('DISK_FULL', { neededBytes, freeBytes, folder }, { cause: error });
    });
  }

  try {
    await data.truncate(length);
    await translateFull(beginJournal());
  } catch (error) {
    await data.close();
    await journal?.close();
    throw error;
  }

  return {
    path: paths.part,
    get length() {
      return length;
    },
    get verifiedSha256() {
      return verifiedSha256;
    },
    append: async (chunk) => {
      let written = 0;
      while (written < chunk.byteLength) {
        const rest = chunk.byteLength - written;
        const step = await translateFull(data.write(chunk, written, rest, length));
        written += step.bytesWritten;
        length += step.bytesWritten;
      }
    },
    commit: async () => {
      if (length === committed) return;
      const promised = length;
      await translateFull(data.datasync());
      await translateFull(record({ durable: promised }));
      committed = promised;
    },
    markVerified: async (sha256) => {
      await translateFull(data.sync());
      await translateFull(record({ durable: length }));
      await translateFull(record({ verified: sha256 }));
      committed = length;
      verifiedSha256 = sha256;
    },
    setAside: async () => {
      await data.close();
      await setAsideFile(paths.part, options.quarantineFolder, identity);
      data = await openData(paths.part);
      length = 0;
      committed = 0;
      verifiedSha256 = undefined;
      await beginJournal();
    },
    close: async () => {
      await data.close();
      await journal?.close();
    },
  };
}
