/** Warns before a disk with a library is full: at the start, now and then, and while downloads fill it. */
import { AppError } from '../../../src-shared/errors.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Clock, Publish } from '../../engines/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';

/** A disk that holds at least one open library. */
export interface LibraryDisk {
  /** Of its first library. */
  readonly folder: string;
  readonly freeBytes: number;
  /** Whether what this download brings comes to it. */
  readonly takes: (downloadId: string) => boolean;
}

interface LowSpaceWiring {
  readonly clock: Clock;
  readonly publish: Publish;
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  readonly engine: Pick<DownloadEngine, 'list'>;
  readonly disks: () => Promise<readonly LibraryDisk[]>;
  /** Less than this is little; 0 never warns. */
  readonly warnBelowBytes: () => number;
}

const LOOK_MS = 60_000;
/** Once warned, it takes this much more to be fine again: a disk at the edge does not warn every minute. */
const RELIEF = 1.1;

const causeOf = (folder: string) => `low space ${folder}`;

/** @returns what ends it */
export function watchSpace(wiring: LowSpaceWiring): () => void {
  const { clock, publish, alerts, engine } = wiring;
  let low = new Set<string>();
  let cancel = () => {};
  let isOver = false;

  async function look(): Promise<void> {
    const disks = await wiring.disks();
    if (isOver) return;
    const now = new Set(disks.filter(isLow).map(({ folder }) => folder));
    for (const folder of new Set([...disks.map((disk) => disk.folder), ...low])) {
      if (!now.has(folder)) alerts.settle(causeOf(folder));
    }
    for (const disk of disks) if (now.has(disk.folder) && !low.has(disk.folder)) warn(disk);
    low = now;
    cancel = clock.after(LOOK_MS, () => void look());
  }

  const pendingOn = ({ takes }: LibraryDisk) =>
    engine
      .list()
      .filter(({ id, state }) => (state.kind === 'running' || state.kind === 'queued') && takes(id))
      .reduce((sum, { sizeBytes, receivedBytes }) => sum + sizeBytes - receivedBytes, 0);

  function isLow(disk: LibraryDisk): boolean {
    const floor = wiring.warnBelowBytes() * (low.has(disk.folder) ? RELIEF : 1);
    return floor > 0 && disk.freeBytes - pendingOn(disk) < floor;
  }

  function warn(disk: LibraryDisk): void {
    const { folder, freeBytes } = disk;
    const pendingBytes = pendingOn(disk);
    const error = new AppError('STORAGE_LOW', { folder, freeBytes, pendingBytes });
    alerts.raise(error, { cause: causeOf(folder) });
    publish('storage.low', { folder, freeBytes, pendingBytes });
  }

  void look();
  return () => {
    isOver = true;
    cancel();
  };
}
