/** Folders and files a bench serves and fills. */
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from './measure.ts';

export interface BenchFolders {
  readonly work: string;
  /** What is served. */
  readonly root: string;
  /** What a client fills; see {@link cleanBefore}. */
  readonly out: string;
}

/** Runs with folders that are gone afterwards. LARDER_BENCH_FOLDER names where, the system's own place else. */
export async function withFolders(work: (folders: BenchFolders) => Promise<void>): Promise<void> {
  const base = process.env.LARDER_BENCH_FOLDER ?? tmpdir();
  const folder = await mkdtemp(path.join(base, 'larder-bench-'));
  const folders = {
    work: folder,
    root: path.join(folder, 'served'),
    out: path.join(folder, 'out'),
  };
  mkdirSync(folders.root);
  mkdirSync(folders.out);
  try {
    await work(folders);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  mkdirSync(folder);
}

/** What the client before left is taken away outside the measured time. */
export const cleanBefore =
  (out: string, run: Client): Client =>
  async () => {
    await empty(out);
    return run();
  };

export interface MadeFile {
  readonly sizeBytes: number;
  readonly sha256: string;
}

const BLOCK_BYTES = 2 ** 20;

export function makeRandomFile(file: string, sizeBytes: number): MadeFile {
  return makeFile(file, sizeBytes, (handle, block) => {
    writeSync(handle, randomFillSync(block));
  });
}

/** Zeros that take no room where they are served from. */
export function makeSparseFile(file: string, sizeBytes: number): MadeFile {
  return makeFile(file, sizeBytes, () => {});
}

function makeFile(
  file: string,
  sizeBytes: number,
  fill: (handle: number, block: Buffer) => void,
): MadeFile {
  const hash = createHash('sha256');
  const block = Buffer.alloc(Math.min(BLOCK_BYTES, sizeBytes));
  const handle = openSync(file, 'w');
  for (let written = 0; written < sizeBytes; written += block.byteLength) {
    const part = block.subarray(0, Math.min(block.byteLength, sizeBytes - written));
    fill(handle, part);
    hash.update(part);
  }
  ftruncateSync(handle, sizeBytes);
  closeSync(handle);
  return { sizeBytes, sha256: hash.digest('hex') };
}
