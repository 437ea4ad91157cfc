/**
 * What takes longer the more there is: a library of ten thousand models, a hundred thousand files of other
 * programs, a million uses. `npm run bench -- storage [library] [inventory] [usage]`
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchFolders, withFolders } from './parts/files.ts';
import { printFigures } from './parts/goals.ts';
import { inventoryRun } from './parts/inventory-run.ts';
import { type LibraryFacts, libraryRun } from './parts/library-run.ts';
import { FILES_PER_MODEL, makeLibrary } from './parts/many-models.ts';
import { makePrograms } from './parts/many-programs.ts';
import { runForFacts } from './parts/run-for-facts.ts';
import { usageRun } from './parts/usage-run.ts';

const FEW_MODELS = 10;
const MANY_MODELS = 10_000;
const FOUND_FILES = 100_000;
const USES = 1_000_000;
const STARTS = 5;

const self = fileURLToPath(import.meta.url);

/** Runs in processes of their own, by the first argument. */
const RUNS: Readonly<Record<string, (folder: string) => Promise<object>>> = {
  'start-run': (folder) => libraryRun(folder, false),
  'library-run': (folder) => libraryRun(folder, true),
  'inventory-run': (folder) => inventoryRun(folder),
  'usage-run': (folder) => usageRun(folder, USES),
};

async function measureLibrary({ work }: BenchFolders): Promise<void> {
  const few = path.join(work, 'few');
  const many = path.join(work, 'many');
  makeLibrary(path.join(few, 'library'), FEW_MODELS);
  makeLibrary(path.join(many, 'library'), MANY_MODELS);
  const start = (folder: string) => runForFacts<LibraryFacts>([self, 'start-run', folder]);
  // What is kept of a library in the user data is written by the first start.
  await start(few);
  const { times, ...full } = await runForFacts<LibraryFacts>([self, 'library-run', many]);
  const rounds = [];
  for (let round = 0; round < STARTS; round += 1) {
    rounds.push({ few: await start(few), many: await start(many) });
  }
  const of = (name: string) => times[name] ?? [];
  printFigures(`${full.models} models with ${FILES_PER_MODEL} files each`, [
    { what: 'models.status of all', values: of('models.status'), unit: 'ms', most: 200 },
    { what: 'models.list', values: of('models.list'), unit: 'ms' },
    { what: 'storage.get', values: of('storage.get'), unit: 'ms' },
    { what: 'cleanup.propose', values: of('cleanup.propose'), unit: 'ms' },
    {
      what: `start to the first list, of ${FEW_MODELS} models`,
      values: rounds.map((round) => round.few.listedMs),
      unit: 'ms',
    },
    {
      what: 'the same of all',
      values: rounds.map(({ many: { listedMs } }) => listedMs),
      unit: 'ms',
    },
    {
      what: 'ratio of the two',
      values: rounds.map((round) => round.many.listedMs / round.few.listedMs),
      unit: 'x',
      most: 1.5,
    },
    {
      what: 'start until every file was looked at',
      values: rounds.map(({ many: { openMs } }) => openMs),
      unit: 'ms',
    },
    { what: 'first start until every model was checked', values: [full.checkedMs], unit: 'ms' },
    { what: 'main thread meanwhile, p99', values: [full.loopP99Ms], unit: 'ms' },
    { what: 'main thread meanwhile, longest', values: [full.loopMaxMs], unit: 'ms' },
  ]);
}

async function measureInventory({ work }: BenchFolders): Promise<void> {
  const home = path.join(work, 'home');
  makePrograms(home, FOUND_FILES);
  const facts = await runForFacts<Awaited<ReturnType<typeof inventoryRun>>>([
    self,
    'inventory-run',
    home,
  ]);
  printFigures(`${facts.files} files of other programs, warm`, [
    { what: 'scan', values: facts.filesPerSecond, unit: 'files/s', least: 20_000 },
    { what: 'main thread meanwhile, p99', values: facts.loopP99Ms, unit: 'ms', most: 20 },
    { what: 'main thread meanwhile, longest', values: facts.loopMaxMs, unit: 'ms' },
    { what: 'from stop to stopped', values: facts.stoppedMs, unit: 'ms' },
    { what: 'import.list', values: facts.listMs, unit: 'ms' },
  ]);
}

async function measureUsage({ work }: BenchFolders): Promise<void> {
  const facts = await runForFacts<Awaited<ReturnType<typeof usageRun>>>([
    self,
    'usage-run',
    path.join(work, 'usage'),
  ]);
  printFigures(`${USES} uses of ${facts.models} models`, [
    { what: 'main thread for each', values: [facts.microsecondsEach], unit: 'us', most: 20 },
    { what: 'main thread meanwhile, p99', values: [facts.loopP99Ms], unit: 'ms' },
    { what: 'main thread meanwhile, longest', values: [facts.loopMaxMs], unit: 'ms' },
    { what: 'figures of 30 days', values: facts.figuresMs, unit: 'ms', most: 100 },
    { what: 'the same, after a start', values: [facts.firstFiguresMs], unit: 'ms' },
    { what: 'on the disk', values: [facts.storedMb], unit: 'MB', most: 50 },
  ]);
}

const PARTS = { library: measureLibrary, inventory: measureInventory, usage: measureUsage };

const [mode = '', folder = ''] = process.argv.slice(2);
const run = RUNS[mode];
if (run) {
  console.info(JSON.stringify(await run(folder)));
} else {
  const names = process.argv.slice(2);
  for (const [name, measure] of Object.entries(PARTS)) {
    if (names.length === 0 || names.includes(name)) await withFolders(measure);
  }
}
