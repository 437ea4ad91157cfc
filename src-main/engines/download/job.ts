/** A download inside the engine: what is stored of it, what only lives while it runs, and its snapshot. */
import { z } from 'zod';
import {
  capabilities,
  type Download,
  downloadStateSchema,
  type FileProgress,
  type FileProgressState,
  prioritySchema,
} from '../../../src-shared/domain/download.ts';
import { manifestSchema } from '../../../src-shared/domain/model.ts';
import { createSpeedMeter, etaMs, type SpeedMeter } from './speed.ts';

/** What survives a restart, in queue order, in `downloads.json`. How far each file is stands in its journal. */
export const storedDownloadSchema = z.object({
  id: z.string().min(1),
  manifest: manifestSchema,
  /** Paths that this download fetches; the model's other files were already there. */
  paths: z.array(z.string()),
  state: downloadStateSchema,
  priority: prioritySchema,
  queuedAt: z.iso.datetime(),
});
export type StoredDownload = z.infer<typeof storedDownloadSchema>;

export interface FileJob {
  readonly path: string;
  readonly sizeBytes: number;
  receivedBytes: number;
  verifiedBytes: number;
  state: FileProgressState;
}

export interface Job extends StoredDownload {
  readonly files: FileJob[];
  readonly speed: SpeedMeter;
  /** Present while running; aborting it ends the run. */
  controller: AbortController | undefined;
  /** Settles when the current run has let go of its files. */
  ended: Promise<void>;
  /** Whether the bytes it still needs are counted as taken from the free space. */
  hasSpace: boolean;
  publishedAt: number;
  publishTimer: (() => void) | undefined;
  /** A file changed its state since the download was last announced. */
  hasNewFileState: boolean;
}

export function createJob(stored: StoredDownload): Job {
  const wanted = new Set(stored.paths);
  const files = stored.manifest.files
    .filter(({ path }) => wanted.has(path))
    .map(({ path, sizeBytes }): FileJob => ({ path, sizeBytes, ...UNTOUCHED }));
  return {
    ...stored,
    files,
    speed: createSpeedMeter(),
    controller: undefined,
    ended: Promise.resolve(),
    hasSpace: false,
    publishedAt: Number.NEGATIVE_INFINITY,
    publishTimer: undefined,
    hasNewFileState: false,
  };
}

const UNTOUCHED = { receivedBytes: 0, verifiedBytes: 0, state: { kind: 'waiting' } } as const;

export function toStored(job: Job): StoredDownload {
  const { id, manifest, paths, state, priority, queuedAt } = job;
  return { id, manifest, paths, state, priority, queuedAt };
}

/** Bytes still to be written: what free space has to hold. */
export const missingFrom = (job: Job) => sizeOf(job) - receivedOf(job);

const sizeOf = (job: Job) => sum(job.files, ({ sizeBytes }) => sizeBytes);
const receivedOf = (job: Job) => sum(job.files, ({ receivedBytes }) => receivedBytes);

function sum(files: readonly FileJob[], amount: (file: FileJob) => number): number {
  return files.reduce((total, file) => total + amount(file), 0);
}

/** The download as the contract shows it. Pure. */
export function snapshotOf(job: Job, position: number, now: number): Download {
  const sizeBytes = sizeOf(job);
  const receivedBytes = receivedOf(job);
  const running = job.state.kind === 'running';
  const bytesPerSecond = running ? Math.round(job.speed.rate(now)) : 0;
  return {
    id: job.id,
    modelId: job.manifest.id,
    name: job.manifest.name,
    state: job.state,
    priority: job.priority,
    position,
    sizeBytes,
    receivedBytes,
    verifiedBytes: sum(job.files, ({ verifiedBytes }) => verifiedBytes),
    bytesPerSecond,
    etaMs: running ? etaMs(sizeBytes - receivedBytes, bytesPerSecond) : null,
    files: job.files.map((file): FileProgress => ({ ...file })),
    queuedAt: job.queuedAt,
    can: capabilities(job.state),
  };
}
