/** A download inside the engine: what is stored of it, what only lives while it runs, and its snapshot. */
import { z } from 'zod';
import { activityOf } from '../../../src-shared/domain/describe.ts';
import {
  type Bottleneck,
  capabilities,
  type Download,
  downloadStateSchema,
  type FileProgress,
  type FileProgressState,
  type Hold,
  prioritySchema,
} from '../../../src-shared/domain/download.ts';
import { manifestSchema } from '../../../src-shared/domain/model.ts';
import type { RoomLimit } from '../ports.ts';
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
  /** Own speed limit. */
  limitBytesPerSecond: z.number().int().positive().nullable().default(null),
  /** Not before this time. */
  startAt: z.iso.datetime().nullable().default(null),
});
export type StoredDownload = z.infer<typeof storedDownloadSchema>;

export interface FileJob {
  readonly path: string;
  readonly sizeBytes: number;
  receivedBytes: number;
  verifiedBytes: number;
  state: FileProgressState;
  connections: number;
  /** Host the bytes come from. */
  route: string | null;
  /** The server sends whole files only. */
  isSequential: boolean;
  /** The file drawn as letters, see `FileProgress.pieces`. */
  draw: () => string;
}

export interface Job extends StoredDownload {
  readonly files: FileJob[];
  readonly speed: SpeedMeter;
  /** Present while running; aborting it ends the run. */
  controller: AbortController | undefined;
  /** Settles when the current run has let go of its files. */
  ended: Promise<void>;
  /** Where the bytes it still needs are counted as taken; `null` while they are not. */
  room: readonly RoomLimit[] | null;
  publishedAt: number;
  publishTimer: (() => void) | undefined;
  /** Tells of it again although nothing new has arrived. */
  lullTimer: (() => void) | undefined;
  /** A file changed its state since the download was last announced. */
  hasNewFileState: boolean;
}

export function createJob(stored: StoredDownload): Job {
  const wanted = new Set(stored.paths);
  const files = stored.manifest.files
    .filter(({ path, excluded }) => wanted.has(path) || excluded)
    .map(({ path, sizeBytes, excluded }) => createFileJob(path, sizeBytes, excluded ?? false));
  if (stored.state.kind === 'done') for (const file of files) finishFile(file);
  return {
    ...stored,
    files,
    speed: createSpeedMeter(),
    controller: undefined,
    ended: Promise.resolve(),
    room: null,
    publishedAt: Number.NEGATIVE_INFINITY,
    publishTimer: undefined,
    lullTimer: undefined,
    hasNewFileState: false,
  };
}

function createFileJob(path: string, sizeBytes: number, isExcluded: boolean): FileJob {
  const file: FileJob = {
    path,
    sizeBytes,
    receivedBytes: 0,
    verifiedBytes: 0,
    state: { kind: isExcluded ? 'excluded' : 'waiting' },
    connections: 0,
    route: null,
    isSequential: false,
    draw: () => drawShare(file),
  };
  return file;
}

/** What was installed has no part any more to read its progress from. */
function finishFile(file: FileJob): void {
  if (file.state.kind === 'excluded') return;
  file.receivedBytes = file.sizeBytes;
  file.verifiedBytes = file.sizeBytes;
  file.state = { kind: 'verified' };
}

const CELLS = 48;

/** How much is there, for a file whose pieces are not at hand. */
function drawShare({ receivedBytes, sizeBytes }: FileJob): string {
  const done = sizeBytes === 0 ? CELLS : Math.floor((receivedBytes / sizeBytes) * CELLS);
  return 'd'.repeat(done) + 't'.repeat(CELLS - done);
}

/** The name of a download's own speed limit. */
export const limitName = ({ id }: StoredDownload) => `download ${id}`;
/** The speed limit of all downloads together. */
export const GLOBAL_LIMIT = 'all';

export function toStored(job: Job): StoredDownload {
  const { id, manifest, paths, state, priority, queuedAt, limitBytesPerSecond, startAt } = job;
  return { id, manifest, paths, state, priority, queuedAt, limitBytesPerSecond, startAt };
}

/** Bytes still to be written: what free space has to hold. */
export const missingFrom = (job: Job) => sizeOf(job) - receivedOf(job);

const sizeOf = (job: Job) => sum(job.files, ({ sizeBytes }) => sizeBytes);
const receivedOf = (job: Job) => sum(job.files, ({ receivedBytes }) => receivedBytes);

function sum(files: readonly FileJob[], amount: (file: FileJob) => number): number {
  return files.reduce(
    (total, file) => total + (file.state.kind === 'excluded' ? 0 : amount(file)),
    0,
  );
}

const connectionsOf = (job: Job) => sum(job.files, ({ connections }) => connections);

/** Without a connection for this long nothing moves: small files that come and go leave shorter gaps. */
const IDLE_MS = 3_000;

/** Bytes per second; 0 where nothing can arrive, however fast it was just before. */
export function rateOf(job: Job, now: number): number {
  if (job.state.kind !== 'running' || activityOf(job) === 'waiting-retry') return 0;
  const isIdle = connectionsOf(job) === 0 && job.speed.quietMs(now) >= IDLE_MS;
  return isIdle ? 0 : job.speed.rate(now);
}

export interface SnapshotFacts {
  readonly position: number;
  readonly now: number;
  readonly hold: Hold | null;
  readonly bottleneck: Bottleneck | null;
}

/** The download as the contract shows it. Pure. */
export function snapshotOf(job: Job, { position, now, hold, bottleneck }: SnapshotFacts): Download {
  const sizeBytes = sizeOf(job);
  const receivedBytes = receivedOf(job);
  const running = job.state.kind === 'running';
  const movesFrom = job.manifest.movedFrom?.folder ?? null;
  const bytesPerSecond = Math.round(rateOf(job, now));
  const eta = running ? etaMs(sizeBytes - receivedBytes, bytesPerSecond) : null;
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
    etaMs: eta,
    etaConfidence: eta === null ? null : job.speed.confidence(now),
    connections: connectionsOf(job),
    limitBytesPerSecond: job.limitBytesPerSecond,
    startAt: job.startAt,
    hold,
    bottleneck: running && !movesFrom ? bottleneck : null,
    files: job.files.map(fileProgressOf),
    queuedAt: job.queuedAt,
    movesFrom,
    can: capabilities(job.state),
  };
}

function fileProgressOf({ draw, isSequential: _, ...file }: FileJob): FileProgress {
  return { ...file, pieces: file.state.kind === 'verified' ? 'd' : draw() };
}
