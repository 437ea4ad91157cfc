import { type Cipher, createCipheriv, createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Bytes a hub can serve from any offset, without holding a whole file in memory. */
export interface HubContent {
  readonly sizeBytes: number;
  /** Lower-case hex. Computed by one streamed pass at first use, then remembered. */
  sha256(): Promise<string>;
  /** Bytes `[start, end)`. Nothing is produced before the consumer asks for it. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

interface SyntheticContentOptions {
  readonly sizeBytes: number;
  /** Other seeds give other bytes. Default 1. */
  readonly seed?: number;
  /** A declared digest, for files too large to hash in a test. It need not be the true one. */
  readonly sha256?: string;
}

const CHUNK_BYTES = 256 * 1024;
const AES_BLOCK_BYTES = 16;
const ZEROS = new Uint8Array(CHUNK_BYTES);

export function fileContent(path: string): HubContent {
  return createContent(statSync(path).size, (start, end) =>
    end > start
      ? createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES })
      : readMemory(new Uint8Array(0), 0, 0),
  );
}

export function bytesContent(bytes: Uint8Array | string): HubContent {
  const memory = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return createContent(memory.length, (start, end) => readMemory(memory, start, end));
}

/**
 * The unpacked bytes of a `.gz` file. The size comes from the gzip trailer, so the file is
 * unpacked (once, in memory) only when its bytes are wanted. One gzip member, below 4 GiB.
 */
export function gzippedFileContent(path: string): HubContent {
  const sizeBytes = readUnpackedSize(path);
  const unpacked = once(async () => {
    const bytes = await promisify(gunzip)(await readFile(path));
    if (bytes.length !== sizeBytes) throw new Error(`${path}: the gzip trailer tells another size`);
    return bytes;
  });
  return createContent(sizeBytes, async function* (start, end) {
    yield* readMemory(await unpacked(), start, end);
  });
}

/**
 * Noise computed from its own offset (AES in counter mode over zeros): a 100 GB file needs neither
 * disk nor memory, any range costs the same, and every run gives the same bytes.
 */
export function syntheticContent(options: SyntheticContentOptions): HubContent {
  const key = createHash('sha256')
    .update(`synthetic ${options.seed ?? 1}`)
    .digest();
  return createContent(
    options.sizeBytes,
    (start, end) => readNoise(key.subarray(0, AES_BLOCK_BYTES), start, end),
    options.sha256,
  );
}

/** Several contents, one after the other, such as a true header before synthetic data. */
export function concatContent(parts: readonly HubContent[], sha256?: string): HubContent {
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const read = async function* (start: number, end: number): AsyncIterable<Uint8Array> {
    let base = 0;
    for (const part of parts) {
      const from = Math.max(start - base, 0);
      const to = Math.min(end - base, part.sizeBytes);
      if (from < to) yield* part.read(from, to);
      base += part.sizeBytes;
    }
  };
  return createContent(sizeBytes, read, sha256);
}

/** Name git gives to a file with this content: sha1 over a small header and the bytes. */
export async function gitBlobOid(content: HubContent): Promise<string> {
  const hash = createHash('sha1').update(`blob ${content.sizeBytes}\0`);
  for await (const chunk of content.read(0, content.sizeBytes)) hash.update(chunk);
  return hash.digest('hex');
}

/** Whole content in memory: for small files only. */
export async function readAll(content: HubContent): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read(0, content.sizeBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function createContent(
  sizeBytes: number,
  read: HubContent['read'],
  declaredSha256?: string,
): HubContent {
  const sha256 = once(async () => declaredSha256 ?? (await hashStream(read(0, sizeBytes))));
  return { sizeBytes, sha256, read };
}

/** Yields to other work now and then, so that a hub keeps answering while it hashes. */
async function hashStream(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  let sinceTurn = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sinceTurn += chunk.length;
    if (sinceTurn < 32 * CHUNK_BYTES) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return hash.digest('hex');
}

async function* readMemory(memory: Uint8Array, start: number, end: number) {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    yield memory.subarray(at, Math.min(at + CHUNK_BYTES, end));
  }
}

async function* readNoise(key: Uint8Array, start: number, end: number) {
  const skip = start % AES_BLOCK_BYTES;
  const cipher = createCipheriv('aes-128-ctr', key, counterBlock((start - skip) / AES_BLOCK_BYTES));
  discard(cipher, skip);
  for (let at = start; at < end; at += CHUNK_BYTES) {
    yield cipher.update(ZEROS.subarray(0, Math.min(CHUNK_BYTES, end - at)));
  }
}

function counterBlock(index: number): Uint8Array {
  const block = Buffer.alloc(AES_BLOCK_BYTES);
  block.writeBigUInt64BE(BigInt(index), 8);
  return block;
}

function discard(cipher: Cipher, bytes: number): void {
  if (bytes > 0) cipher.update(ZEROS.subarray(0, bytes));
}

function readUnpackedSize(path: string): number {
  const descriptor = openSync(path, 'r');
  try {
    const trailer = Buffer.alloc(4);
    readSync(descriptor, trailer, 0, 4, fstatSync(descriptor).size - 4);
    return trailer.readUInt32LE();
  } finally {
    closeSync(descriptor);
  }
}

function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= compute();
    return result;
  };
}
