import type { ByteSource } from '../../../src-main/formats/format.ts';

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.slice(offset, offset + length),
  };
}

export interface CountingSource extends ByteSource {
  readonly requestedBytes: number;
  readonly largestReadBytes: number;
  /** Reads that ask for anything outside of the file. */
  readonly outside: number;
}

/** Keeps account of what is asked of another source. */
export function countingSource(source: ByteSource): CountingSource {
  const counts = { requestedBytes: 0, largestReadBytes: 0, outside: 0 };
  const { sizeBytes } = source;
  return {
    sizeBytes,
    get requestedBytes() {
      return counts.requestedBytes;
    },
    get largestReadBytes() {
      return counts.largestReadBytes;
    },
    get outside() {
      return counts.outside;
    },
    read(offset, length) {
      counts.requestedBytes += length;
      counts.largestReadBytes = Math.max(counts.largestReadBytes, length);
      if (!(offset >= 0 && length >= 0 && offset + length <= sizeBytes)) counts.outside += 1;
      return source.read(offset, length);
    },
  };
}
