/** The real download engine on a real library folder, with its delays made short. Knows nothing of a test runner. */

import tls from 'node:tls';
import { createDownloadEngine } from '../../src-main/engines/download/engine.ts';
import { createHosts } from '../../src-main/engines/download/hosts.ts';
import type { StoredDownload } from '../../src-main/engines/download/job.ts';
import type { Clock, ModelSource, Reuse } from '../../src-main/engines/ports.ts';
import { openLibrary } from '../../src-main/library/library.ts';
import { planLocalPaths } from '../../src-main/library/names.ts';
import { downloadIdOf } from '../../src-main/library/plan-manifest.ts';
import { createAgents } from '../../src-main/platform/agents.ts';
import { createHasher } from '../../src-main/platform/hasher.ts';
import { createHttpClient } from '../../src-main/platform/http.ts';
import { createTransfers } from '../../src-main/platform/transfers.ts';
import { createHuggingFaceSource } from '../../src-main/sources/hf/source.ts';
import { createUrlSource } from '../../src-main/sources/url.ts';
import type { EventData } from '../../src-shared/contract/events.ts';
import type { Download, Hold } from '../../src-shared/domain/download.ts';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import { READER_IN_PLACE } from './reader-in-place.ts';

/** Real timers, with waits of the retry policy kept as they are drawn. */
const createClock = (now: () => number): Clock => ({
  now,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
});

const NO_REUSE: Reuse = {
  find: async () => null,
  copy: async () => false,
  adopt: async () => {},
};

export interface EngineOptions {
  readonly folder: string;
  readonly hubUrl: string;
  /** Names this engine in the library's lock. Default: the folder, so that one takes over from another. */
  readonly instance?: string;
  /** PEM of the authority the hub's certificate is believed for. */
  readonly certificate?: string | null;
  readonly token?: string;
  readonly concurrent?: number;
  readonly attempts?: number;
  readonly stallTimeoutMs?: number;
  readonly freeBytes?: () => number;
  readonly mirrors?: readonly string[];
  /** Most connections to one host. */
  readonly connections?: number;
  /** Which way bytes are fetched. Default `fast`. */
  readonly way?: 'fast' | 'got';
  /** Whether a model has its digests published (`hf`), or is any file of a server (`url`). */
  readonly kind?: 'hf' | 'url';
  readonly reuse?: Reuse;
  readonly isOnline?: () => boolean;
  readonly holdFor?: () => Hold | null;
  /** The queue as an earlier engine left it. */
  readonly stored?: readonly StoredDownload[];
  /** Each time the queue is stored. */
  readonly onStore?: (stored: readonly StoredDownload[]) => void;
  readonly random?: () => number;
  /** What the clock shows; its timers are real. Default: the time. */
  readonly now?: () => number;
  /** Waits between attempts. Default 2 ms, doubling up to 20 ms. */
  readonly pace?: { readonly baseMs: number; readonly capMs: number };
}

/** A library with an engine over it; opened again on the same folder, it finds what the last one left. */
export async function openEngine(options: EngineOptions) {
  const { folder, certificate } = options;
  const clock = createClock(options.now ?? Date.now);
  const hasher = createHasher();
  const library = await openLibrary({
    folder,
    instance: options.instance ?? folder,
    hasher,
    reader: READER_IN_PLACE,
    remembered: async () => [],
    mayMake: async () => true,
    onChange: () => {},
    onDamage: () => {},
    freeBytes: async () => options.freeBytes?.() ?? 1e12,
  });
  const settings = {
    concurrent: options.concurrent ?? 2,
    attempts: options.attempts ?? 5,
    limitBytesPerSecond: null as number | null,
  };
  const pace = options.pace ?? { baseMs: 2, capMs: 20 };
  const retry = () => ({ attempts: settings.attempts, ...pace });
  const random = options.random ?? Math.random;
  const transfers = createTransfers({
    userAgent: 'larder-test',
    way: options.way ?? 'fast',
    ...(certificate && { certificates: async () => [certificate] }),
    diskFull: async () => new AppError('DISK_FULL', { neededBytes: 0, freeBytes: 0, folder }),
  });
  const counts = new Map<string, number>();
  const hosts = createHosts({
    clock,
    random,
    retry,
    cap: () => options.connections ?? 16,
    isLimited: () => settings.limitBytesPerSecond !== null,
    remembered: counts,
    remember: (host, count) => counts.set(host, count),
  });
  let stored: readonly StoredDownload[] = options.stored ?? [];
  const heard: EventData<'download.progress' | 'download.state'>[] = [];
  /** What was logged, before any secret was taken out. */
  const logged: string[] = [];
  const note = (message: string, facts?: Record<string, unknown>) => {
    logged.push(JSON.stringify({ message, ...facts }));
  };
  const waiting = new Set<() => void>();
  const source = createSource(options);
  const engine = createDownloadEngine(
    {
      source,
      hasher,
      parts: library.parts,
      clock,
      log: { info: note, warn: note, error: note },
      random,
      transfers,
      hosts,
      reuse: options.reuse ?? NO_REUSE,
      proxyFor: async () => undefined,
      isOnline: () => options.isOnline?.() ?? true,
      keepAwake: () => {},
      publish: (_type, data) => {
        heard.push(data as EventData<'download.state'>);
        for (const check of [...waiting]) check();
      },
      load: () => stored,
      save: async (downloads) => {
        stored = structuredClone(downloads);
        options.onStore?.(stored);
      },
      proveInPlace: ({ manifest }, file, signal) => library.proveOrRefuse(manifest, file, signal),
      install: (job, digests) => library.install(job, digests, { now: Date.now() }),
      room: async () => [
        { kind: 'disk', name: 'disk', freeBytes: await library.freeBytes(), folder },
      ],
    },
    {
      concurrent: () => settings.concurrent,
      limit: () => ({ bytesPerSecond: settings.limitBytesPerSecond, isScheduled: false }),
      holdFor: () => options.holdFor?.() ?? null,
      filesAtOnce: () => 3,
      retry,
      stallTimeoutMs: () => options.stallTimeoutMs ?? 30_000,
    },
  );
  engine.restore();
  await engine.start();
  let stopping: Promise<void> | undefined;
  const end = async () => {
    await engine.stop();
    hosts.close();
    await library.close();
    await hasher.close();
    await transfers.close();
  };
  const stop = () => (stopping ??= end());

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
    hasher,
    transfers,
    hosts,
    settings,
    heard,
    logged,
    until,
    fetch,
    stop,
    stored: () => stored,
  };
}

function createSource({ certificate, hubUrl, kind = 'hf', mirrors, token }: EngineOptions) {
  const secureContext = async () => tls.createSecureContext({ ca: certificate ?? undefined });
  const http = createHttpClient({
    userAgent: 'larder-test',
    ...(certificate && {
      agentsFor: createAgents({ proxyFor: async () => undefined, secureContext }),
    }),
  });
  if (kind === 'url') return createUrlSource({ http });
  return createHuggingFaceSource({
    http,
    endpoint: () => hubUrl,
    mirrors: () => mirrors ?? [],
    token: async () => token ?? null,
  });
}

async function manifestFor(source: ModelSource, ref: string): Promise<Manifest> {
  const { name, origin, files } = await source.inspect(parseReference(ref));
  const places = planLocalPaths(files);
  return {
    version: 1,
    id: ref,
    ref,
    name,
    origin,
    folder: origin.source === 'url' ? 'plain/files' : origin.repository,
    keep: true,
    trackedAt: '2026-01-01T00:00:00.000Z',
    files: files.map((file) => ({ ...file, localPath: places.get(file.path) ?? file.path })),
  };
}

export const isDone = ({ state }: Download) => state.kind === 'done';
export const isFailed = ({ state }: Download) => state.kind === 'failed';
/** Nothing more will happen by itself. */
export const isSettled = (download: Download) => isDone(download) || isFailed(download);
