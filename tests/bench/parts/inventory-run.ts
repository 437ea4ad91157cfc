/** Scans of other programs' folders by the composed application, one after the other. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import type { Scan } from '../../../src-shared/domain/inventory.ts';
import { type Composed, composeHere } from './composed.ts';
import { timesOf } from './goals.ts';

const SCANS = 5;

const scanIn = (event: LarderEvent): Scan | null =>
  event.type === 'inventory.state' ? event.data.scan : null;

const untilScan = ({ until }: Composed, condition: (scan: Scan) => boolean) =>
  until((event) => condition(scanIn(event) ?? { ...NONE }));

const NONE: Scan = {
  state: 'idle',
  filesSeen: -1,
  bytesIdentified: 0,
  bytesToIdentify: 0,
  isWaiting: false,
  endedAt: null,
};

/** @param folder home of the programs, and user data */
export async function inventoryRun(folder: string) {
  // Workers and timers of the application do not keep a process alive.
  const alive = setInterval(() => {}, 60_000);
  const composed = await composeHere(folder);
  const { larder, value } = composed;
  const opening = untilScan(composed, ({ state }) => state === 'identifying');
  await larder.start();
  await opening;
  const filesPerSecond: number[] = [];
  const loopP99Ms: number[] = [];
  const loopMaxMs: number[] = [];
  const stoppedMs: number[] = [];
  let files = 0;
  for (let scan = 0; scan < SCANS; scan += 1) {
    stoppedMs.push(await stopScan(composed));
    const measured = await measureScan(composed);
    files = measured.files;
    filesPerSecond.push(files / (measured.ms / 1000));
    loopP99Ms.push(measured.delay.percentile(99) / 1e6);
    loopMaxMs.push(measured.delay.max / 1e6);
  }
  await stopScan(composed);
  stoppedMs.push(await stopEarly(composed));
  const again = await measureScan(composed);
  if (again.files !== files) throw new Error('a scan after a stop finds something else');
  await stopScan(composed);
  const listMs = await timesOf(() => value('import.list', {}));
  await larder.stop();
  clearInterval(alive);
  return { files, filesPerSecond, loopP99Ms, loopMaxMs, stoppedMs, listMs };
}

async function measureScan(composed: Composed) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  const seen = untilScan(composed, ({ state }) => state === 'identifying');
  await composed.value('import.scan', {});
  const files = scanIn(await seen)?.filesSeen ?? 0;
  delay.disable();
  return { files, ms: performance.now() - startedAt, delay };
}

async function stopScan({ value, ...composed }: Composed): Promise<number> {
  const stopped = untilScan({ value, ...composed }, ({ state }) => state === 'idle');
  const startedAt = performance.now();
  await value('import.stop', {});
  await stopped;
  return performance.now() - startedAt;
}

/** In the middle of going through the folders. */
async function stopEarly(composed: Composed): Promise<number> {
  const begun = untilScan(composed, ({ state, filesSeen }) => {
    return state === 'scanning' && filesSeen > 0;
  });
  await composed.value('import.scan', {});
  await begun;
  return stopScan(composed);
}
