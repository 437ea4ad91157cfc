import type { Origin, PieceDigests, SourceFile } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { abortable } from '../abortable.ts';
import type { Digests, FileIdentity, Hasher, PartFile } from '../ports.ts';
import type { FetchJob, FetchPorts } from './fetch-job.ts';
import { fetchPieces } from './fetch-pieces.ts';
import { fetchSmall, SMALL_BYTES } from './fetch-small.ts';
import { createLocator, type Locator } from './locator.ts';
import { isComplete, pieceStart, presentBytes, touchedPieces } from './pieces.ts';

/** What is known of a file once it is whole. */
export interface Proven {
  readonly sha256: string;
  readonly pieces?: PieceDigests;
}

/** @returns the SHA-256 of the proven file in the part store, and the digests of its pieces */
export async function fetchFile(ports: FetchPorts, job: FetchJob): Promise<Proven> {
  const copied = await copyFromHere(ports, job);
  if (copied) return copied;
  if (job.file.sizeBytes <= SMALL_BYTES) return fetchSmallFile(ports, job);
  const part = await ports.parts.open(job.downloadId, identityOfJob(job));
  try {
    if (part.verifiedSha256) {
      job.onProgress(job.file.sizeBytes, job.file.sizeBytes, 0);
      return provenBy(part, part.verifiedSha256);
    }
    await forgetUnidentified(job, part);
    await adoptFromHere(ports, job, part);
    return await fetchAndProve(ports, job, part);
  } finally {
    await part.close();
  }
}

/** Nothing says whether the server still has the same file: what came before may be of another version. */
async function forgetUnidentified({ file, onProgress }: FetchJob, part: PartFile): Promise<void> {
  if (file.sha256 ?? file.gitSha1 ?? file.validator) return;
  const pieces = touchedPieces(part.map);
  if (pieces.length === 0) return;
  await part.forget(pieces, 'unidentified');
  onProgress(0, 0, 0);
}

/** The same bytes, from another model or another program's store. */
async function copyFromHere(ports: FetchPorts, job: FetchJob): Promise<Proven | null> {
  const { file, manifest, downloadId, signal } = job;
  if (!file.sha256) return null;
  const { receivedBytes } = await peek(ports, job);
  if (receivedBytes > 0) return null;
  const partPath = ports.parts.partPath(downloadId, file.path);
  const onProgress = (bytes: number) => job.onProgress(bytes, bytes, 0);
  // What turned out to be something else is not found again.
  for (;;) {
    const found = await ports.reuse.find({ downloadId, manifest, file });
    if (found?.kind !== 'copy') break;
    if (await ports.reuse.copy(found, { file, partPath, signal, onProgress })) {
      job.onProgress(file.sizeBytes, file.sizeBytes, 0);
      return { sha256: file.sha256 };
    }
  }
  job.onProgress(0, 0, 0);
  return null;
}

/**
 * What another program left unfinished, or the file of the library a model moves from; the digest of the whole
 * decides whether it was right. A move goes on where it was interrupted.
 */
async function adoptFromHere(
  ports: FetchPorts,
  { manifest, file, signal, downloadId, ...job }: FetchJob,
  part: PartFile,
) {
  const isBegun = presentBytes(part.map) > 0;
  if (!file.sha256 || isComplete(part.map) || (isBegun && !manifest.movedFrom)) return;
  const found = await ports.reuse.find({ downloadId, manifest, file });
  if (found?.kind !== 'partial') return;
  let before = presentBytes(part.map);
  const onProgress = () => {
    const present = presentBytes(part.map);
    // What another program left came long ago.
    job.onProgress(present, 0, manifest.movedFrom ? present - before : 0);
    before = present;
  };
  await ports.reuse.adopt(found, part, { signal, onProgress });
  onProgress();
}

function peek(ports: FetchPorts, job: FetchJob) {
  if (!job.hasPart) return { receivedBytes: 0, verified: false };
  return ports.parts.peek(job.downloadId, identityOfJob(job));
}

const identityOfJob = ({ manifest, file }: FetchJob) =>
  identityOf({ origin: manifest.origin, file });

export function identityOf({ origin, file }: { origin: Origin; file: SourceFile }): FileIdentity {
  const { endpoint, repository, revision } = origin;
  const digest = digestOf(file);
  return { endpoint, repository, revision, path: file.path, sizeBytes: file.sizeBytes, digest };
}

function digestOf({ sha256, gitSha1, validator }: SourceFile): string {
  if (sha256) return `sha256:${sha256}`;
  return gitSha1 ? `git-sha1:${gitSha1}` : `validator:${validator ?? ''}`;
}

async function fetchSmallFile(ports: FetchPorts, job: FetchJob): Promise<Proven> {
  const { file, downloadId } = job;
  const partPath = ports.parts.partPath(downloadId, file.path);
  const there = await proveSmall(ports, job, partPath);
  if (there) return there;
  for (let copy = 1; ; copy += 1) {
    const digests = await fetchSmall(ports, job, partPath);
    job.onProgress(file.sizeBytes, file.sizeBytes, copy === 1 ? file.sizeBytes : 0);
    if (isPublished(file, digests)) return { sha256: digests.sha256 };
    if (copy === 2) throw new AppError('DIGEST_MISMATCH', { path: file.path });
  }
}

/** What an earlier run left, if it is the file. */
async function proveSmall(
  ports: FetchPorts,
  job: FetchJob,
  partPath: string,
): Promise<Proven | null> {
  const { file, signal, onProgress } = job;
  // An empty file that is not there has as many bytes as one that is.
  if (!job.hasPart || (!file.sha256 && !file.gitSha1)) return null;
  const { receivedBytes } = await peek(ports, job);
  if (receivedBytes !== file.sizeBytes) return null;
  const hash = ports.hasher.follow(partPath, { gitBlobBytes: file.sizeBytes });
  try {
    const digests = await abortable(hash.finish(file.sizeBytes), signal);
    if (!isPublished(file, digests)) return null;
    onProgress(file.sizeBytes, file.sizeBytes, 0);
    return { sha256: digests.sha256 };
  } finally {
    hash.cancel();
  }
}

/** Whether digests are those the source publishes; a source that publishes none is taken by its word. */
export function isPublished({ sha256, gitSha1 }: SourceFile, measured: Digests): boolean {
  if (sha256) return sha256 === measured.sha256;
  return gitSha1 === undefined || gitSha1 === measured.gitSha1;
}

/** How often pieces that the disk lost are fetched again. */
const DISK_ROUNDS = 2;

async function fetchAndProve(ports: FetchPorts, job: FetchJob, part: PartFile): Promise<Proven> {
  const locator = createLocator(ports, ports.source.routes(job.manifest.origin, job.file));
  const again = new Set<number>();
  let hasDoubted = false;
  let diskRounds = 0;
  for (let copy = 1; ; ) {
    const digests = await fetchOnce(ports, { ...job, again, locator }, part);
    if (isPublished(job.file, digests)) {
      await part.markVerified(digests.sha256);
      return provenBy(part, digests.sha256);
    }
    const damaged = await damagedPieces(ports.hasher, part);
    if (damaged.length > 0) {
      diskRounds += 1;
      if (diskRounds > DISK_ROUNDS) throw new AppError('DISK_UNRELIABLE', { path: part.path });
      await forget(part, damaged, 'disk', again);
    } else if (!hasDoubted && part.doubtful.size > 0) {
      hasDoubted = true;
      await forget(part, [...part.doubtful], 'doubtful', again);
    } else {
      await part.setAside();
      locator.setAside(locator.routeIndex());
      if (copy === 2) throw new AppError('DIGEST_MISMATCH', { path: job.file.path });
      copy += 1;
    }
  }
}

async function forget(
  part: PartFile,
  pieces: readonly number[],
  reason: 'disk' | 'doubtful',
  again: Set<number>,
) {
  for (const piece of pieces) again.add(piece);
  await part.forget(pieces, reason);
}

/** Pieces whose bytes on the disk are no longer those that arrived. */
async function damagedPieces(hasher: Hasher, { map, path }: PartFile): Promise<number[]> {
  const pieces = touchedPieces(map);
  const spans = pieces.map((piece) => {
    const from = pieceStart(map, piece);
    return { from, to: from + (map.filled[piece] ?? 0) };
  });
  const found = await hasher.checksums(path, spans);
  return pieces.filter((piece, index) => found[index] !== map.crc32[piece]);
}

interface FetchOnceJob extends FetchJob {
  readonly again: ReadonlySet<number>;
  readonly locator: Locator;
}

async function fetchOnce(ports: FetchPorts, job: FetchOnceJob, part: PartFile): Promise<Digests> {
  const { file } = job;
  const hash = ports.hasher.follow(part.path, {
    ...(!file.sha256 && { gitBlobBytes: file.sizeBytes }),
    onProgress: (hashed) => job.onProgress(presentBytes(part.map), hashed, 0),
  });
  try {
    await fetchPieces(ports, {
      who: job.downloadId,
      path: file.path,
      part,
      hash,
      locator: job.locator,
      limits: job.limits,
      retry: job.retry,
      stallTimeoutMs: job.stallTimeoutMs,
      signal: job.signal,
      onState: job.onState,
      onBytes: (present, arrived) => job.onProgress(present, hash.hashedBytes, arrived),
      onFlights: (now) => job.onFlights(part, { ...now, again: job.again }),
    });
    job.onState({ kind: 'verifying' });
    // The disk catches up while the rest is digested.
    const [digests] = await Promise.all([
      abortable(hash.finish(file.sizeBytes), job.signal),
      part.sync(),
    ]);
    return digests;
  } finally {
    hash.cancel();
  }
}

function provenBy({ map }: PartFile, sha256: string): Proven {
  const crc32 = Array.from(map.crc32, (value) => value.toString(16).padStart(8, '0')).join('');
  return { sha256, pieces: { pieceBytes: map.pieceBytes, crc32 } };
}
