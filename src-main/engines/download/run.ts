/** One run of one download: its unfinished files, a few at a time, until all are proven or one fails. */
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';
import { type FetchPorts, fetchFile } from './fetch-file.ts';
import type { FileJob, Job } from './job.ts';
import type { RetryPolicy } from './retry.ts';

export interface RunPorts extends FetchPorts {
  /**
   * The SHA-256 of a file that is already in its place and proven to be the published one; `null`
   * when it has to be fetched. Rejects with the reason of the signal as soon as that is aborted.
   */
  readonly proveInPlace: (
    manifest: Manifest,
    file: ManifestFile,
    signal: AbortSignal,
  ) => Promise<string | null>;
}

export interface RunPolicy {
  readonly filesAtOnce: () => number;
  readonly retry: () => RetryPolicy;
  readonly stallTimeoutMs: () => number;
}

export interface RunHooks {
  readonly onState: (file: FileJob, state: FileProgressState) => void;
  readonly onProgress: () => void;
  /** Called once, before anything is fetched, when something has to be. @throws to refuse it */
  readonly beforeFetch: () => Promise<void>;
}

export interface Run {
  readonly ports: RunPorts;
  readonly job: Job;
  readonly policy: RunPolicy;
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
}

/**
 * @returns SHA-256 by path
 * @throws the first failure that is not a passing one, after the other files have stopped
 */
export async function runDownload(run: Run): Promise<Map<string, string>> {
  const digests = await proveInPlace(run);
  const missing = run.job.files.filter(({ path }) => !digests.has(path));
  if (missing.length === 0) return digests;
  await run.hooks.beforeFetch();
  await fetchFiles(run, missing, digests);
  return digests;
}

/** What an end in the middle of an install, or another model, has put there already. */
async function proveInPlace({ ports, job, hooks, signal }: Run): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const file of job.files) {
    signal.throwIfAborted();
    const digest = await ports.proveInPlace(job.manifest, publishedOf(job, file), signal);
    if (digest === null) continue;
    digests.set(file.path, digest);
    file.receivedBytes = file.sizeBytes;
    hooks.onState(file, { kind: 'verified' });
  }
  return digests;
}

async function fetchFiles(run: Run, files: readonly FileJob[], digests: Map<string, string>) {
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  const waiting = files.toSorted((a, b) => a.sizeBytes - b.sizeBytes);

  async function work() {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      signal.throwIfAborted();
      digests.set(file.path, await fetchOne({ ...run, signal }, file));
      run.hooks.onState(file, { kind: 'verified' });
    }
  }

  const workers = Array.from({ length: run.policy.filesAtOnce() }, () =>
    work().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  run.signal.throwIfAborted();
  failure.signal.throwIfAborted();
}

function fetchOne({ ports, job, policy, hooks, signal }: Run, file: FileJob): Promise<string> {
  return fetchFile(ports, {
    downloadId: job.id,
    origin: job.manifest.origin,
    file: publishedOf(job, file),
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

/** A job is made of files of its own manifest. */
function publishedOf({ manifest }: Job, { path }: FileJob): ManifestFile {
  return manifest.files.find((file) => file.path === path) as ManifestFile;
}
