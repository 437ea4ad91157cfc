/**
 * The download engine: a queue of models whose files have to arrive. It decides who runs (`queue.ts`),
 * runs them (`run.ts`), keeps the states of `src-shared/domain/download.ts` and says what changed. A
 * download is stored before anything moves, so an end at any moment leaves it in the queue.
 */
import {
  canCancel,
  canTransition,
  type Download,
  type DownloadTrigger,
  transition,
} from '../../../src-shared/domain/download.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Log, Publish } from '../ports.ts';
import { identityOf } from './fetch-file.ts';
import {
  createJob,
  type FileJob,
  type Job,
  receivedOf,
  type StoredDownload,
  sizeOf,
  snapshotOf,
  toStored,
} from './job.ts';
import { moveTo, planRuns, remainingBytes } from './queue.ts';
import { type RunPolicy, type RunPorts, runDownload } from './run.ts';

const PROGRESS_INTERVAL_MS = 250;
const SPACE_CHECK_MS = 15_000;

export interface DownloadPorts extends RunPorts {
  readonly publish: Publish;
  readonly log: Log;
  readonly load: () => readonly StoredDownload[];
  /** Stores the queue; deals with its own failures. */
  readonly save: (downloads: readonly StoredDownload[]) => Promise<void>;
  /** Puts proven parts in their place and writes the manifest. Safe to repeat. */
  readonly install: (job: StoredDownload, digests: ReadonlyMap<string, string>) => Promise<void>;
  /** Bytes downloads may still use where the library is. */
  readonly freeBytes: () => Promise<number>;
  readonly libraryFolder: () => string;
}

export interface DownloadPolicy extends RunPolicy {
  readonly concurrent: () => number;
}

export interface DownloadRequest {
  readonly manifest: Manifest;
  /** Paths to fetch; others of the manifest are already there. */
  readonly paths: readonly string[];
  /** Names the folder of the partial data: the same model at the same commit finds it again. */
  readonly id: string;
}

export type DownloadEngine = ReturnType<typeof createDownloadEngine>;

export function createDownloadEngine(ports: DownloadPorts, policy: DownloadPolicy) {
  let queue: Job[] = [];
  let active = false;
  let cancelSpaceCheck: (() => void) | undefined;

  const snapshot = (job: Job): Download => snapshotOf(job, queue.indexOf(job), ports.clock.now());
  const save = () => ports.save(queue.map(toStored));

  function find(modelId: string): Job | undefined {
    return queue.find((job) => job.manifest.id === modelId);
  }

  function announce(job: Job) {
    const modelId = job.manifest.id;
    const known = queue.includes(job);
    const download = known ? snapshot(job) : null;
    ports.publish('download.state', { downloadId: job.id, modelId, download });
  }

  /** At most four progress events a second for one download; the last state is always told. */
  function announceProgress(job: Job) {
    if (job.publishTimer) return;
    const wait = job.publishedAt + PROGRESS_INTERVAL_MS - ports.clock.now();
    job.publishTimer = ports.clock.after(Math.max(0, wait), () => {
      job.publishTimer = undefined;
      job.publishedAt = ports.clock.now();
      if (job.state.kind === 'running')
        ports.publish('download.progress', { download: snapshot(job) });
    });
  }

  /** Applies a trigger, stores and announces it. @throws AppError `ACTION_NOT_POSSIBLE` */
  async function apply(job: Job, trigger: DownloadTrigger): Promise<void> {
    const next = transition(job.state, trigger);
    if (!next) {
      throw new AppError('ACTION_NOT_POSSIBLE', { action: trigger.kind, state: job.state.kind });
    }
    job.state = next;
    announce(job);
    await save();
  }

  async function stopRun(job: Job): Promise<void> {
    job.controller?.abort(new AppError('ACTION_NOT_POSSIBLE', { action: 'run', state: 'stopped' }));
    await job.ended;
  }

  function schedule(): void {
    if (!active) return;
    const entries = queue.map(({ id, state, priority }) => ({ id, state: state.kind, priority }));
    const plan = planRuns(entries, policy.concurrent());
    for (const job of queue.filter(({ id }) => plan.preempt.includes(id))) {
      void apply(job, { kind: 'preempt' });
      void stopRun(job);
    }
    for (const job of queue.filter(({ id }) => plan.start.includes(id))) launch(job);
  }

  function launch(job: Job): void {
    const controller = new AbortController();
    const before = job.ended;
    job.controller = controller;
    job.speed.reset();
    void apply(job, { kind: 'start' });
    job.ended = before
      .then(() => run(job, controller.signal))
      .finally(() => {
        if (job.controller === controller) job.controller = undefined;
        schedule();
      });
  }

  async function run(job: Job, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      await reserve(job);
      const hooks = { onState: setFileState(job), onProgress: () => announceProgress(job) };
      const digests = await runDownload(ports, job, policy, hooks, signal);
      await ports.install(toStored(job), digests);
      await ports.parts.remove(job.id);
      await apply(job, { kind: 'finish', at: new Date(ports.clock.now()).toISOString() });
    } catch (thrown) {
      if (!signal.aborted) await fail(job, toAppError(thrown));
    }
  }

  async function fail(job: Job, error: AppError): Promise<void> {
    const report = toErrorReport(error);
    ports.log.warn('download stopped', { model: job.manifest.id, code: error.code });
    if (error.code === 'INTERNAL') ports.log.error('unexpected', { cause: String(error.cause) });
    for (const file of job.files) {
      if (file.state.kind !== 'verified') file.state = { kind: 'waiting' };
    }
    const kind = error.code === 'DISK_FULL' ? 'space-lacking' : 'fail';
    if (!canTransition(job.state, kind)) return;
    await apply(job, { kind, error: report });
    if (kind === 'space-lacking') watchSpace();
  }

  /** @throws AppError `DISK_FULL` when what all running downloads still need does not fit */
  async function reserve(job: Job): Promise<void> {
    const others = queue.filter((other) => other !== job && other.state.kind === 'running');
    const amounts = [job, ...others].map((entry) => ({
      sizeBytes: sizeOf(entry),
      receivedBytes: receivedOf(entry),
    }));
    const neededBytes = remainingBytes(amounts.slice(0, 1));
    const freeBytes = Math.max(0, (await ports.freeBytes()) - remainingBytes(amounts.slice(1)));
    if (neededBytes <= freeBytes) return;
    throw new AppError('DISK_FULL', { neededBytes, freeBytes, folder: ports.libraryFolder() });
  }

  /** Looks now and then whether those that lack space would fit. */
  function watchSpace(): void {
    cancelSpaceCheck ??= ports.clock.after(SPACE_CHECK_MS, async () => {
      cancelSpaceCheck = undefined;
      const waiting = queue.filter(({ state }) => state.kind === 'waiting-space');
      const free = await ports.freeBytes().catch(() => 0);
      for (const job of waiting) {
        if (sizeOf(job) - receivedOf(job) <= free) await apply(job, { kind: 'space-found' });
      }
      if (queue.some(({ state }) => state.kind === 'waiting-space')) watchSpace();
      schedule();
    });
  }

  function setFileState(job: Job) {
    return (file: FileJob, state: FileJob['state']) => {
      if (file.state.kind === state.kind && state.kind === 'downloading') return;
      file.state = state;
      if (state.kind === 'verified') file.verifiedBytes = file.sizeBytes;
      announce(job);
    };
  }

  /** What ran is queued again. */
  function rest(): void {
    for (const job of queue) if (job.state.kind === 'running') job.state = { kind: 'queued' };
  }

  /** Reads from the journals how far each file is, for downloads that are not running. */
  async function readProgress(job: Job): Promise<void> {
    for (const file of job.files) {
      const published = job.manifest.files.find(({ path }) => path === file.path);
      if (!published) continue;
      const identity = identityOf({ origin: job.manifest.origin, file: published });
      const { length, verified } = await ports.parts.peek(job.id, identity);
      file.receivedBytes = length;
      file.verifiedBytes = verified ? length : 0;
      file.state = { kind: verified ? 'verified' : 'waiting' };
    }
  }

  async function withdraw(job: Job, deletePartial: boolean): Promise<void> {
    const place = queue.indexOf(job);
    queue = queue.filter((other) => other !== job);
    await stopRun(job);
    try {
      if (deletePartial) await ports.parts.remove(job.id);
    } catch (error) {
      job.state = { kind: 'paused' };
      queue = moveTo(queue, job, place);
      throw error;
    } finally {
      await save();
    }
    announce(job);
    schedule();
  }

  function mustFind(modelId: string, action: string): Job {
    const job = find(modelId);
    if (!job) throw new AppError('ACTION_NOT_POSSIBLE', { action, state: 'not in the queue' });
    return job;
  }

  return {
    /** Takes up the stored queue, without moving anything yet. */
    restore: (): void => {
      queue = ports.load().map(createJob);
      rest();
    },

    /** Lets downloads run; what was running goes on by itself. */
    start: async (): Promise<void> => {
      for (const job of queue.filter(({ state }) => state.kind !== 'done')) await readProgress(job);
      active = true;
      for (const job of queue) announce(job);
      if (queue.some(({ state }) => state.kind === 'waiting-space')) watchSpace();
      schedule();
    },

    /** Ends all runs with their bytes on disk; {@link start} goes on with them. */
    stop: async (): Promise<void> => {
      active = false;
      cancelSpaceCheck?.();
      cancelSpaceCheck = undefined;
      await Promise.all(queue.map(stopRun));
      for (const job of queue) job.publishTimer?.();
      rest();
      await save();
    },

    list: (): Download[] => queue.map(snapshot),
    get: (modelId: string): Download | undefined => {
      const job = find(modelId);
      return job && snapshot(job);
    },

    /** Queues a download, or takes up the one that is already there for this model. Idempotent. */
    enqueue: async ({ manifest, paths, id }: DownloadRequest): Promise<Download> => {
      const known = find(manifest.id);
      if (known && known.state.kind !== 'done') return snapshot(known);
      if (known) queue = queue.filter((job) => job !== known);
      const queuedAt = new Date(ports.clock.now()).toISOString();
      const state = { kind: 'queued' } as const;
      const job = createJob({ id, manifest, paths: [...paths], state, priority: 0, queuedAt });
      queue.push(job);
      await readProgress(job);
      await save();
      announce(job);
      schedule();
      return snapshot(job);
    },

    pause: async (modelId: string): Promise<Download> => {
      const job = mustFind(modelId, 'pause');
      await apply(job, { kind: 'pause' });
      await stopRun(job);
      schedule();
      return snapshot(job);
    },

    resume: async (modelId: string): Promise<Download> => {
      const job = mustFind(modelId, 'resume');
      await apply(job, { kind: 'resume' });
      schedule();
      return snapshot(job);
    },

    retry: async (modelId: string): Promise<Download> => {
      const job = mustFind(modelId, 'retry');
      await apply(job, { kind: 'retry' });
      schedule();
      return snapshot(job);
    },

    /** Takes a download out of the queue; partial data stays for a later one unless told otherwise. */
    cancel: async (modelId: string, deletePartial: boolean): Promise<void> => {
      const job = mustFind(modelId, 'cancel');
      if (!canCancel(job.state)) {
        throw new AppError('ACTION_NOT_POSSIBLE', { action: 'cancel', state: job.state.kind });
      }
      await withdraw(job, deletePartial);
    },

    /** Forgets a finished download; what it brought stays. */
    dismiss: async (modelId: string): Promise<void> => {
      const job = mustFind(modelId, 'dismiss');
      if (job.state.kind !== 'done') {
        throw new AppError('ACTION_NOT_POSSIBLE', { action: 'dismiss', state: job.state.kind });
      }
      await withdraw(job, false);
    },

    prioritize: async (
      modelId: string,
      { priority, position }: { priority?: number | undefined; position?: number | undefined },
    ): Promise<Download> => {
      const job = mustFind(modelId, 'prioritize');
      if (priority !== undefined) job.priority = priority;
      if (position !== undefined) queue = moveTo(queue, job, position);
      await save();
      for (const moved of queue) announce(moved);
      schedule();
      return snapshot(job);
    },

    /** Looks again at who may run, after a setting changed. */
    reschedule: schedule,
  };
}
