/** Stores of other tools, built the way the tools build them, and a part file that only keeps notes. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  createPieceMap,
  type PieceState,
  setPiece,
} from '../../../../src-main/engines/download/pieces.ts';
import type { PartFile } from '../../../../src-main/engines/ports.ts';
import type { Wanted } from '../../../../src-main/library/reuse/find-copy.ts';
import type { Manifest } from '../../../../src-shared/domain/model.ts';

export const MiB = 2 ** 20;
/** Three pieces of 1 MiB and some. */
export const CONTENT = randomBytes(3 * MiB + 1_234);
export const SHA256 = sha256(CONTENT);
export const GIT_SHA1 = gitSha1(CONTENT);

export const WANTED: Wanted = {
  library: '/library',
  modelId: 'hf:maker/model',
  repository: 'maker/model',
  path: 'weights/model.gguf',
  sizeBytes: CONTENT.byteLength,
  sha256: SHA256,
};

export const FILE = {
  path: WANTED.path,
  sizeBytes: CONTENT.byteLength,
  sha256: SHA256,
};

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function gitSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

export async function put(file: string, bytes: Uint8Array | string = CONTENT): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

/** A blob and the link to it in a snapshot. @returns the blob */
export async function putInHfCache(hub: string, etag = SHA256, bytes: Uint8Array = CONTENT) {
  const model = path.join(hub, 'models--someone--copy');
  const snapshot = path.join(model, 'snapshots', 'c'.repeat(40));
  await mkdir(snapshot, { recursive: true });
  await symlink(path.join('..', '..', 'blobs', etag), path.join(snapshot, 'model.gguf'));
  return put(path.join(model, 'blobs', etag), bytes);
}

/** A model whose one file was proven once. */
export function manifestOf(id: string, file: Partial<Manifest['files'][number]> = {}): Manifest {
  const [, repository = id] = id.split(':');
  const at = '2026-01-01T00:00:00.000Z';
  return {
    version: 1,
    id,
    ref: id,
    name: id,
    origin: {
      source: 'hf',
      endpoint: 'https://hub.example',
      repository,
      requestedRevision: 'main',
      revision: 'a'.repeat(40),
    },
    folder: repository,
    keep: false,
    trackedAt: at,
    installedAt: at,
    files: [{ ...FILE, localPath: FILE.path, verifiedSha256: SHA256, ...file }],
  };
}

export interface NotedPart extends PartFile {
  readonly doubtful: Set<number>;
  /** How often the journal was written. */
  readonly recorded: () => number;
}

export function createNotedPart(file: string, sizeBytes: number, pieceBytes?: number): NotedPart {
  const map = createPieceMap(sizeBytes, pieceBytes);
  const doubtful = new Set<number>();
  let records = 0;
  const unused = () => Promise.reject(new Error('not for this test'));
  return {
    path: file,
    map,
    doubtful,
    verifiedSha256: undefined,
    recorded: () => records,
    note: (states: readonly PieceState[], options) => {
      for (const state of states) {
        setPiece(map, state);
        if (options?.doubtful) doubtful.add(state.piece);
      }
    },
    record: async () => {
      records += 1;
    },
    sync: unused,
    forget: unused,
    markVerified: unused,
    setAside: unused,
    close: unused,
  };
}
