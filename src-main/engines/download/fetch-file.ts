/**
 * One file, from wherever its part stands to proven bytes: locate, transfer, try again for passing
 * reasons, verify. A digest that differs sets the bytes aside and fetches the file once more.
 */

import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import type { Origin, SourceFile } from '../../../src-shared/domain/model.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import { abortable } from '../abortable.ts';
import type {
  Digests,
  FileIdentity,
  FileLocation,
  Hasher,
  HashRun,
  ModelSource,
  PartFile,
  PartStore,
  Random,
} from '../ports.ts';
import { isPassing, nextDelayMs, type RetryPolicy } from './retry.ts';
import { type TransferPorts, transfer } from './transfer.ts';

export interface FetchPorts extends TransferPorts {
  readonly source: ModelSource;
  readonly parts: PartStore;
  readonly hasher: Hasher;
  readonly random: Random;
}

export interface FetchJob {
  readonly downloadId: string;
  readonly origin: Origin;
  readonly file: SourceFile;
  readonly signal: AbortSignal;
  readonly retry: () => RetryPolicy;
  readonly stallTimeoutMs: () => number;
  readonly onState: (state: FileProgressState) => void;
  /** Bytes in the part file and bytes digested, after each change. */
  readonly onProgress: (receivedBytes: number, hashedBytes: number, arrived: number) => void;
}

/** Renews a link this long before it says it expires. */
const EXPIRY_MARGIN_MS = 60_000;

/** @returns the SHA-256 of the proven file in the part store */
export async function fetchFile(ports: FetchPorts, job: FetchJob): Promise<string> {
  const part = await ports.parts.open(job.downloadId, identityOf(job));
  try {
    if (part.verifiedSha256) {
      job.onProgress(part.length, part.length, 0);
      return part.verifiedSha256;
    }
    return await fetchAndProve(ports, job, part);
  } finally {
    await part.close();
  }
}

export function identityOf({ origin, file }: Pick<FetchJob, 'origin' | 'file'>): FileIdentity {
  const digest = file.sha256 ? `sha256:${file.sha256}` : `git-sha1:${file.gitSha1 ?? 'unknown'}`;
  const { endpoint, repository, revision } = origin;
  return { endpoint, repository, revision, path: file.path, sizeBytes: file.sizeBytes, digest };
}

async function fetchAndProve(ports: FetchPorts, job: FetchJob, part: PartFile): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const digests = await fetchOnce(ports, job, part);
    if (matches(job.file, digests)) {
      await part.markVerified(digests.sha256);
      return digests.sha256;
    }
    await part.setAside();
    if (copy === 2) throw new AppError('DIGEST_MISMATCH', { path: job.file.path });
  }
}

function matches(file: SourceFile, digests: Digests): boolean {
  if (file.sha256) return file.sha256 === digests.sha256;
  return file.gitSha1 === undefined || file.gitSha1 === digests.gitSha1;
}

async function fetchOnce(ports: FetchPorts, job: FetchJob, part: PartFile): Promise<Digests> {
  const { file } = job;
  const hash = ports.hasher.follow(part.path, {
    ...(!file.sha256 && { gitBlobBytes: file.sizeBytes }),
    onProgress: (hashed) => job.onProgress(part.length, hashed, 0),
  });
  try {
    await receiveAll(ports, job, part, hash);
    job.onState({ kind: 'verifying' });
    return await abortable(hash.finish(part.length), job.signal);
  } finally {
    hash.cancel();
  }
}

async function receiveAll(ports: FetchPorts, job: FetchJob, part: PartFile, hash: HashRun) {
  let failures = 0;
  let location: FileLocation | undefined;
  while (part.length < job.file.sizeBytes) {
    const before = part.length;
    const fresh = !isUsable(location, ports.clock.now());
    job.onState({ kind: 'downloading' });
    try {
      if (fresh) location = await ports.source.locate(job.origin, job.file, job.signal);
      await transferHere(ports, job, part, hash, location as FileLocation);
    } catch (thrown) {
      job.signal.throwIfAborted();
      const error = toAppError(thrown);
      if (!isPassing(error)) throw error;
      const moved = part.length > before;
      if (moved) failures = 0;
      if (!moved || error.code === 'LINK_EXPIRED') location = undefined;
      if (error.code === 'LINK_EXPIRED' && !fresh) continue;
      failures += 1;
      await waitForRetry(ports, job, error, failures);
    }
  }
}

function isUsable(location: FileLocation | undefined, now: number): location is FileLocation {
  if (!location) return false;
  return location.expiresAt === undefined || location.expiresAt - EXPIRY_MARGIN_MS > now;
}

function transferHere(
  ports: FetchPorts,
  job: FetchJob,
  part: PartFile,
  hash: HashRun,
  location: FileLocation,
) {
  return transfer(ports, {
    path: job.file.path,
    sizeBytes: job.file.sizeBytes,
    location,
    part,
    hash,
    stallTimeoutMs: job.stallTimeoutMs(),
    signal: job.signal,
    onBytes: (count) => job.onProgress(part.length, hash.hashedBytes, count),
  });
}

/** @throws the error itself once its attempts are used up */
async function waitForRetry(ports: FetchPorts, job: FetchJob, error: AppError, failures: number) {
  const policy = job.retry();
  if (failures > policy.attempts) throw error;
  const delayMs = nextDelayMs(failures, policy, ports.random, error.retryAfterMs);
  const at = new Date(ports.clock.now() + delayMs).toISOString();
  const report = toErrorReport(error);
  job.onState({ kind: 'retrying', at, attempt: failures, of: policy.attempts, error: report });
  await pause(ports, delayMs, job.signal);
}

function pause({ clock }: FetchPorts, delayMs: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  const waited = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve);
  });
  return abortable(waited, signal).finally(() => cancel());
}
