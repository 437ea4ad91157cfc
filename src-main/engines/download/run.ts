/** One run of one download: its unfinished files, a few at a time, until all are proven or one fails. */
import { setMaxListeners } from 'node:events';
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import type { ManifestFile } from '../../../src-shared/domain/model.ts';
import { fetchFile, type Proven } from './fetch-file.ts';
import type { FetchPorts } from './fetch-job.ts';
import { SMALL_BYTES } from './fetch-small.ts';
import { type FileJob, GLOBAL_LIMIT, type Job, limitName, type StoredDownload } from './job.ts';
import { drawPieces } from './plan-span.ts';
import type { RetryPolicy } from './retry.ts';

export interface RunPorts extends FetchPorts {
  /**
   * The SHA-256 of a file that is already in its place and proven to be the published one; `null`
   * when it has to be fetched. Rejects with the reason of the signal as soon as that is aborted.
   * @throws AppError `FILE_IN_THE_WAY`, before anything is fetched
   */
  readonly proveInPlace: (
    job: Pick<StoredDownload, 'id' | 'manifest'>,
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
 * @returns what is proven, by path
 * @throws the first failure that is not a passing one, after the other files have stopped
 */
export async function runDownload(run: Run): Promise<Map<string, Proven>> {
  const digests = await proveInPlace(run);
  const missing = run.job.files.filter(
    ({ path, state }) => state.kind !== 'excluded' && !digests.has(path),
  );
  if (missing.length === 0) return digests;
  await run.hooks.beforeFetch();
  await run.ports.parts.prepare(run.job.id);
  const hasPart = await run.ports.parts.list(run.job.id);
  await fetchFiles({ ...run, hasPart }, missing, digests);
  return digests;
}

/** What an end in the middle of an install, or another model, has put there already. */
async function proveInPlace({ ports, job, hooks, signal }: Run): Promise<Map<string, Proven>> {
  const digests = new Map<string, Proven>();
  for (const file of job.files) {
    signal.throwIfAborted();
    if (file.state.kind === 'excluded') continue;
    const digest = await ports.proveInPlace(job, publishedOf(job, file), signal);
    if (digest === null) continue;
    digests.set(file.path, { sha256: digest });
    file.receivedBytes = file.sizeBytes;
    hooks.onState(file, { kind: 'verified' });
  }
  return digests;
}

interface FetchRun extends Run {
  readonly hasPart: (path: string) => boolean;
}

/** Small files come and go by the dozen, beside a few large ones. */
const SMALL_AT_ONCE = 16;

async function fetchFiles(run: FetchRun, files: readonly FileJob[], digests: Map<string, Proven>) {
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  // Every file listens.
  setMaxListeners(0, signal);
  const bySize = files.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  const small = bySize.filter(({ sizeBytes }) => sizeBytes <= SMALL_BYTES);
  const large = bySize.slice(small.length);

  async function work(waiting: FileJob[]) {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      signal.throwIfAborted();
      digests.set(file.path, await fetchOne({ ...run, signal }, file));
      run.hooks.onState(file, { kind: 'verified' });
    }
  }

  const start = (waiting: FileJob[], count: number) =>
    Array.from({ length: count }, () =>
      work(waiting).catch((error: unknown) => failure.abort(error)),
    );
  await Promise.all([...start(small, SMALL_AT_ONCE), ...start(large, run.policy.filesAtOnce())]);
  run.signal.throwIfAborted();
  failure.signal.throwIfAborted();
}

function fetchOne(
  { ports, job, policy, hooks, signal, hasPart }: FetchRun,
  file: FileJob,
): Promise<Proven> {
  return fetchFile(ports, {
    downloadId: job.id,
    manifest: job.manifest,
    file: publishedOf(job, file),
    hasPart: hasPart(file.path),
    signal,
    limits: [GLOBAL_LIMIT, limitName(job)],
    retry: policy.retry,
    stallTimeoutMs: policy.stallTimeoutMs,
    onState: (state) => hooks.onState(file, state),
    onProgress: (receivedBytes, verifiedBytes, arrived) => {
      file.receivedBytes = receivedBytes;
      file.verifiedBytes = verifiedBytes;
      if (arrived > 0) job.speed.add(arrived, ports.clock.now());
      hooks.onProgress();
    },
    onFlights: ({ map }, { flying, again, route, isSequential }) => {
      file.isSequential = isSequential;
      file.connections = flying.length;
      file.route = route;
      file.draw = () => drawPieces(map, flying, again);
      hooks.onProgress();
    },
  });
}

/** A job is made of files of its own manifest. */
function publishedOf({ manifest }: Job, { path }: FileJob): ManifestFile {
  return manifest.files.find((file) => file.path === path) as ManifestFile;
}
