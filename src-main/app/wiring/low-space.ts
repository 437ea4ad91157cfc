/** Warns before the disk of the library is full: at the start, now and then, and while downloads fill it. */
import { AppError } from '../../../src-shared/errors.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Clock, Publish } from '../../engines/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';

interface LowSpaceWiring {
  readonly clock: Clock;
  readonly publish: Publish;
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  readonly engine: Pick<DownloadEngine, 'list'>;
  /** `null` while the drive is away. */
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly libraryFolder: () => string;
  /** Less than this is little; 0 never warns. */
  readonly warnBelowBytes: () => number;
}

const LOOK_MS = 60_000;
const CAUSE = 'low space';
/** Once warned, it takes this much more to be fine again: a disk at the edge does not warn every minute. */
const RELIEF = 1.1;

/** @returns what ends it */
export function watchSpace(wiring: LowSpaceWiring): () => void {
  const { clock, publish, alerts, engine, freeDiskBytes, libraryFolder } = wiring;
  let isLow = false;
  let cancel = () => {};
  let isOver = false;

  async function look(): Promise<void> {
    const freeBytes = await freeDiskBytes();
    if (isOver) return;
    if (freeBytes !== null) judge(freeBytes);
    cancel = clock.after(LOOK_MS, () => void look());
  }

  function judge(freeBytes: number): void {
    const pendingBytes = engine
      .list()
      .filter(({ state }) => state.kind === 'running' || state.kind === 'queued')
      .reduce((sum, { sizeBytes, receivedBytes }) => sum + sizeBytes - receivedBytes, 0);
    const floor = wiring.warnBelowBytes() * (isLow ? RELIEF : 1);
    const wasLow = isLow;
    isLow = floor > 0 && freeBytes - pendingBytes < floor;
    if (!isLow) alerts.settle(CAUSE);
    if (!isLow || wasLow) return;
    const folder = libraryFolder();
    alerts.raise(new AppError('STORAGE_LOW', { folder, freeBytes, pendingBytes }), {
      cause: CAUSE,
    });
    publish('storage.low', { folder, freeBytes, pendingBytes });
  }

  void look();
  return () => {
    isOver = true;
    cancel();
  };
}
