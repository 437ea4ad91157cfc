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
  type Hold,
  transition,
} from '../../../src-shared/domain/download.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import type { Log, Publish } from '../ports.ts';
import { createAnnouncer, setFileState } from './announcer.ts';
import { bottleneckOf, type GlobalLimit, speedFactsOf } from './bottleneck.ts';
import { createChoices } from './choices.ts';
import type { Proven } from './fetch-file.ts';
import type { Job, StoredDownload } from './job.ts';
import { createJob, GLOBAL_LIMIT, limitName, snapshotOf, toStored } from './job.ts';
import { moveTo, planRuns } from './queue.ts';
import { readProgress } from './read-progress.ts';
import { type RunPolicy, type RunPorts, runDownload } from './run.ts';
import { createSpace, isForRoom, type SpacePorts } from './space.ts';

export interface DownloadPorts extends RunPorts {
  readonly publish: Publish;
  readonly log: Log;
  readonly load: () => readonly StoredDownload[];
  /** Stores the queue; deals with its own failures. */
  readonly save: (downloads: readonly StoredDownload[]) => Promise<void>;
  /** Puts proven parts in their place and writes the manifest. Safe to repeat. */
  readonly install: (
    job: Pick<StoredDownload, 'id' | 'manifest'>,
    proven: ReadonlyMap<string, Proven>,
  ) => Promise<void>;
  readonly room: SpacePorts['room'];
  /** Keeps the computer awake as long as something moves. */
  readonly keepAwake: (on: boolean) => void;
}

export interface DownloadPolicy extends RunPolicy {
  readonly concurrent: () => number;
  readonly limit: () => GlobalLimit;
  /** What keeps downloads from this address waiting now, whatever their turn. */
  readonly holdFor: (endpoint: string) => Hold | null;
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
  const { clock } = ports;
  let queue: Job[] = [];
  let active = false;
  /** By model: what was taken out of the queue and still has to let go of its files. */
  const leaving = new Map<string, Promise<void>>();
  let cancelWake: (() => void) | undefined;
  const space = createSpace({
    ...ports,
    jobs: () => queue,
    isActive: () => active,
    onFound: async (jobs) => {
      await Promise.all(jobs.map((job) => apply(job, { kind: 'space-found' })));
      schedule();
    },
    onLost: async (jobs, error) => {
      await Promise.all(jobs.map((job) => fail(job, error)));
      await Promise.all(jobs.map(stopRun));
    },
  });

  const save = () => ports.save(queue.map(toStored));

  function find(modelId: string): Job | undefined {
    return queue.find((job) => job.manifest.id === modelId);
  }

  function snapshot(job: Job): Download {
    const now = clock.now();
    const { kind } = job.state;
    const hold = kind === 'queued' ? holdOf(job) : null;
    const bottleneck = kind === 'running' ? bottleneckNow(job) : null;
    return snapshotOf(job, { position: queue.indexOf(job), now, hold, bottleneck });
  }

  function holdOf({ startAt, manifest }: Job): Hold | null {
    const isEarly = startAt !== null && Date.parse(startAt) > clock.now();
    if (isEarly) return { kind: 'start-at', at: startAt };
    return manifest.movedFrom ? null : policy.holdFor(manifest.origin.endpoint);
  }

  function bottleneckNow(job: Job) {
    const running = queue.filter(({ state }) => state.kind === 'running');
    const { isSettled } = ports.hosts;
    const around = { running, isSettled, limit: policy.limit(), now: clock.now() };
    return bottleneckOf(speedFactsOf(job, around));
  }

  const { announce, announceProgress, dropProgress } = createAnnouncer({
    clock,
    publish: ports.publish,
    isQueued: (job) => queue.includes(job),
    current: (job) => find(job.manifest.id),
    snapshot,
  });

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
    const entries = queue.map((job) => {
      const { id, state, priority } = job;
      return { id, state: state.kind, priority, isHeld: holdOf(job) !== null };
    });
    const plan = planRuns(entries, policy.concurrent());
    for (const job of queue.filter(({ id }) => plan.preempt.includes(id))) {
      void apply(job, { kind: 'preempt' });
      void stopRun(job);
    }
    for (const job of queue.filter(({ id }) => plan.start.includes(id))) launch(job);
    ports.keepAwake(queue.some(({ state }) => state.kind === 'running'));
    wakeForStart();
  }

  /** Looks again when the next download that waits for its time may start. */
  function wakeForStart(): void {
    cancelWake?.();
    const times = queue.flatMap(({ startAt }) => (startAt === null ? [] : [Date.parse(startAt)]));
    const next = Math.min(...times.filter((time) => time > clock.now()));
    if (!Number.isFinite(next)) return;
    // Timers cannot wait longer than some 24 days.
    const waitMs = Math.min(next - clock.now(), 2 ** 30);
    cancelWake = clock.after(waitMs, schedule);
  }

  function applyLimits(): void {
    ports.transfers.setLimit(GLOBAL_LIMIT, policy.limit().bytesPerSecond);
    for (const job of queue) ports.transfers.setLimit(limitName(job), job.limitBytesPerSecond);
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
        job.room = null;
        schedule();
      });
  }

  async function run(job: Job, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      // The run before may have come to its end in spite of a pause.
      if (job.state.kind === 'done') return;
      const hooks = {
        onState: setFileState(job, { announce, announceProgress }),
        onProgress: () => announceProgress(job),
        beforeFetch: () => space.reserve(job),
      };
      const proven = await runDownload({ ports, job, policy, hooks, signal });
      await ports.install(toStored(job), proven);
      await ports.parts.remove(job.id);
      await apply(job, { kind: 'finish', at: new Date(clock.now()).toISOString() });
    } catch (thrown) {
      for (const file of job.files) {
        const { kind } = file.state;
        if (kind !== 'verified' && kind !== 'excluded') file.state = { kind: 'waiting' };
        file.connections = 0;
      }
      if (!signal.aborted) await fail(job, toAppError(thrown));
      else if (queue.includes(job)) announce(job);
    }
  }

  async function fail(job: Job, error: AppError): Promise<void> {
    const isFull = isForRoom(error);
    const report = toErrorReport(isFull ? await space.lackingFor(job, error) : error);
    ports.log.warn('download stopped', { model: job.manifest.id, code: error.code });
    if (error.code === 'INTERNAL') ports.log.error('unexpected', { cause: String(error.cause) });
    const kind = isFull ? 'space-lacking' : 'fail';
    if (!canTransition(job.state, kind)) return;
    await apply(job, { kind, error: report });
    if (isFull) space.watchWaiting();
  }

  function withdraw(job: Job, deletePartial: boolean): Promise<void> {
    const modelId = job.manifest.id;
    const left = leave(job, deletePartial).finally(() => leaving.delete(modelId));
    leaving.set(modelId, left);
    return left;
  }

  async function leave(job: Job, deletePartial: boolean): Promise<void> {
    const place = queue.indexOf(job);
    const wasDone = job.state.kind === 'done';
    queue = queue.filter((other) => other !== job);
    ports.transfers.setLimit(limitName(job), null);
    await stopRun(job);
    dropProgress(job);
    // It was put in its place while this waited: what is there is not cancelled.
    const isLate = !wasDone && job.state.kind === 'done';
    try {
      if (isLate) throw new AppError('ACTION_NOT_POSSIBLE', { action: 'cancel', state: 'done' });
      if (deletePartial) await ports.parts.remove(job.id);
    } catch (error) {
      if (!isLate) job.state = { kind: 'paused' };
      queue = moveTo(queue, job, place);
      throw error;
    } finally {
      await save();
    }
    announce(job);
    schedule();
  }

  async function changedAll(job: Job): Promise<Download> {
    await save();
    for (const moved of queue) announce(moved);
    schedule();
    return snapshot(job);
  }

  async function changed(job: Job): Promise<Download> {
    await save();
    announce(job);
    schedule();
    return snapshot(job);
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

    /** Lets downloads run; what was running goes on by itself. Idempotent. */
    start: async (): Promise<void> => {
      if (active) return;
      for (const job of queue.filter(({ state }) => state.kind !== 'done')) {
        await readProgress(ports.parts, job).catch((error: unknown) =>
          fail(job, toAppError(error)),
        );
      }
      active = true;
      ports.transfers.prepare();
      applyLimits();
      for (const job of queue) announce(job);
      space.watchWaiting();
      schedule();
    },

    /** Ends all runs with their bytes on disk; {@link start} goes on with them. */
    stop: async (): Promise<void> => {
      active = false;
      cancelWake?.();
      space.stop();
      const running = queue.filter(({ state }) => state.kind === 'running');
      await Promise.all(running.map((job) => apply(job, { kind: 'preempt' })));
      await Promise.all(queue.map(stopRun));
      await Promise.allSettled(leaving.values());
      for (const job of queue) dropProgress(job);
      ports.keepAwake(false);
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
      const queuedAt = new Date(clock.now()).toISOString();
      const state = { kind: 'queued' } as const;
      const fresh = { priority: 0, queuedAt, limitBytesPerSecond: null, startAt: null };
      const job = createJob({ id, manifest, paths: [...paths], state, ...fresh });
      await readProgress(ports.parts, job);
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

    ...createChoices({
      jobs: () => queue,
      reorder: (change) => {
        queue = change(queue);
      },
      mustFind,
      apply,
      changed,
      changedAll,
      stopRun,
      dropProgress,
      setLimit: ports.transfers.setLimit,
    }),

    /** Looks again at who may run and how fast, after a setting or the circumstances changed. */
    reschedule: (): void => {
      if (!active) return;
      applyLimits();
      schedule();
      void space.lookNow();
      for (const job of queue) if (job.state.kind === 'queued') announce(job);
    },
  };
}
