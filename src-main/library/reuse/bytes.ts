/** Reading and writing whole stretches of files. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Pages are copied several times faster when the buffer does not start on a page boundary. */
const PAD_BYTES = 1024;

/** A buffer for copying of that many bytes. */
export const copyBuffer = (bytes: number) =>
  Buffer.allocUnsafeSlow(bytes + PAD_BYTES).subarray(PAD_BYTES);

/** Opens a file for reading, unless a link took its place; `null` when that cannot be done. */
export const openSource = (source: string) =>
  open(source, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => null);

/** @returns what could be read from there on: less than asked for where the file ends, or is damaged */
export async function readFully(file: FileHandle, into: Buffer, position: number): Promise<Buffer> {
  let done = 0;
  while (done < into.byteLength) {
    const rest = into.byteLength - done;
    const read = await file.read(into, done, rest, position + done).catch(() => null);
    if (!read?.bytesRead) break;
    done += read.bytesRead;
  }
  return into.subarray(0, done);
}

/** Writes all of it. @throws what the system says */
export async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const rest = bytes.byteLength - done;
    done += (await file.write(bytes, done, rest, position + done)).bytesWritten;
  }
}

/** So many zeros in a row are a hole that was never written, rather than a model's. */
const HOLE_BYTES = 64 * 2 ** 10;
const ZEROS = Buffer.alloc(HOLE_BYTES);

const isZero = (bytes: Uint8Array) =>
  ZEROS.subarray(0, bytes.byteLength).equals(bytes.subarray(0, HOLE_BYTES));

/** The bytes without a hole at their end; zeros throughout are one at any length. */
export function withoutHole(bytes: Buffer): Buffer {
  const tail = Math.min(HOLE_BYTES, bytes.byteLength);
  if (!isZero(bytes.subarray(bytes.byteLength - tail))) return bytes;
  let end = bytes.byteLength;
  while (end >= HOLE_BYTES && isZero(bytes.subarray(end - HOLE_BYTES, end))) end -= HOLE_BYTES;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/**
 * Length of a file up to where it was written. Some tools set the length first, so pieces that end in a
 * hole do not count, from the last one back.
 */
export async function writtenLength(
  file: string,
  length: number,
  pieceBytes: number,
): Promise<number> {
  const handle = await openSource(file);
  if (!handle) return 0;
  const buffer = copyBuffer(HOLE_BYTES);
  let end = length;
  try {
    while (end > 0) {
      const start = Math.floor((end - 1) / pieceBytes) * pieceBytes;
      const tail = buffer.subarray(0, Math.min(HOLE_BYTES, end - start));
      const read = await readFully(handle, tail, end - tail.byteLength);
      if (read.byteLength === tail.byteLength && !isZero(read)) break;
      end = start;
    }
  } finally {
    await handle.close();
  }
  return end;
}
