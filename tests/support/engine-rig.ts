/** The real download engine on a real library folder, with its delays made short. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createDownloadEngine } from '../../src-main/engines/download/engine.ts';
import type { StoredDownload } from '../../src-main/engines/download/job.ts';
import type { Clock } from '../../src-main/engines/ports.ts';
import { openLibrary } from '../../src-main/library/library.ts';
import { createOpenBody } from '../../src-main/platform/body.ts';
import { createHasher } from '../../src-main/platform/hasher.ts';
import { createHttpClient, parseRetryAfter } from '../../src-main/platform/http.ts';
import { createHuggingFaceSource } from '../../src-main/sources/hf/source.ts';
import type { EventData } from '../../src-shared/contract/events.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { type Hub, type HubOptions, startHub } from '../hub/hub.ts';
import { temporaryFolder } from './folders.ts';

/** Real timers, with waits of the retry policy kept as they are drawn. */
const clock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

const log = { info: () => {}, warn: () => {}, error: () => {} };

export interface EngineRigOptions extends HubOptions {
  readonly folder?: string;
  readonly token?: string;
  readonly concurrent?: number;
  readonly attempts?: number;
  readonly stallTimeoutMs?: number;
  readonly freeBytes?: () => number;
  /** The queue as an earlier engine left it. */
  readonly stored?: readonly StoredDownload[];
}

export async function startHubForTest(options: HubOptions): Promise<Hub> {
  const hub = await startHub(options);
  onTestFinished(() => hub.close());
  return hub;
}

/** A library with an engine over it; started again on the same folder, it finds what the last one left. */
export async function startEngine(hub: Hub, options: Partial<EngineRigOptions> = {}) {
  const folder = options.folder ?? path.join(await temporaryFolder(), 'library');
  const hasher = createHasher();
  const library = await openLibrary({
    folder,
    instance: folder,
    hasher,
    remembered: [],
    onChange: () => {},
    onDamage: () => {},
    freeBytes: async () => options.freeBytes?.() ?? 1e12,
  });
  const settings = { concurrent: options.concurrent ?? 2, attempts: options.attempts ?? 5 };
  let stored: readonly StoredDownload[] = options.stored ?? [];
  const heard: EventData<'download.progress' | 'download.state'>[] = [];
  const waiting = new Set<() => void>();
  const source = createHuggingFaceSource({
    http: createHttpClient({ userAgent: 'larder-test' }),
    endpoint: () => hub.url,
    token: async () => options.token ?? null,
  });
  const engine = createDownloadEngine(
    {
      source,
      hasher,
      parts: library.parts,
      clock,
      log,
      random: Math.random,
      openBody: createOpenBody({ userAgent: 'larder-test' }),
      retryAfterMs: (headers) => parseRetryAfter(headers, clock.now()),
      publish: (_type, data) => {
        heard.push(data as EventData<'download.state'>);
        for (const check of [...waiting]) check();
      },
      load: () => stored,
      save: async (downloads) => {
        stored = structuredClone(downloads);
      },
      proveInPlace: library.proveInPlace,
      install: (job, digests) => library.install(job, digests, Date.now()),
      freeBytes: library.freeBytes,
      libraryFolder: () => folder,
    },
    {
      concurrent: () => settings.concurrent,
      filesAtOnce: () => 3,
      retry: () => ({ attempts: settings.attempts, baseMs: 2, capMs: 20 }),
      stallTimeoutMs: () => options.stallTimeoutMs ?? 30_000,
    },
  );
  engine.restore();
  await engine.start();
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await engine.stop();
    await library.close();
    await hasher.close();
  };
  onTestFinished(stop);

  /** Resolves once the download of a model is as described. */
  const until = (modelId: string, condition: (download: Download) => boolean) =>
    new Promise<Download>((resolve) => {
      const check = () => {
        const download = engine.get(modelId);
        if (!download || !condition(download)) return;
        waiting.delete(check);
        resolve(download);
      };
      waiting.add(check);
      check();
    });

  const fetch = async (ref: string, paths?: readonly string[]) => {
    const manifest = await manifestFor(source, ref);
    await library.manifests.put(manifest);
    const wanted = paths ?? manifest.files.map((file) => file.path);
    await engine.enqueue({ manifest, paths: wanted, id: downloadIdOf(manifest) });
    return manifest.id;
  };

  return {
    engine,
    library,
    folder,
    source,
    settings,
    heard,
    until,
    fetch,
    stop,
    stored: () => stored,
  };
}

const downloadIdOf = ({ id, origin }: Manifest) =>
  createHash('sha256').update(`${id}@${origin.revision}`).digest('hex').slice(0, 20);

async function manifestFor(
  source: ReturnType<typeof createHuggingFaceSource>,
  ref: string,
): Promise<Manifest> {
  const listing = await source.inspect(parseReference(ref));
  return {
    version: 1,
    id: ref,
    ref,
    name: listing.name,
    origin: listing.origin,
    folder: listing.origin.repository,
    keep: true,
    trackedAt: '2026-01-01T00:00:00.000Z',
    files: listing.files.map((file) => ({ ...file, localPath: file.path })),
  };
}

export const isDone = ({ state }: Download) => state.kind === 'done';
export const isFailed = ({ state }: Download) => state.kind === 'failed';
