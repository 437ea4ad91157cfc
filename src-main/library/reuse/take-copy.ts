/** Brings a whole file in and proves it; only then it is at its place. */
import { rm } from 'node:fs/promises';
import type { SourceFile } from '../../../src-shared/domain/model.ts';
import { abortable } from '../../engines/abortable.ts';
import { isPublished } from '../../engines/download/fetch-file.ts';
import type { Hasher } from '../../engines/ports.ts';
import { renamePatiently } from '../../stores/rename-patiently.ts';
import { syncData } from '../part-data.ts';
import { type CloneFile, type CopyWay, copyIn } from './copy-in.ts';

interface CopyPorts {
  readonly hasher: Pick<Hasher, 'follow'>;
  readonly clone: CloneFile;
}

interface CopyRequest {
  readonly file: SourceFile;
  readonly partPath: string;
  readonly signal: AbortSignal;
  /** Bytes proven so far, of those that are here. */
  readonly onProgress: (bytes: number) => void;
  readonly mode: 'link' | 'copy' | 'link-only';
}

/**
 * Copies beside the place, so that what is not proven is never taken for a part, nor written over a file
 * that has another name elsewhere. The digest follows the copy.
 * @returns how it was done; `null`, with nothing left behind, when the source is not the file
 * @throws what the system says of the place, or the reason of the signal
 */
export async function takeCopy(
  ports: CopyPorts,
  source: string,
  { file, partPath, signal, onProgress, mode }: CopyRequest,
): Promise<CopyWay | null> {
  const beside = `${partPath}.copy`;
  const { sizeBytes } = file;
  const wantsGit = file.sha256 === undefined;
  const run = ports.hasher.follow(beside, {
    onProgress,
    ...(wantsGit && { gitBlobBytes: sizeBytes }),
  });
  try {
    const { clone } = ports;
    const onCopied = (bytes: number) => run.advance(bytes);
    const way = await copyIn(source, beside, {
      sizeBytes,
      signal,
      onProgress: onCopied,
      mode,
      clone,
    });
    if (way === null) return null;
    signal.throwIfAborted();
    const digests = await abortable(run.finish(sizeBytes), signal).catch((error: unknown) => {
      // What cannot be read cannot be proven; what is to stop stops.
      if (signal.aborted) throw error;
      return null;
    });
    if (digests === null || !isPublished(file, digests)) return null;
    if (way !== 'linked') await syncData(beside);
    // Between two names of one file, a rename would do nothing.
    await rm(partPath, { force: true });
    await renamePatiently(beside, partPath);
    return way;
  } finally {
    run.cancel();
    await rm(beside, { force: true });
  }
}
