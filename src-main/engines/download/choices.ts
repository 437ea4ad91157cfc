/** What a person decides of a download in the queue: its place, its pace, its time, its files. */
import {
  canPrioritize,
  type Download,
  type DownloadTrigger,
} from '../../../src-shared/domain/download.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { createJob, type Job, limitName, toStored } from './job.ts';
import { moveTo } from './queue.ts';

export interface QueueAccess {
  readonly jobs: () => readonly Job[];
  readonly reorder: (change: (jobs: readonly Job[]) => Job[]) => void;
  /** @throws AppError `ACTION_NOT_POSSIBLE` */
  readonly mustFind: (modelId: string, action: string) => Job;
  readonly apply: (job: Job, trigger: DownloadTrigger) => Promise<void>;
  /** Stores and tells what changed of one, or of the order of all, and looks again at who may run. */
  readonly changed: (job: Job) => Promise<Download>;
  readonly changedAll: (job: Job) => Promise<Download>;
  readonly stopRun: (job: Job) => Promise<void>;
  readonly dropProgress: (job: Job) => void;
  readonly setLimit: (name: string, bytesPerSecond: number | null) => void;
}

export function createChoices(queue: QueueAccess) {
  function mustBeUnfinished(modelId: string, action: string): Job {
    const job = queue.mustFind(modelId, action);
    if (canPrioritize(job.state)) return job;
    throw new AppError('ACTION_NOT_POSSIBLE', { action, state: job.state.kind });
  }

  return {
    prioritize: async (
      modelId: string,
      { priority, position }: { priority?: number | undefined; position?: number | undefined },
    ): Promise<Download> => {
      const job = mustBeUnfinished(modelId, 'prioritize');
      if (priority !== undefined) job.priority = priority;
      if (position !== undefined) queue.reorder((jobs) => moveTo(jobs, job, position));
      return queue.changedAll(job);
    },

    /** Runs before all others that wait. */
    next: async (modelId: string): Promise<Download> => {
      const job = mustBeUnfinished(modelId, 'next');
      const waiting = queue.jobs().filter(({ state }) => state.kind === 'queued');
      job.priority = Math.max(job.priority, ...waiting.map(({ priority }) => priority));
      job.startAt = null;
      queue.reorder((jobs) => moveTo(jobs, job, 0));
      if (job.state.kind === 'paused') await queue.apply(job, { kind: 'resume' });
      return queue.changedAll(job);
    },

    /** @param bytesPerSecond `null` lifts the download's own limit */
    limit: async (modelId: string, bytesPerSecond: number | null): Promise<Download> => {
      const job = queue.mustFind(modelId, 'limit');
      job.limitBytesPerSecond = bytesPerSecond;
      queue.setLimit(limitName(job), bytesPerSecond);
      return queue.changed(job);
    },

    /** @param at ISO 8601; `null` starts it in its turn */
    startAt: async (modelId: string, at: string | null): Promise<Download> => {
      const job = mustBeUnfinished(modelId, 'start-at');
      job.startAt = at;
      return queue.changed(job);
    },

    /** Goes on with another choice of the model's files. What has arrived of the others stays. */
    reselect: async (
      manifest: Manifest,
      paths: readonly string[],
    ): Promise<Download | undefined> => {
      const job = queue.jobs().find((other) => other.manifest.id === manifest.id);
      if (!job || job.state.kind === 'done') return undefined;
      const state = job.state.kind === 'running' ? ({ kind: 'queued' } as const) : job.state;
      const chosen = createJob({ ...toStored(job), state, manifest, paths: [...paths] });
      keepProgress(job, chosen);
      // Its run begins when the run before has let go of the files.
      chosen.ended = job.ended;
      queue.reorder((jobs) => jobs.map((other) => (other === job ? chosen : other)));
      queue.dropProgress(job);
      await queue.stopRun(job);
      return queue.changed(chosen);
    },
  };
}

function keepProgress(from: Job, to: Job): void {
  const known = new Map(from.files.map((file) => [file.path, file]));
  for (const file of to.files) {
    const { receivedBytes = 0, verifiedBytes = 0, state } = known.get(file.path) ?? {};
    file.receivedBytes = receivedBytes;
    file.verifiedBytes = verifiedBytes;
    if (state?.kind === 'verified' && file.state.kind !== 'excluded') file.state = state;
  }
}
