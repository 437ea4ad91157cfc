/** A composed application over a library that is there, in a process of its own: how it starts, and how it answers. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { composeHere } from './composed.ts';
import { timesOf } from './goals.ts';

export interface LibraryFacts {
  /** Until the window is shown. */
  readonly composedMs: number;
  /** Until the window has its first list. */
  readonly listedMs: number;
  /** Until every file has been looked at. */
  readonly openMs: number;
  /** Until every model has had its quick check. */
  readonly checkedMs: number;
  /** Of the main thread, from the first list to the last check. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly models: number;
  readonly files: number;
  /** By operation. */
  readonly times: Readonly<Record<string, readonly number[]>>;
}

/** @param isFull the operations are measured as well, once nothing else goes on */
export async function libraryRun(folder: string, isFull: boolean): Promise<LibraryFacts> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  // Workers and timers of the application do not keep a process alive.
  const alive = setInterval(() => {}, 60_000);
  const { larder, value } = await composeHere(folder);
  const composedMs = since();
  const opening = larder.start();
  await value('models.list', {});
  const listedMs = since();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const checked = new Set<string>();
  const allChecked = new Promise<void>((resolve) => {
    larder.bus.subscribe(({ type, data }) => {
      if (type !== 'health.report' || !('health' in data)) return;
      if (data.health?.lastCheckedAt && !data.health.check) checked.add(data.health.modelId);
      if (checked.size === data.summary.byVerdict.healthy) resolve();
    });
  });
  await opening;
  const openMs = since();
  const { items } = await value('models.list', {});
  const times: Record<string, readonly number[]> = {};
  let checkedMs = Number.NaN;
  if (isFull) {
    await allChecked;
    checkedMs = since();
    delay.disable();
    times['models.list'] = await timesOf(() => value('models.list', {}));
    times['models.status'] = await timesOf(() => value('models.status', {}));
    times['storage.get'] = await timesOf(() => value('storage.get', {}));
    times['cleanup.propose'] = await timesOf(() => value('cleanup.propose', { targetBytes: 1e6 }));
  }
  await larder.stop();
  clearInterval(alive);
  return {
    composedMs,
    listedMs,
    openMs,
    checkedMs,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
    models: items.length,
    files: items.reduce((sum, model) => sum + model.files.length, 0),
    times,
  };
}
