/** One run of one download: its unfinished files, a few at a time, until all are proven or one fails. */
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';
import { type FetchPorts, fetchFile } from './fetch-file.ts';
import type { FileJob, Job } from './job.ts';
import type { RetryPolicy } from './retry.ts';

export interface RunPorts extends FetchPorts {
  /**
   * The SHA-256 of a file that is already in its place and proven to be the published one; `null`
   * when it has to be fetched.
   */
  readonly proveInPlace: (manifest: Manifest, file: ManifestFile) => Promise<string | null>;
}

export interface RunPolicy {
  readonly filesAtOnce: () => number;
  readonly retry: () => RetryPolicy;
  readonly stallTimeoutMs: () => number;
}

export interface RunHooks {
  readonly onState: (file: FileJob, state: FileProgressState) => void;
  readonly onProgress: () => void;
}

/**
 * @returns SHA-256 by path
 * @throws the first failure that is not a passing one, after the other files have stopped
 */
export async function runDownload(
  ports: RunPorts,
  job: Job,
  policy: RunPolicy,
  hooks: RunHooks,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const failure = new AbortController();
  const together = AbortSignal.any([signal, failure.signal]);
  const waiting = [...job.files].sort((a, b) => a.sizeBytes - b.sizeBytes);

  async function work() {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      together.throwIfAborted();
      digests.set(file.path, await runFile(ports, job, file, policy, hooks, together));
      hooks.onState(file, { kind: 'verified' });
    }
  }

  const workers = Array.from({ length: policy.filesAtOnce() }, () =>
    work().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
  return digests;
}

async function runFile(
  ports: RunPorts,
  job: Job,
  file: FileJob,
  policy: RunPolicy,
  hooks: RunHooks,
  signal: AbortSignal,
): Promise<string> {
  const published = job.manifest.files.find(({ path }) => path === file.path) as ManifestFile;
  const inPlace = await ports.proveInPlace(job.manifest, published);
  if (inPlace) {
    file.receivedBytes = file.sizeBytes;
    return inPlace;
  }
  return fetchFile(ports, {
    downloadId: job.id,
    origin: job.manifest.origin,
    file: published,
    signal,
    retry: policy.retry,
    stallTimeoutMs: policy.stallTimeoutMs,
    onState: (state) => hooks.onState(file, state),
    onProgress: (receivedBytes, verifiedBytes, arrived) => {
      file.receivedBytes = receivedBytes;
      file.verifiedBytes = verifiedBytes;
      if (arrived > 0) job.speed.add(arrived, ports.clock.now());
      hooks.onProgress();
    },
  });
}
