/** Bytes of an open file. Reads block: parsing belongs in a worker. */
import { fstatSync, readSync } from 'node:fs';
import type { ByteSource } from './format.ts';

/** The descriptor stays with the caller, who closes it. Errors of the disk pass through. */
export function createFileSource(descriptor: number): ByteSource {
  const sizeBytes = fstatSync(descriptor).size;
  return {
    sizeBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      const bytes = new Uint8Array(wanted);
      let filled = 0;
      while (filled < wanted) {
        const count = readSync(descriptor, bytes, filled, wanted - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
}
