/** Things as the main process would send them, with only the interesting fields spelled out. */
import type { LarderEvent } from '../../../../src-shared/contract/events.ts';
import type { OperationOutput } from '../../../../src-shared/contract/operations.ts';
import type { SettingsSnapshot } from '../../../../src-shared/contract/settings.ts';
import {
  capabilities,
  type Download,
  type DownloadPreview,
  type FileProgress,
} from '../../../../src-shared/domain/download.ts';
import type { Finding, HealthSummary, ModelHealth } from '../../../../src-shared/domain/health.ts';
import type { Fit, Repository, SearchHit, Variant } from '../../../../src-shared/domain/hub.ts';
import type { Inventory } from '../../../../src-shared/domain/inventory.ts';
import type { LibraryInfo } from '../../../../src-shared/domain/library.ts';
import type { Model } from '../../../../src-shared/domain/model.ts';
import type { ModelReport } from '../../../../src-shared/domain/model-report.ts';
import type { Volume } from '../../../../src-shared/domain/storage.ts';
import type { ModelUsage, Usage } from '../../../../src-shared/domain/usage.ts';
import { DEFAULT_SETTINGS, settingEntries } from '../../../../src-shared/settings/schema.ts';

export const GB = 10 ** 9;
export const REVISION = '4f1c8a6f2d0b9e7c5a3d1f0e8b6c4a2d9f7e5c3b';
const SHA256 = '9b2d8e4f6a1c3b5d7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f4a6b8c0d';
const START = '2026-01-10T09:00:00.000Z';

export function aModel(changes: Partial<Model> = {}): Model {
  const id = changes.id ?? 'hf:acme/tiny-chat-GGUF:Q4_K_M';
  const sizeBytes = changes.sizeBytes ?? 2 * GB;
  return {
    id,
    ref: id,
    name: 'Tiny Chat',
    source: 'hf',
    repository: 'acme/tiny-chat-GGUF',
    variant: 'Q4_K_M',
    revision: REVISION,
    availability: 'available',
    activity: 'idle',
    keep: true,
    task: 'text-generation',
    tags: [],
    license: 'apache-2.0',
    folder: '/home/ada/Models/acme/tiny-chat-GGUF',
    library: '/home/ada/Models',
    sizeBytes,
    downloadedBytes: sizeBytes,
    files: [
      {
        path: 'tiny-chat-Q4_K_M.gguf',
        sizeBytes,
        sha256: SHA256,
        state: 'present',
        role: 'weights',
        downloadedBytes: sizeBytes,
      },
    ],
    trackedAt: START,
    installedAt: START,
    actions: ['check', 'move', 'remove'],
    sentence: 'Ready to use.',
    ...changes,
  };
}

/** All that is known of it. */
export const aReport = (model: Model): ModelReport => ({
  ...model,
  progress: null,
  integrity: { proof: 'digest', lastProvenAt: START, missingFiles: [], missingBytes: 0 },
  version: { requested: 'main', commit: REVISION, endpoint: 'https://hub.example' },
  lifecycle: 'present',
  health: null,
  usage: { lastUsedAt: null, uses: 0 },
});

export function aFile(changes: Partial<FileProgress> = {}): FileProgress {
  return {
    path: 'tiny-chat-Q4_K_M.gguf',
    sizeBytes: 2 * GB,
    receivedBytes: 0.5 * GB,
    verifiedBytes: 0.4 * GB,
    state: { kind: 'downloading' },
    connections: 4,
    route: 'cdn.huggingface.co',
    pieces: 'dddppffffttttttt',
    ...changes,
  };
}

export function aDownload(changes: Partial<Download> = {}): Download {
  const state = changes.state ?? { kind: 'running' };
  return {
    id: 'd1',
    modelId: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
    name: 'Tiny Chat',
    state,
    priority: 0,
    position: 0,
    sizeBytes: 2 * GB,
    receivedBytes: 0.5 * GB,
    verifiedBytes: 0.4 * GB,
    bytesPerSecond: state.kind === 'running' ? 12_300_000 : 0,
    etaMs: state.kind === 'running' ? 122_000 : null,
    etaConfidence: state.kind === 'running' ? 'high' : null,
    connections: state.kind === 'running' ? 4 : 0,
    limitBytesPerSecond: null,
    startAt: null,
    hold: null,
    bottleneck: null,
    files: [aFile()],
    movesFrom: null,
    queuedAt: START,
    can: capabilities(state),
    ...changes,
  };
}

export const aPreview = (changes: Partial<DownloadPreview> = {}): DownloadPreview => ({
  modelId: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
  name: 'Tiny Chat',
  sizeBytes: 4.1 * GB,
  toFetchBytes: 2.9 * GB,
  freeBytes: 30 * GB,
  fits: true,
  files: [
    { path: 'a.gguf', sizeBytes: 2.9 * GB, presentBytes: 0, here: 'no' },
    { path: 'b.gguf', sizeBytes: 1.1 * GB, presentBytes: 1.1 * GB, here: 'other-store' },
    { path: 'c.json', sizeBytes: 0.1 * GB, presentBytes: 0.1 * GB, here: 'library' },
  ],
  ...changes,
});

export const aFit = (changes: Partial<Fit> = {}): Fit => ({
  verdict: 'memory',
  onDisk: 'fits',
  sentence: 'Needs about 3.1 GB of memory; this machine has 16.0 GB.',
  ...changes,
});

export function aVariant(changes: Partial<Variant> = {}): Variant {
  return {
    ref: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
    name: 'Q4_K_M',
    format: 'gguf',
    sizeBytes: 2 * GB,
    files: [{ path: 'tiny-chat-Q4_K_M.gguf', sizeBytes: 2 * GB, sha256: SHA256 }],
    recommended: false,
    fit: aFit(),
    inLibrary: false,
    ...changes,
  };
}

export function aHit(changes: Partial<SearchHit> = {}): SearchHit {
  return {
    ref: 'hf:acme/tiny-chat-GGUF',
    name: 'tiny-chat-GGUF',
    author: 'acme',
    downloads: 1_234_567,
    likes: 890,
    task: 'text-generation',
    tags: ['gguf'],
    gated: false,
    private: false,
    updatedAt: '2025-12-01T00:00:00.000Z',
    variants: [],
    ...changes,
  };
}

export function aRepository(changes: Partial<Repository> = {}): Repository {
  const { variants: _none, ...hit } = aHit();
  const variants = changes.variants ?? [aVariant({ recommended: true })];
  const files = variants.flatMap((variant) => variant.files);
  return {
    ...hit,
    repository: 'acme/tiny-chat-GGUF',
    requestedRevision: 'main',
    revision: REVISION,
    license: 'apache-2.0',
    pageUrl: 'https://huggingface.co/acme/tiny-chat-GGUF',
    access: 'open',
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    files,
    variants,
    ...changes,
  };
}

export const aFinding = (changes: Partial<Finding> = {}): Finding => ({
  id: 'digest:model.gguf',
  modelId: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
  check: 'digest',
  verdict: 'damaged',
  file: 'model.gguf',
  sentence: 'The bytes of model.gguf are no longer those that were published.',
  expected: 'aaaa',
  measured: 'bbbb',
  pieces: [2, 16, 17],
  pieceCount: 512,
  foundAt: START,
  ...changes,
});

export const aHealth = (changes: Partial<ModelHealth> = {}): ModelHealth => ({
  modelId: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
  name: 'Tiny Chat',
  verdict: 'healthy',
  sentence: 'Every byte is as it was published.',
  integrityScore: 100,
  healthScore: 100,
  sizeBytes: 2 * GB,
  provenBytes: 2 * GB,
  lastCheckedAt: START,
  lastProvenAt: START,
  nextDueAt: null,
  findings: [],
  repairs: [],
  check: null,
  can: { check: true, stopCheck: false, repair: false, quarantine: true, release: false },
  ...changes,
});

/** Three pieces of its file differ; there are others of the same size, so each way of repair costs something else. */
export const aDamaged = (changes: Partial<ModelHealth> = {}): ModelHealth =>
  aHealth({
    verdict: 'damaged',
    sentence: aFinding().sentence,
    healthScore: 20,
    integrityScore: 50,
    provenBytes: GB,
    findings: [aFinding()],
    repairs: [
      { mode: 'pieces', files: 1, bytes: 12_000_000 },
      { mode: 'files', files: 1, bytes: GB },
      { mode: 'model', files: 2, bytes: 2 * GB },
    ],
    can: { check: true, stopCheck: false, repair: true, quarantine: true, release: false },
    ...changes,
  });

export function aHealthSummary(
  items: readonly ModelHealth[],
  changes: Partial<HealthSummary> = {},
): HealthSummary {
  const count = (verdict: ModelHealth['verdict']) =>
    items.filter((item) => item.verdict === verdict).length;
  return {
    healthScore: 90,
    byVerdict: {
      healthy: count('healthy'),
      suspect: count('suspect'),
      damaged: count('damaged'),
      incomplete: count('incomplete'),
      unsafe: count('unsafe'),
      offline: count('offline'),
      unverifiable: count('unverifiable'),
    },
    scrub: {
      state: 'held',
      sentence: 'Waits for mains power.',
      modelId: null,
      todayBytes: 0,
      budgetBytes: 50 * GB,
    },
    ...changes,
  };
}

export function anInventory(changes: Partial<Inventory> = {}): Inventory {
  const scan = {
    filesSeen: 0,
    bytesIdentified: 0,
    bytesToIdentify: 0,
    isWaiting: false,
    endedAt: START,
  };
  return { scan: { state: 'idle', ...scan }, places: [], items: [], duplicates: [], ...changes };
}

export function aUsage(...items: ModelUsage[]): Usage {
  const uses = items.reduce((sum, item) => sum + item.uses, 0);
  const series = [{ day: '2026-01-10', uses, failures: 0 }];
  return { from: '2026-01-10', to: '2026-01-10', uses, dropped: 0, items, series, preload: [] };
}

export function aModelUsage(changes: Partial<ModelUsage> = {}): ModelUsage {
  return {
    modelId: 'hf:acme/tiny-chat-GGUF:Q4_K_M',
    uses: 40,
    usesPerDay: 1.3,
    successRate: 0.975,
    averageMs: 2_340,
    p95Ms: 12_400,
    tokens: 9_000,
    steps: 0,
    lastUsedAt: START,
    failureStreak: 0,
    hours: Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 40 : 0)),
    weekdays: [0, 8, 8, 8, 8, 8, 0],
    ...changes,
  };
}

export function aVolume(parts: Partial<Volume['parts']> = {}): Volume {
  return {
    id: '1',
    folders: ['/home/ada/Models'],
    holdsLibrary: true,
    totalBytes: 500 * GB,
    parts: {
      models: 40 * GB,
      partial: 0,
      versions: 0,
      quarantine: 0,
      programs: 0,
      rest: 421.8 * GB,
      free: 38.2 * GB,
      ...parts,
    },
  };
}

export function aSettingsSnapshot(origins: SettingsSnapshot['origins'] = {}): SettingsSnapshot {
  const defaults = Object.fromEntries(settingEntries().map(({ key }) => [key, 'default' as const]));
  return { values: structuredClone(DEFAULT_SETTINGS), origins: { ...defaults, ...origins } };
}

export function aSystemInfo(): OperationOutput<'system.info'> {
  return {
    version: '0.1.0',
    electron: '45.4.1',
    platform: 'linux x64',
    userDataFolder: '/home/ada/.config/Larder',
    libraryFolder: '/home/ada/Models',
    hub: { endpoint: 'https://huggingface.co', token: 'none' },
    secrets: 'encrypted',
    api: { url: null },
    hardware: {
      memoryBytes: 16 * GB,
      videoMemoryBytes: null,
      freeDiskBytes: 38.2 * GB,
      cpu: 'Core i5-1240P',
      cores: 12,
    },
  };
}

type EventOf<T extends LarderEvent['type']> = Extract<LarderEvent, { type: T }>;

export function anEvent<T extends LarderEvent['type']>(
  seq: number,
  type: T,
  data: EventOf<T>['data'],
): LarderEvent {
  return { type, seq, at: START, data } as EventOf<T>;
}

export function aLibrary(changes: Partial<LibraryInfo> = {}): LibraryInfo {
  return {
    folder: '/home/ada/Models',
    id: '0123456789abcdef',
    isMain: true,
    state: 'open',
    error: null,
    modelCount: 2,
    usedBytes: 8 * GB,
    budgetBytes: null,
    freeBytes: 40 * GB,
    movesTo: null,
    ...changes,
  };
}
