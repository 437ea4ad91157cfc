/** The download engine with everything it stands on. */
import path from 'node:path';
import { speedAt } from '../../../src-shared/domain/speed-schedule.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import { type Conditions, holdOf } from '../../engines/download/conditions.ts';
import { createDownloadEngine, type DownloadPorts } from '../../engines/download/engine.ts';
import { createHosts } from '../../engines/download/hosts.ts';
import { RETRY_PACE } from '../../engines/download/retry.ts';
import { freeBytes } from '../../platform/disk-space.ts';
import { isLocalEndpoint } from '../../platform/reachability.ts';
import { createTransfers } from '../../platform/transfers.ts';
import type { QueueDocument } from '../../stores/queue-document.ts';
import type { EventBus } from '../../transports/events.ts';
import { measureSpeed } from './measured-speed.ts';
import { retryInTime } from './retry-when-mended.ts';

export interface DownloadsWiring
  extends Omit<DownloadPorts, 'transfers' | 'hosts' | 'random' | 'load' | 'save' | 'isOnline'> {
  readonly bus: EventBus;
  readonly userAgent: string;
  readonly certificates: () => Promise<readonly string[]>;
  readonly queue: Pick<QueueDocument, 'load' | 'save' | 'counts' | 'speed'>;
  readonly settings: () => Settings['downloads'];
  readonly conditions: Conditions;
}

export function createDownloads(wiring: DownloadsWiring) {
  const { clock, settings, queue } = wiring;
  const retry = () => ({ attempts: settings().attempts, ...RETRY_PACE });
  const limit = () => {
    const { schedule, limitBytesPerSecond } = settings();
    const { bytesPerSecond, fromSchedule } = speedAt(schedule, limitBytesPerSecond, clock.now());
    return { bytesPerSecond, isScheduled: fromSchedule };
  };
  const transfers = createTransfers({
    userAgent: wiring.userAgent,
    certificates: wiring.certificates,
    diskFull: async (partPath) => {
      const folder = path.dirname(partPath);
      const free = await freeBytes(folder).catch(() => 0);
      return new AppError('DISK_FULL', { neededBytes: 0, freeBytes: free, folder });
    },
  });
  const hosts = createHosts({
    clock,
    random: Math.random,
    retry,
    cap: () => settings().connectionsPerHost,
    isLimited: () => limit().bytesPerSecond !== null,
    remembered: queue.counts.get(),
    remember: queue.counts.set,
  });
  const engine = createDownloadEngine(
    {
      ...wiring,
      load: queue.load,
      save: queue.save,
      transfers,
      hosts,
      random: Math.random,
      isOnline: () => wiring.conditions.current().online,
    },
    {
      concurrent: () => settings().concurrent,
      filesAtOnce: () => settings().filesAtOnce,
      stallTimeoutMs: () => settings().stallTimeoutMs,
      retry,
      limit,
      holdFor: (endpoint) => {
        const context = { now: clock.now(), localOnly: isLocalEndpoint(endpoint) };
        return holdOf(wiring.conditions.current(), settings(), context);
      },
    },
  );
  const stopHearing = wiring.conditions.onChange(() => {
    hosts.forgive();
    reschedule();
  });
  const stopRetrying = retryInTime({ ...wiring, engine });
  const stopMeasuring = measureSpeed(wiring.bus, queue.speed);
  let cancelTurn: (() => void) | undefined;

  /** Looks again at who may run and how fast, and once more when the schedule says something else. */
  function reschedule(): void {
    engine.reschedule();
    cancelTurn?.();
    const now = clock.now();
    const { schedule, limitBytesPerSecond } = settings();
    const { changesAt } = speedAt(schedule, limitBytesPerSecond, now);
    if (changesAt !== null) cancelTurn = clock.after(changesAt - now, reschedule);
  }

  return {
    engine,
    reschedule,
    close: async () => {
      stopHearing();
      stopRetrying();
      stopMeasuring();
      cancelTurn?.();
      hosts.close();
      await transfers.close();
    },
  };
}
