/** Why a running download is not faster, as far as can be told. Pure. */
import type { Bottleneck } from '../../../src-shared/domain/download.ts';
import { type Job, rateOf } from './job.ts';

/** The speed limit of all downloads together. */
export interface GlobalLimit {
  readonly bytesPerSecond: number | null;
  /** It is one of the weekly schedule. */
  readonly isScheduled: boolean;
}

export interface SpeedFacts {
  /** All in bytes per second; limits are `null` when there is none. */
  readonly bytesPerSecond: number;
  readonly totalBytesPerSecond: number;
  readonly ownLimit: number | null;
  readonly globalLimit: number | null;
  /** The global limit is one of the weekly schedule. */
  readonly isScheduled: boolean;
  readonly runningDownloads: number;
  /** Everything is here, and being digested. */
  readonly isProving: boolean;
  readonly isRetrying: boolean;
  /** The server sends whole files only. */
  readonly isSequential: boolean;
  /** More connections were tried and brought nothing. */
  readonly isSettled: boolean;
}

/** What is known of the speed of a running download. */
export function speedFactsOf(
  job: Job,
  around: {
    readonly running: readonly Job[];
    readonly isSettled: (host: string) => boolean;
    readonly limit: GlobalLimit;
    readonly now: number;
  },
): SpeedFacts {
  const { running, limit, now } = around;
  const kinds = new Set(job.files.map(({ state }) => state.kind));
  const [busiest] = job.files.filter(({ connections }) => connections > 0);
  return {
    bytesPerSecond: rateOf(job, now),
    totalBytesPerSecond: running.reduce((sum, other) => sum + rateOf(other, now), 0),
    ownLimit: job.limitBytesPerSecond,
    globalLimit: limit.bytesPerSecond,
    isScheduled: limit.isScheduled,
    runningDownloads: running.length,
    isProving: kinds.has('verifying') && !kinds.has('downloading'),
    isRetrying: kinds.has('retrying'),
    isSequential: busiest?.isSequential ?? false,
    isSettled: busiest?.route ? around.isSettled(busiest.route) : false,
  };
}

/** A limit is what holds when this much of it is used. */
const AT_LIMIT = 0.85;

export function bottleneckOf(facts: SpeedFacts): Bottleneck | null {
  const { bytesPerSecond, totalBytesPerSecond, ownLimit, globalLimit } = facts;
  if (facts.isProving) return 'proof';
  if (facts.isRetrying) return 'errors';
  if (ownLimit !== null && bytesPerSecond >= AT_LIMIT * ownLimit) return 'own-limit';
  if (globalLimit !== null && totalBytesPerSecond >= AT_LIMIT * globalLimit) {
    return facts.isScheduled ? 'schedule-limit' : 'global-limit';
  }
  if (bytesPerSecond === 0) return null;
  if (facts.isSequential) return 'one-connection';
  if (facts.runningDownloads > 1) return 'shared-line';
  return facts.isSettled ? 'source' : null;
}
