/**
 * Disk space over all downloads. Each gets its own before it fetches, one after the other, so that two that
 * do not fit together do not refuse each other; one that waits goes on by itself when there is room.
 */
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock } from '../ports.ts';
import { type Job, missingFrom } from './job.ts';

const WAITING_CHECK_MS = 5_000;
const RUNNING_CHECK_MS = 5_000;

export interface SpacePorts {
  readonly clock: Clock;
  /** Bytes downloads may still use where the library is. */
  readonly freeBytes: () => Promise<number>;
  readonly libraryFolder: () => string;
  readonly jobs: () => readonly Job[];
  /** Whether downloads may run at all. */
  readonly isActive: () => boolean;
  /** There is room for these, which waited for it. */
  readonly onFound: (jobs: readonly Job[]) => Promise<void>;
  /** The disk filled up under these, by whatever else is on it. */
  readonly onLost: (jobs: readonly Job[], error: AppError) => Promise<void>;
}

export function createSpace(ports: SpacePorts) {
  const { clock } = ports;
  let cancelWaiting: (() => void) | undefined;
  let cancelRunning: (() => void) | undefined;

  const waiting = () => ports.jobs().filter(({ state }) => state.kind === 'waiting-space');
  const running = () => ports.jobs().filter((job) => job.state.kind === 'running' && job.hasSpace);

  function lacking(neededBytes: number, freeBytes: number): AppError {
    return new AppError('DISK_FULL', { neededBytes, freeBytes, folder: ports.libraryFolder() });
  }

  /** Looks now and then whether those that wait would fit. */
  function watchWaiting(): void {
    cancelWaiting ??= clock.after(WAITING_CHECK_MS, async () => {
      cancelWaiting = undefined;
      await lookAtWaiting();
      if (ports.isActive() && waiting().length > 0) watchWaiting();
    });
  }

  /** What is left of the free bytes for a download, beside those that have their space. */
  function leftFor(job: Job, freeBytes: number): number {
    const others = ports.jobs().filter((other) => other !== job && other.hasSpace);
    return Math.max(0, freeBytes - others.reduce((sum, other) => sum + missingFrom(other), 0));
  }

  async function lookAtWaiting(): Promise<void> {
    const freeBytes = await ports.freeBytes().catch(() => 0);
    if (!ports.isActive()) return;
    const fitting = waiting().filter((job) => missingFrom(job) <= leftFor(job, freeBytes));
    if (fitting.length > 0) await ports.onFound(fitting);
  }

  /** Others write to the disk as well: none is filled beyond what is kept free. */
  function watchRunning(): void {
    cancelRunning ??= clock.after(RUNNING_CHECK_MS, async () => {
      cancelRunning = undefined;
      const freeBytes = await ports.freeBytes().catch(() => null);
      if (!ports.isActive()) return;
      const jobs = running().filter((job) => missingFrom(job) > 0);
      if (freeBytes === 0 && jobs.length > 0) {
        const needed = jobs.reduce((sum, job) => sum + missingFrom(job), 0);
        await ports.onLost(jobs, lacking(needed, freeBytes));
      }
      if (ports.isActive() && running().length > 0) watchRunning();
    });
  }

  return {
    /** @throws AppError `DISK_FULL` when it does not fit beside those that have their space */
    reserve: async (job: Job): Promise<void> => {
      const freeBytes = leftFor(job, await ports.freeBytes());
      const neededBytes = missingFrom(job);
      job.hasSpace = neededBytes <= freeBytes;
      if (!job.hasSpace) throw lacking(neededBytes, freeBytes);
      watchRunning();
    },
    /** How much a download still needs, and how much there is. */
    lackingFor: async (job: Job): Promise<AppError> => {
      const freeBytes = await ports.freeBytes().catch(() => 0);
      return lacking(missingFrom(job), freeBytes);
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
