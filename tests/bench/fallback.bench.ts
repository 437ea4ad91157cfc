/**
 * A decision over ten thousand models, all of which could answer: with nothing known of them, with their profiles
 * known, as they are after a second of quiet, and with the ranking kept. `npm run bench -- fallback [models]`
 */
import { createCatalogue } from '../../src-main/engines/fallback/catalogue.ts';
import { NO_EFFECTIVENESS } from '../../src-main/engines/fallback/effectiveness.ts';
import { createFallback } from '../../src-main/engines/fallback/fallback.ts';
import type { FallbackChange, Measured } from '../../src-main/engines/fallback/ports.ts';
import { createSystemClock } from '../../src-main/platform/clock.ts';
import { builtInCatalogue } from '../../src-main/stores/catalogue-file.ts';
import type { ModelStatus } from '../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings/schema.ts';
import { printFigures } from './parts/goals.ts';

const MODELS = Number(process.argv[2] ?? 10_000);
const STARTS = 5;
const ROUNDS = 100;
const GB = 1e9;
const QUANTIZATIONS = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];

const data = builtInCatalogue();
const catalogue = createCatalogue(data);
const ASKED = 'hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M';

/** Names of the catalogue's models in turn, each from another maker. */
function makeModels(): ModelStatus[] {
  const names = data.families
    .filter(({ tasks }) => tasks.includes('chat'))
    .flatMap(({ names: [family], models }) =>
      models.map(({ names: [size] }) => `${family}-${size}-instruct`),
    );
  return Array.from({ length: MODELS }, (_, index) => {
    const repository = `maker-${index}/${names[index % names.length]}-GGUF`;
    return modelOf(repository, QUANTIZATIONS[index % QUANTIZATIONS.length] ?? '');
  });
}

function modelOf(repository: string, variant: string): ModelStatus {
  const id = `hf:${repository}:${variant}`;
  const revision = '0'.repeat(40);
  const sizeBytes = 4 * GB;
  const path = `model-${variant}.gguf`;
  return {
    ...{ id, ref: id, name: repository, source: 'hf', repository, variant, revision, sizeBytes },
    ...{ availability: 'available', activity: 'idle', keep: false, task: 'text-generation' },
    ...{ tags: [], folder: '/library', library: '/library', downloadedBytes: sizeBytes },
    files: [{ path, sizeBytes, state: 'present', role: 'weights', downloadedBytes: sizeBytes }],
    ...{ trackedAt: '2026-01-01T00:00:00.000Z', sentence: '', actions: [], progress: null },
    integrity: { proof: 'size', lastProvenAt: null, missingFiles: [], missingBytes: 0 },
    version: { requested: 'main', commit: revision, endpoint: 'https://hub.test' },
  };
}

function open(models: () => readonly ModelStatus[]) {
  let tell: (change: FallbackChange) => void = () => {};
  const fallback = createFallback({
    ...{ clock: createSystemClock(), log: console, catalogue, models },
    publish: () => {},
    looked: async () => {},
    offered: () => [],
    canRun: () => true,
    resolve: (text) => text,
    etaMs: () => null,
    hardware: async () => ({
      ...{ memoryBytes: 32 * GB, videoMemoryBytes: null, cpu: 'a cpu', cores: 8 },
    }),
    freeDiskBytes: async () => null,
    measured: async () => new Map<string, Measured>(),
    settings: () => DEFAULT_SETTINGS.fallback,
    store: { get: () => NO_EFFECTIVENESS, update: () => {} },
    onChange: (listener) => {
      tell = listener;
      return () => {};
    },
  });
  return { fallback, changed: () => tell('models') };
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const request = { modelId: ASKED, requirements: {}, mode: 'auto', assumeMissing: false } as const;
const times = { first: [] as number[], cold: [] as number[], cached: [] as number[] };
for (let round = 0; round < STARTS; round += 1) {
  globalThis.gc?.();
  const models = makeModels();
  const { fallback } = open(() => models);
  times.first.push(await millisecondsOf(() => fallback.suggest(request)));
  await fallback.close();
}

const models = makeModels();
const { fallback, changed } = open(() => models);
const suggest = () => fallback.suggest(request);
await suggest();
for (let round = 0; round < ROUNDS; round += 1) {
  // The state of one of them is another now.
  const [one] = models;
  if (one) models[0] = { ...one, keep: !one.keep };
  changed();
  times.cold.push(await millisecondsOf(suggest));
  times.cached.push(await millisecondsOf(suggest));
}
await fallback.close();
printFigures(`a decision over ${MODELS} models that could answer`, [
  { what: 'nothing known of any of them', values: times.first, unit: 'ms' },
  { what: 'cold: profiles known, nothing ranked', values: times.cold, unit: 'ms', most: 5 },
  { what: 'cached', values: times.cached, unit: 'ms', most: 0.2 },
]);
