/**
 * Room over all downloads, on their disks and within the budgets of their libraries. Each gets its own before it fetches, one after the other, so that two that
 * do not fit together do not refuse each other; one that waits goes on by itself when there is room.
 */
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock, RoomLimit } from '../ports.ts';
import { type Job, missingFrom } from './job.ts';

const WAITING_CHECK_MS = 5_000;
const RUNNING_CHECK_MS = 5_000;

export interface SpacePorts {
  readonly clock: Clock;
  /** What bounds the room for a download. */
  readonly room: (downloadId: string) => Promise<readonly RoomLimit[]>;
  readonly jobs: () => readonly Job[];
  /** Whether downloads may run at all. */
  readonly isActive: () => boolean;
  /** There is room for these, which waited for it. */
  readonly onFound: (jobs: readonly Job[]) => Promise<void>;
  /** The room went away under these: the disk filled up by whatever else is on it, or the budget was lowered. */
  readonly onLost: (jobs: readonly Job[], error: AppError) => Promise<void>;
}

export function createSpace(ports: SpacePorts) {
  const { clock } = ports;
  let cancelWaiting: (() => void) | undefined;
  let cancelRunning: (() => void) | undefined;

  const waiting = () => ports.jobs().filter(({ state }) => state.kind === 'waiting-space');
  const running = () => ports.jobs().filter((job) => job.state.kind === 'running' && job.room);

  /** Looks now and then whether those that wait would fit. */
  function watchWaiting(): void {
    cancelWaiting ??= clock.after(WAITING_CHECK_MS, async () => {
      cancelWaiting = undefined;
      await lookAtWaiting();
      if (ports.isActive() && waiting().length > 0) watchWaiting();
    });
  }

  /** What is left for a download within a limit, beside those that have their room. */
  function leftFor(job: Job, limit: RoomLimit): number {
    const others = ports.jobs().filter((other) => other !== job && sharesRoom(other, limit));
    return Math.max(0, limit.freeBytes - missingFromAll(others));
  }

  /** @returns the first limit that is too narrow */
  const tooNarrow = (job: Job, room: readonly RoomLimit[]) =>
    room.find((limit) => missingFrom(job) > leftFor(job, limit));

  async function lookAtWaiting(): Promise<void> {
    const fitting: Job[] = [];
    for (const job of waiting()) {
      const room = await ports.room(job.id).catch(() => null);
      if (room && !tooNarrow(job, room)) fitting.push(job);
    }
    // Some may have been paused or taken out meanwhile.
    const still = fitting.filter((job) => waiting().includes(job));
    if (ports.isActive() && still.length > 0) await ports.onFound(still);
  }

  /** Others write to the disk as well: none is filled beyond what is kept free. */
  function watchRunning(): void {
    cancelRunning ??= clock.after(RUNNING_CHECK_MS, async () => {
      cancelRunning = undefined;
      for (const limit of await exhausted()) {
        if (!ports.isActive()) return;
        const jobs = running().filter((job) => sharesRoom(job, limit) && missingFrom(job) > 0);
        if (jobs.length > 0) await ports.onLost(jobs, lacking(limit, missingFromAll(jobs)));
      }
      if (ports.isActive() && running().length > 0) watchRunning();
    });
  }

  /** Limits of what runs that have nothing left. */
  async function exhausted(): Promise<RoomLimit[]> {
    const limits = new Map<string, RoomLimit>();
    for (const job of running()) {
      const room = await ports.room(job.id).catch(() => []);
      for (const limit of room) if (limit.freeBytes === 0) limits.set(limit.name, limit);
    }
    return [...limits.values()];
  }

  return {
    /** @throws AppError `DISK_FULL`, `BUDGET_REACHED` when it does not fit beside those that have their room */
    reserve: async (job: Job): Promise<void> => {
      const room = await ports.room(job.id);
      const narrow = tooNarrow(job, room);
      job.room = narrow ? null : room;
      if (narrow) {
        const freeBytes = leftFor(job, narrow);
        throw lacking({ ...narrow, freeBytes }, missingFrom(job));
      }
      watchRunning();
    },
    /** How much a download still needs, and how much there is. */
    lackingFor: async (job: Job, error: AppError): Promise<AppError> => {
      const kind = error.code === 'BUDGET_REACHED' ? 'budget' : 'disk';
      const room = await ports.room(job.id).catch(() => []);
      const limit = room.find((one) => one.kind === kind);
      return limit ? lacking(limit, missingFrom(job)) : error;
    },
    watchWaiting: () => {
      if (waiting().length > 0) watchWaiting();
    },
    /** What is to be kept free may have changed. */
    lookNow: async (): Promise<void> => {
      if (waiting().length > 0) await lookAtWaiting();
    },
    stop: () => {
      cancelWaiting?.();
      cancelRunning?.();
      cancelWaiting = undefined;
      cancelRunning = undefined;
    },
  };
}

/** Whether a failure is for want of room: the download waits for it. */
export const isForRoom = ({ code }: AppError) => code === 'DISK_FULL' || code === 'BUDGET_REACHED';

const sharesRoom = ({ room }: Job, { name }: RoomLimit) =>
  room?.some((limit) => limit.name === name) ?? false;

const missingFromAll = (jobs: readonly Job[]) =>
  jobs.reduce((sum, job) => sum + missingFrom(job), 0);

function lacking({ kind, freeBytes, folder }: RoomLimit, neededBytes: number): AppError {
  const params = { neededBytes, freeBytes, folder };
  return new AppError(kind === 'disk' ? 'DISK_FULL' : 'BUDGET_REACHED', params);
}
