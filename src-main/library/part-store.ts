/**
 * Part files and their journals, `<library>/.larder/downloads/<id>/<digest of the path>.{part,journal}`.
 * Order of every promise: the data is written and flushed, then the journal. After an unclean end what was
 * promised is believed on a sample, what was only recorded is read again, the rest is fetched again.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import { SMALL_BYTES } from '../engines/download/fetch-small.ts';
import { presentBytes } from '../engines/download/pieces.ts';
import type { FileIdentity, PartFile, PartStore } from '../engines/ports.ts';
import { syncFolder } from '../stores/atomic-file.ts';
import { errorCode, translateFileError } from './file-errors.ts';
import {
  createJournalState,
  encodeJournal,
  parseJournal,
  type ReadJournal,
  sameIdentity,
} from './journal.ts';
import { createJournalFile } from './journal-file.ts';
import { makeFolder } from './make-folder.ts';
import { makeData, setDataAside, setDataLength } from './part-data.ts';
import { openPart } from './part-file.ts';
import { fitToSize, isWhole, narrow, type RecheckOptions, recheck } from './recheck.ts';

interface PartStoreOptions extends RecheckOptions {
  /** `<library>/.larder/downloads`; has to be there. */
  readonly downloadsFolder: string;
  readonly quarantineFolder: string;
  /** Bytes free for us on that volume, for the message when it is full. */
  readonly freeBytes: () => Promise<number>;
}

export function createPartStore(options: PartStoreOptions): PartStore {
  const folderOf = (downloadId: string) => path.join(options.downloadsFolder, downloadId);
  const pathsOf = (downloadId: string, filePath: string): PartPaths => {
    const base = path.join(folderOf(downloadId), nameOf(filePath));
    return { part: `${base}.part`, journal: `${base}.journal` };
  };
  const prepare = (downloadId: string) =>
    makeFolder(folderOf(downloadId)).catch((error: unknown) => {
      throw translateFileError(error, folderOf(downloadId));
    });

  return {
    prepare,
    open: async (downloadId, identity) => {
      await prepare(downloadId);
      return open(pathsOf(downloadId, identity.path), identity, options);
    },
    peek: (downloadId, identity) => peek(pathsOf(downloadId, identity.path), identity),
    list: async (downloadId) => {
      const found = await readdir(folderOf(downloadId)).catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw translateFileError(error, folderOf(downloadId));
      });
      const names = new Set(found.map((name) => path.parse(name).name));
      return (filePath) => names.has(nameOf(filePath));
    },
    partPath: (downloadId, filePath) => pathsOf(downloadId, filePath).part,
    remove: (downloadId) => rm(folderOf(downloadId), { recursive: true, force: true }),
  };
}

const nameOf = (filePath: string) =>
  createHash('sha256').update(filePath).digest('hex').slice(0, 24);

interface PartPaths {
  readonly part: string;
  readonly journal: string;
}

interface KnownJournal extends ReadJournal {
  readonly sizeBytes: number;
}

/** What the journal says: `null` nothing, `'other'` it belongs to another file. */
async function readJournal(
  { journal }: PartPaths,
  identity: FileIdentity,
): Promise<KnownJournal | null | 'other'> {
  const bytes = await readFile(journal).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw translateFileError(error, journal);
  });
  const read = bytes && parseJournal(bytes.toString());
  if (!bytes || !read) return null;
  if (!sameIdentity(read.state.identity, identity)) return 'other';
  return { ...read, sizeBytes: bytes.byteLength };
}

async function peek(paths: PartPaths, identity: FileIdentity) {
  const known = await readJournal(paths, identity);
  const found = await lstat(paths.part).catch(() => null);
  const sizeBytes = found?.isFile() ? found.size : 0;
  if (known === null || known === 'other') {
    // A small file is written in one go, without a journal.
    const isSmall = known === null && identity.sizeBytes <= SMALL_BYTES;
    const isThere = isSmall && sizeBytes === identity.sizeBytes;
    return { receivedBytes: isThere ? sizeBytes : 0, verified: false };
  }
  const believed = fitToSize(known.state, sizeBytes);
  const verified = known.state.verifiedSha256 !== undefined && isWhole(believed, sizeBytes);
  return { receivedBytes: presentBytes(believed), verified };
}

async function open(
  paths: PartPaths,
  identity: FileIdentity,
  options: PartStoreOptions,
): Promise<PartFile> {
  const { quarantineFolder, downloadsFolder } = options;

  /** @param present bytes that need no more room */
  async function guard<T>(work: Promise<T>, present = 0): Promise<T> {
    return work.catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOSPC' && errorCode(error) !== 'EDQUOT') {
        throw translateFileError(error, paths.part);
      }
      const freeBytes = await options.freeBytes();
      const neededBytes = identity.sizeBytes - present;
      const folder = path.dirname(path.dirname(downloadsFolder));
      throw new AppError('DISK_FULL', { neededBytes, freeBytes, folder }, { cause: error });
    });
  }

  async function begin(): Promise<PartFile> {
    const known = await readJournal(paths, identity);
    if (known === 'other') await setDataAside(paths.part, quarantineFolder, identity.path);
    const read = known === 'other' ? null : known;
    const sizeBytes = await makeData(paths.part);
    const state = read?.state ?? createJournalState(identity);
    const map = await recheck(paths.part, state, sizeBytes, options);
    const saidMore = narrow(state, map, sizeBytes);
    const journal = createJournalFile(paths.journal, read?.sizeBytes ?? 0);
    // Before the file grows again: what it lacks must not be promised of the zeros in its place.
    if (!read?.isIntact || saidMore) await journal.replace(encodeJournal(state));
    if (!read) await syncFolder(downloadsFolder);
    await setDataLength(paths.part, identity.sizeBytes);
    return openPart({ path: paths.part, quarantineFolder, state, journal, map, guard });
  }
  return guard(begin());
}
