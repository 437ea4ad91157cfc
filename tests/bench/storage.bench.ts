/**
 * A full computer: 10,000 models with 60,000 files in the library, 100,000 files of other programs, a million uses.
 * `npm run bench -- storage [models] [files] [uses] [rounds]`
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createAnalytics } from '../../src-main/engines/analytics/analytics.ts';
import { createSystemClock } from '../../src-main/platform/clock.ts';
import { localTimeOf } from '../../src-main/platform/local-time.ts';
import { openUsageDocuments } from '../../src-main/stores/usage-documents.ts';
import { withFolders } from './parts/files.ts';
import { type Home, makeLibrary, modelIdOf, openHome } from './parts/large-home.ts';
import { median } from './parts/measure.ts';

const FEW_MODELS = 10;
const DAY_MS = 86_400_000;
const QUIET_MS = 2_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function medianOf(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await timed(work));
  return median(samples);
}

function say(what: string, value: string, goal = ''): void {
  console.info(`${what.padEnd(52)} ${value.padStart(14)}  ${goal}`);
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** From nothing to the first list of models, as the window asks for it. */
async function start(home: string): Promise<{ startMs: number; home: Home }> {
  const startedAt = performance.now();
  const opened = await openHome(home);
  await opened.value('models.list', {});
  return { startMs: performance.now() - startedAt, home: opened };
}

async function measureLibrary(work: string, models: number, rounds: number): Promise<void> {
  const [few, many] = [path.join(work, 'few'), path.join(work, 'many')];
  makeLibrary(few, FEW_MODELS);
  makeLibrary(many, models);
  const starts = { few: [] as number[], many: [] as number[] };
  // The first start loads the code.
  await (await start(few)).home.stop();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, place] of [
      ['few', few],
      ['many', many],
    ] as const) {
      const { startMs, home } = await start(place);
      starts[name].push(startMs);
      await home.stop();
    }
  }
  const ratio = median(starts.many) / median(starts.few);
  say(`start, ${FEW_MODELS} models`, ms(median(starts.few)));
  say(`start, ${models} models`, `${ms(median(starts.many))} (${ratio.toFixed(2)})`);
  const { home } = await start(many);
  const { value } = home;
  const ask = (name: Parameters<typeof value>[0]) => () => value(name, {} as never);
  await untilQuiet(home);
  for (const [name, goal] of [
    ['models.status', '< 200 ms'],
    ['models.list', ''],
    ['models.health', ''],
    ['storage.get', ''],
    ['cleanup.propose', ''],
  ] as const) {
    say(`${name} of all`, ms(await medianOf(rounds, ask(name))), goal);
  }
  await home.stop();
}

/** The quick check of everything is over once nothing was told of it for a while. */
function untilQuiet({ larder }: Home): Promise<void> {
  return new Promise((resolve) => {
    const wait = () =>
      setTimeout(() => {
        stop();
        resolve();
      }, QUIET_MS);
    let timer = wait();
    const stop = larder.bus.subscribe(() => {
      clearTimeout(timer);
      timer = wait();
    });
  });
}

function makePlace(folder: string, files: number): void {
  for (let index = 0; index < files; index += 1) {
    const inside = path.join(folder, `maker${index % 50}`, `model-${index % 2_000}`);
    if (index < 2_000) mkdirSync(inside, { recursive: true });
    writeFileSync(path.join(inside, `part-${index}.${index % 20 === 0 ? 'gguf' : 'txt'}`), 'GGUF');
  }
}

async function measureScan(work: string, files: number): Promise<void> {
  const place = path.join(work, 'programs');
  makePlace(place, files);
  const { home } = await start(path.join(work, 'scan'));
  const isIdle = (type: string, data: object) =>
    type === 'inventory.state' &&
    'scan' in data &&
    (data.scan as { state: string }).state !== 'scanning';
  const scan = () =>
    new Promise<void>((resolve) => {
      const stop = home.larder.bus.subscribe(({ type, data }) => {
        if (!isIdle(type, data)) return;
        stop();
        resolve();
      });
      void home.value('import.scan', { folders: [place] });
    });
  await scan();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const scanMs = await timed(scan);
  delay.disable();
  const perSecond = Math.round((files * 1000) / scanMs);
  say(`scan of ${files} files, warm`, `${perSecond} /s`, '>= 20,000 /s');
  say('  event loop meanwhile, p99', ms(delay.percentile(99) / 1e6), '< 20 ms');
  await home.stop();
}

async function measureUses(work: string, uses: number, rounds: number): Promise<void> {
  const folder = path.join(work, 'analytics');
  const clock = createSystemClock();
  const alerts = { raise: () => ({}) as never };
  const store = openUsageDocuments({ folder, clock, toLocal: localTimeOf, alerts });
  const analytics = createAnalytics({ clock, store, toLocal: localTimeOf, keepMonths: () => 24 });
  const now = Date.now();
  const cpu = process.cpuUsage();
  const takenMs = await timed(async () => {
    for (let index = 0; index < uses; index += 1) {
      analytics.record({
        modelId: modelIdOf((index * index) % 150),
        task: 'text-generation',
        startedAt: new Date(now - ((uses - index) / uses) * 90 * DAY_MS).toISOString(),
        durationMs: 500 + (index % 4_000),
        tokens: index % 800,
        success: index % 50 !== 0,
        app: 'bench',
      });
      if (index % 200 === 0) await new Promise(setImmediate);
    }
    await store.flush();
  });
  const { user, system } = process.cpuUsage(cpu);
  const micros = (user + system) / uses;
  say(`${uses} uses, each`, `${micros.toFixed(1)} µs`, '< 20 µs of the main thread');
  say('  in all', ms(takenMs));
  say('figures of 30 days', ms(await medianOf(rounds, () => analytics.usage())), '< 100 ms');
  const bytes = readdirSync(folder).reduce(
    (sum, name) => sum + statSync(path.join(folder, name)).size,
    0,
  );
  say('store on disk', `${(bytes / 1e6).toFixed(1)} MB`, '< 50 MB');
}

const [models = 10_000, files = 100_000, uses = 1_000_000, rounds = 3] = process.argv
  .slice(2)
  .map(Number);
await withFolders(async ({ work }) => {
  await measureLibrary(work, models, rounds);
  await measureScan(work, files);
  await measureUses(work, uses, rounds);
});
process.exit(0);
