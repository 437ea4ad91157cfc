/** The product's own engine on a library of its own, fetching plain addresses: what a bench measures. */

import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createDownloads } from '../../../src-main/app/wiring/downloads.ts';
import type { ModelSource } from '../../../src-main/engines/ports.ts';
import { openLibrary } from '../../../src-main/library/library.ts';
import { createSystemClock } from '../../../src-main/platform/clock.ts';
import { createConditions, GOOD_SENSORS } from '../../../src-main/platform/conditions.ts';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src-shared/settings/schema.ts';
import { READER_IN_PLACE } from '../../support/reader-in-place.ts';
import { median, type Sample } from './measure.ts';

export interface EngineRun {
  readonly folder: string;
  readonly files: readonly {
    readonly path: string;
    readonly url: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  readonly settings?: Partial<Settings['downloads']>;
  /** PEM of an issuer to trust. */
  readonly certificate?: string;
  /** How many connections were best for the host of the first file. */
  readonly knownCount?: number;
  /** Each file is a download of its own. */
  readonly isSeparate?: boolean;
}

/** @returns what it took; the start of threads counts, the start of Node does not */
export async function runEngine(run: EngineRun): Promise<Sample> {
  const clock = createSystemClock();
  const log = { info: () => {}, warn: console.warn, error: console.error };
  const hasher = createHasher();
  const library = await openLibrary({
    folder: path.join(run.folder, 'library'),
    instance: 'bench',
    hasher,
    reader: READER_IN_PLACE,
    remembered: async () => [],
    mayMake: async () => true,
    onChange: () => {},
    onDamage: () => {},
    freeBytes: async () => Number.MAX_SAFE_INTEGER,
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const settings = { ...DEFAULT_SETTINGS.downloads, ...run.settings };
  const manifests = run.isSeparate
    ? run.files.map((file, index) => manifestOf([file], `model-${index}`))
    : [manifestOf(run.files, 'model')];
  const conditions = createConditions(GOOD_SENSORS, clock);
  const connections = createConnectionWatch();
  const finishedIds = new Set<string>();
  let receivedAt = 0;
  let finish: (error?: Error) => void = () => {};
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve());
  });
  const downloads = createDownloads({
    source: sourceOf(run),
    hasher,
    clock,
    parts: library.parts,
    log,
    bus: createEventBus({ clock, log }),
    publish: (_type, data) => {
      const { download } = data as { download?: Download | null };
      if (!download) return;
      const isHere = download.receivedBytes === download.sizeBytes;
      if (isHere && manifests.length === 1) receivedAt ||= performance.now();
      connections.see(download);
      if (download.state.kind === 'done') finishedIds.add(download.modelId);
      if (finishedIds.size === manifests.length) finish();
      if (download.state.kind === 'failed') finish(new Error(download.state.error.detail));
    },
    queue: {
      load: () => [],
      save: async () => {},
      counts: { get: () => knownCounts(run), set: () => {} },
      speed: { get: () => null, set: () => {} },
    },
    proveInPlace: ({ manifest }, file, signal) => library.proveOrRefuse(manifest, file, signal),
    install: (job, proven) => library.install(job, proven, { now: clock.now() }),
    room: async () => [
      { kind: 'disk', name: 'disk', freeBytes: await library.freeBytes(), folder: run.folder },
    ],
    reuse: { find: async () => null, copy: async () => false, adopt: async () => {} },
    proxyFor: async () => undefined,
    keepAwake: () => {},
    conditions,
    userAgent: 'larder-bench',
    certificates: async () => (run.certificate ? [run.certificate] : []),
    settings: () => settings,
  });
  delay.enable();
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await downloads.engine.start();
  for (const manifest of manifests) {
    const paths = manifest.files.map((file) => file.path);
    await downloads.engine.enqueue({ manifest, paths, id: manifest.name });
  }
  await finished;
  const endedAt = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  const rssMb = process.resourceUsage().maxRSS / 1000;
  await downloads.engine.stop();
  await downloads.close();
  conditions.close();
  await library.close();
  await hasher.close();
  return {
    wallMs: endedAt - startedAt,
    cpuMs: (cpu.user + cpu.system) / 1000,
    tailMs: receivedAt === 0 ? 0 : endedAt - receivedAt,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
    rssMb,
    note: connections.note(),
  };
}

function knownCounts({ files, knownCount }: EngineRun): ReadonlyMap<string, number> {
  const host = new URL(files[0]?.url ?? '').host;
  return new Map(knownCount === undefined ? [] : [[host, knownCount]]);
}

/** How many connections were in use, by what was told of them. */
function createConnectionWatch() {
  const seen: number[] = [];
  return {
    see: ({ connections, receivedBytes, sizeBytes }: Download) => {
      // Towards the end there is not enough left for all.
      if (connections > 0 && receivedBytes < 0.95 * sizeBytes) seen.push(connections);
    },
    note: () => {
      if (seen.length === 0) return '';
      const settled = median(seen.slice(Math.floor(seen.length / 2)));
      return `connections: ${seen[0]}, then ${settled}, at most ${Math.max(...seen)}`;
    },
  };
}

function sourceOf(run: EngineRun): ModelSource {
  const urls = new Map(run.files.map((file) => [file.path, file.url]));
  const never = () => Promise.reject(new Error('not asked'));
  return {
    search: never,
    inspect: never,
    pageUrl: () => '',
    routes: (_origin, { path: file }) => {
      const url = urls.get(file) ?? '';
      const location = { url, headers: {}, redirected: false };
      return [{ name: new URL(url).host, locate: async () => location }];
    },
  };
}

function manifestOf(files: EngineRun['files'], name: string): Manifest {
  const endpoint = new URL(files[0]?.url ?? '').origin;
  const revision = 'a'.repeat(40);
  return {
    version: 1,
    id: `hf:bench/${name}`,
    ref: `hf:bench/${name}`,
    name,
    origin: {
      source: 'hf',
      endpoint,
      repository: `bench/${name}`,
      requestedRevision: '',
      revision,
    },
    folder: `bench/${name}`,
    keep: true,
    trackedAt: '2026-01-01T00:00:00.000Z',
    files: files.map(({ path: file, sizeBytes, sha256 }) => ({
      path: file,
      localPath: file,
      sizeBytes,
      sha256,
    })),
  };
}
