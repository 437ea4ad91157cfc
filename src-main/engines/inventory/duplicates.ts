import type { Duplicate } from '../../../src-shared/domain/inventory.ts';

/** A file on this computer whose content is known. */
export interface KnownFile {
  readonly place: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The same for all names of one file. */
  readonly inode: string;
}

/** Device and inode in a file id, without size and time. */
export const inodeOf = (fileId: string) => fileId.split(':').slice(0, 2).join(':');

/** Smaller ones are not worth anybody's time. */
const WORTH_BYTES = 2 ** 20;

/**
 * The same bytes in several files of their own, what wastes most first. Names of one file are one file; that
 * clones share their blocks cannot be seen from outside, so they count.
 */
export function findDuplicates(files: readonly KnownFile[]): Duplicate[] {
  const byDigest = new Map<string, Map<string, KnownFile>>();
  for (const file of files) {
    if (file.sizeBytes < WORTH_BYTES) continue;
    const inodes = byDigest.get(file.sha256) ?? new Map<string, KnownFile>();
    if (!inodes.has(file.inode)) inodes.set(file.inode, file);
    byDigest.set(file.sha256, inodes);
  }
  return [...byDigest]
    .filter(([, inodes]) => inodes.size > 1)
    .map(([sha256, inodes]) => {
      const copies = [...inodes.values()];
      const sizeBytes = copies[0]?.sizeBytes ?? 0;
      const places = copies.map(({ place }) => place).toSorted();
      return { sha256, sizeBytes, places, wastedBytes: sizeBytes * (copies.length - 1) };
    })
    .toSorted((a, b) => b.wastedBytes - a.wastedBytes);
}
