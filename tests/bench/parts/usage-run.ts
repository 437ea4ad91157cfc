/** Uses as programs report them, taken in by the composed application as fast as they come. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Composed, composeHere } from './composed.ts';
import { timesOf } from './goals.ts';

const MODELS = 100;
const DAYS = 30;
const DAY_MS = 86_400_000;
/** Reported in one turn of the event loop. */
const BURST = 100;

export async function usageRun(folder: string, count: number) {
  // Workers and timers of the application do not keep a process alive.
  const alive = setInterval(() => {}, 60_000);
  const first = await composeHere(folder);
  await first.larder.start();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = performance.eventLoopUtilization();
  await report(first, count);
  await first.value('health.ready', {});
  const { active } = performance.eventLoopUtilization(before);
  delay.disable();
  const figuresMs = await timesOf(() => first.value('analytics.get', {}));
  const { uses } = await first.value('analytics.get', {});
  if (uses !== count) throw new Error(`${uses} uses are told`);
  await first.larder.stop();
  const again = await composeHere(folder);
  await again.larder.start();
  const startedAt = performance.now();
  await again.value('analytics.get', {});
  const firstFiguresMs = performance.now() - startedAt;
  await again.larder.stop();
  clearInterval(alive);
  return {
    models: MODELS,
    microsecondsEach: (active * 1000) / count,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
    figuresMs,
    firstFiguresMs,
    storedMb: bytesIn(path.join(folder, 'analytics')) / 1e6,
  };
}

async function report({ value }: Composed, count: number): Promise<void> {
  const now = Date.now();
  const from = now - (DAYS - 1) * DAY_MS;
  for (let index = 0; index < count; index += 1) {
    await value('analytics.record', {
      modelId: `hf:maker/model-${(index * 7) % MODELS}`,
      startedAt: new Date(from + ((now - from) * index) / count).toISOString(),
      durationMs: 50 + ((index * 7919) % 20_000),
      tokens: index % 500,
      success: index % 50 !== 0,
      task: 'chat',
      app: 'bench',
    });
    if (index % BURST === 0) await nextTurn();
  }
}

const bytesIn = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
