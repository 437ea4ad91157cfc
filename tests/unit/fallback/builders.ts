/** Models, profiles and facts of the fallback engine as tests need them. */
import { createCatalogue } from '../../../src-main/engines/fallback/catalogue.ts';
import type { DecisionFacts } from '../../../src-main/engines/fallback/decide.ts';
import { type Profile, profileOf } from '../../../src-main/engines/fallback/profile.ts';
import type { Ranking } from '../../../src-main/engines/fallback/rank.ts';
import type { Candidate, Wanted } from '../../../src-main/engines/fallback/score.ts';
import { builtInCatalogue } from '../../../src-main/stores/catalogue-file.ts';
import type { Suggestion } from '../../../src-shared/domain/fallback.ts';
import type { ModelStatus } from '../../../src-shared/domain/model.ts';

export const GB = 1e9;
export const catalogue = createCatalogue(builtInCatalogue());
export const LAPTOP = { memoryBytes: 16 * GB, videoMemoryBytes: null, cpu: 'a cpu', cores: 8 };

/** A model of the library with one file. */
export function model(id: string, facts: Partial<ModelStatus> = {}): ModelStatus {
  const [, repository = id, variant] = /^hf:([^:]+)(?::(.+))?$/.exec(id) ?? [];
  const revision = '0'.repeat(40);
  return {
    id,
    ref: id,
    name: repository.split('/').at(-1) ?? repository,
    source: 'hf',
    repository,
    ...(variant !== undefined && { variant }),
    revision,
    availability: 'available',
    activity: 'idle',
    keep: false,
    task: 'text-generation',
    tags: [],
    folder: '/library',
    library: '/library',
    sizeBytes: 4 * GB,
    downloadedBytes: 4 * GB,
    files: [
      {
        path: 'model.gguf',
        sizeBytes: 4 * GB,
        state: 'present',
        role: 'weights',
        downloadedBytes: 4 * GB,
      },
    ],
    trackedAt: '2026-01-01T00:00:00.000Z',
    sentence: '',
    actions: [],
    progress: null,
    integrity: { proof: 'size', lastProvenAt: null, missingFiles: [], missingBytes: 0 },
    version: { requested: 'main', commit: revision, endpoint: 'https://hub.test' },
    ...facts,
  };
}

export const profile = (id: string, facts: Partial<ModelStatus> = {}): Profile =>
  profileOf({ ...model(id, facts), isGguf: true }, catalogue);

export const wanted = (asked: Profile, facts: Partial<Wanted> = {}): Wanted => ({
  profile: asked,
  task: 'chat',
  requirements: {},
  rate: null,
  fit: 'memory',
  ...facts,
});

export const candidate = (given: Profile, facts: Partial<Candidate> = {}): Candidate => ({
  profile: given,
  fit: 'memory',
  uses: { successes: 0, failures: 0 },
  asStandIn: { successes: 0, failures: 0 },
  rate: null,
  preferredAt: null,
  usedLately: false,
  ...facts,
});

export const suggestion = (modelId: string, facts: Partial<Suggestion> = {}): Suggestion => ({
  modelId,
  name: modelId,
  score: 0.7,
  parts: [],
  reasons: [],
  quality: 'similar',
  speedRatio: null,
  cost: { memoryBytes: 0, downloadBytes: 0 },
  ...facts,
});

export const ranking = (...suggestions: Suggestion[]): Ranking => ({
  suggestions,
  considered: suggestions.length,
  leftOut: 0,
  mostlyBecause: null,
});

export const facts = (some: Partial<DecisionFacts> = {}): DecisionFacts => ({
  requestedId: 'hf:a/asked',
  standing: 'fetchable',
  lacks: null,
  etaMs: null,
  ranking: ranking(),
  asStandIn: new Map(),
  mode: 'auto',
  maxWaitMs: 15_000,
  canQueue: true,
  policy: {
    minQuality: 'slightly lower',
    fetchMissing: true,
    queue: true,
    placeholder: false,
    remote: false,
  },
  setup: () => ['a step'],
  ...some,
});
