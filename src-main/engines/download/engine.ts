/**
 * The download engine: a queue of models whose files have to arrive. It decides who runs (`queue.ts`),
 * runs them (`run.ts`), keeps the states of `src-shared/domain/download.ts` and says what changed. A
 * download is stored before anything moves, so an end at any moment leaves it in the queue.
 */
import {
  canCancel,
  canPrioritize,
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
  missingFrom,
  type StoredDownload,
  snapshotOf,
  toStored,
} from './job.ts';
import { moveTo, planRuns } from './queue.ts';
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
  /** By model: what was taken out of the queue and still has to let go of its files. */
  const leaving = new Map<string, Promise<void>>();
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
    job.hasNewFileState = false;
    ports.publish('download.state', { downloadId: job.id, modelId, download });
  }

  /** At most four progress events a second for one download; the last state is always told. */
  function announceProgress(job: Job) {
    if (job.publishTimer) return;
    const wait = job.publishedAt + PROGRESS_INTERVAL_MS - ports.clock.now();
    job.publishTimer = ports.clock.after(Math.max(0, wait), () => {
      job.publishTimer = undefined;
      job.publishedAt = ports.clock.now();
      if (job.state.kind !== 'running' || !queue.includes(job)) return;
      if (job.hasNewFileState) announce(job);
      else ports.publish('download.progress', { download: snapshot(job) });
    });
  }

  function dropProgress(job: Job) {
    job.publishTimer?.();
    job.publishTimer = undefined;
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
        job.hasSpace = false;
        schedule();
      });
  }

  async function run(job: Job, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      // The run before may have come to its end in spite of a pause.
      if (job.state.kind === 'done') return;
      const hooks = {
        onState: setFileState(job),
        onProgress: () => announceProgress(job),
        beforeFetch: () => reserve(job),
      };
      const digests = await runDownload({ ports, job, policy, hooks, signal });
      await ports.install(toStored(job), digests);
      await ports.parts.remove(job.id);
      await apply(job, { kind: 'finish', at: new Date(ports.clock.now()).toISOString() });
    } catch (thrown) {
      for (const file of job.files) {
        if (file.state.kind !== 'verified') file.state = { kind: 'waiting' };
      }
      if (!signal.aborted) await fail(job, toAppError(thrown));
      else if (queue.includes(job)) announce(job);
    }
  }

  async function fail(job: Job, error: AppError): Promise<void> {
    const report = toErrorReport(error);
    ports.log.warn('download stopped', { model: job.manifest.id, code: error.code });
    if (error.code === 'INTERNAL') ports.log.error('unexpected', { cause: String(error.cause) });
    const kind = error.code === 'DISK_FULL' ? 'space-lacking' : 'fail';
    if (!canTransition(job.state, kind)) return;
    await apply(job, { kind, error: report });
    if (kind === 'space-lacking') watchSpace();
  }

  /**
   * Gives a download its space beside those that have theirs, one after the other: two that do not fit
   * together must not refuse each other.
   * @throws AppError `DISK_FULL` when it does not fit
   */
  async function reserve(job: Job): Promise<void> {
    const unusedBytes = await ports.freeBytes();
    const others = queue.filter((other) => other !== job && other.hasSpace);
    const takenBytes = others.reduce((sum, other) => sum + missingFrom(other), 0);
    const freeBytes = Math.max(0, unusedBytes - takenBytes);
    const neededBytes = missingFrom(job);
    job.hasSpace = neededBytes <= freeBytes;
    if (job.hasSpace) return;
    throw new AppError('DISK_FULL', { neededBytes, freeBytes, folder: ports.libraryFolder() });
  }

  /** Looks now and then whether those that lack space would fit. */
  function watchSpace(): void {
    cancelSpaceCheck ??= ports.clock.after(SPACE_CHECK_MS, async () => {
      cancelSpaceCheck = undefined;
      const freeBytes = await ports.freeBytes().catch(() => 0);
      if (!active) return;
      const fitting = queue.filter(
        (job) => job.state.kind === 'waiting-space' && missingFrom(job) <= freeBytes,
      );
      await Promise.all(fitting.map((job) => apply(job, { kind: 'space-found' })));
      if (!active) return;
      if (queue.some(({ state }) => state.kind === 'waiting-space')) watchSpace();
      schedule();
    });
  }

  function setFileState(job: Job) {
    return (file: FileJob, state: FileJob['state']) => {
      if (file.state.kind === state.kind && state.kind === 'downloading') return;
      file.state = state;
      if (state.kind === 'verified') file.verifiedBytes = file.sizeBytes;
      job.hasNewFileState = true;
      // A wait is told at once; thousands of small files that come and go are told together.
      if (state.kind === 'retrying') announce(job);
      else announceProgress(job);
    };
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

  function withdraw(job: Job, deletePartial: boolean): Promise<void> {
    const modelId = job.manifest.id;
    const left = leave(job, deletePartial).finally(() => leaving.delete(modelId));
    leaving.set(modelId, left);
    return left;
  }

  async function leave(job: Job, deletePartial: boolean): Promise<void> {
    const place = queue.indexOf(job);
    queue = queue.filter((other) => other !== job);
    await stopRun(job);
    dropProgress(job);
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
      for (const job of queue) if (job.state.kind === 'running') job.state = { kind: 'queued' };
    },

    /** Lets downloads run; what was running goes on by itself. */
    start: async (): Promise<void> => {
      for (const job of queue.filter(({ state }) => state.kind !== 'done')) {
        await readProgress(job).catch((error: unknown) => fail(job, toAppError(error)));
      }
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
      const running = queue.filter(({ state }) => state.kind === 'running');
      await Promise.all(running.map((job) => apply(job, { kind: 'preempt' })));
      await Promise.all(queue.map(stopRun));
      await Promise.allSettled(leaving.values());
      for (const job of queue) dropProgress(job);
      await save();
    },

    /** @throws AppError `ACTION_NOT_POSSIBLE` while no download may run */
    assertStarted: (): void => {
      if (!active) throw new AppError('ACTION_NOT_POSSIBLE', { action: 'run', state: 'stopped' });
    },

    list: (): Download[] => queue.map(snapshot),
    get: (modelId: string): Download | undefined => {
      const job = find(modelId);
      return job && snapshot(job);
    },

    /** Queues a download, or takes up the one that is already there for this model. Idempotent. */
    enqueue: async ({ manifest, paths, id }: DownloadRequest): Promise<Download> => {
      await leaving.get(manifest.id)?.catch(() => undefined);
      const queuedAt = new Date(ports.clock.now()).toISOString();
      const state = { kind: 'queued' } as const;
      const job = createJob({ id, manifest, paths: [...paths], state, priority: 0, queuedAt });
      await readProgress(job);
      const known = find(manifest.id);
      if (known && known.state.kind !== 'done') return snapshot(known);
      queue = [...queue.filter((other) => other !== known), job];
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
      if (!canPrioritize(job.state)) {
        throw new AppError('ACTION_NOT_POSSIBLE', { action: 'prioritize', state: job.state.kind });
      }
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
