/** The download engine on ports that touch nothing: each transfer brings a few bytes, then nothing more. */
import {
  createDownloadEngine,
  type DownloadPorts,
} from '../../../src-main/engines/download/engine.ts';
import { createHosts } from '../../../src-main/engines/download/hosts.ts';
import {
  type StoredDownload,
  storedDownloadSchema,
} from '../../../src-main/engines/download/job.ts';
import { createPieceMap, setPiece } from '../../../src-main/engines/download/pieces.ts';
import type { PartFile, PartStore, Transfers } from '../../../src-main/engines/ports.ts';
import type { Hold } from '../../../src-shared/domain/download.ts';
import { createManualClock } from '../transports/manual-clock.ts';

/** More than a small file, less than two pieces. */
export const SIZE = 1.5 * 2 ** 20;
const CHUNK_BYTES = 10;

export interface FakeEngineOptions {
  readonly stored?: readonly unknown[];
  readonly concurrent?: number;
  readonly freeBytes?: () => Promise<number>;
  readonly proveInPlace?: DownloadPorts['proveInPlace'];
  readonly install?: DownloadPorts['install'];
  readonly peek?: PartStore['peek'];
  readonly remove?: PartStore['remove'];
  readonly holdFor?: () => Hold | null;
}

export function createFakeEngine(options: FakeEngineOptions) {
  const { clock, advance, pending } = createManualClock();
  const heard: { type: string; data: unknown }[] = [];
  /** What was done to part files, in order. */
  const calls: string[] = [];
  /** Speed limits as they were set last. */
  const limits = new Map<string, number | null>();
  const stored = (options.stored ?? []).map((entry) => storedDownloadSchema.parse(entry));
  const retry = () => ({ attempts: 3, baseMs: 1, capMs: 1 });
  const engine = createDownloadEngine(
    {
      clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      publish: (type, data) => heard.push({ type, data }),
      random: () => 0.5,
      load: () => stored,
      save: async () => {},
      proveInPlace: options.proveInPlace ?? (async () => null),
      install: options.install ?? (async () => {}),
      room: async () => [
        {
          kind: 'disk',
          name: 'disk',
          freeBytes: await (options.freeBytes ?? (async () => 1e9))(),
          folder: '/library',
        },
      ],
      hasher: { follow: createHashRun, checksums: async () => [] },
      parts: {
        open: async (id) => {
          calls.push(`open ${id}`);
          return createPart(() => calls.push(`close ${id}`));
        },
        prepare: async () => {},
        list: async () => () => true,
        peek: options.peek ?? (async () => ({ receivedBytes: 0, verified: false })),
        partPath: (id) => `/library/${id}`,
        remove: (id) => {
          calls.push(`remove ${id}`);
          return options.remove?.(id) ?? Promise.resolve();
        },
      },
      source: {
        routes: () => [
          {
            name: 'hub.example',
            locate: async () => ({ url: 'https://hub.example/f', headers: {}, redirected: false }),
          },
        ],
        search: () => Promise.reject(new Error('not asked')),
        inspect: () => Promise.reject(new Error('not asked')),
        pageUrl: () => '',
      },
      transfers: {
        ...stallingTransfers,
        setLimit: (name, bytesPerSecond) => limits.set(name, bytesPerSecond),
      },
      hosts: createHosts({
        clock,
        random: () => 0.5,
        retry,
        cap: () => 16,
        isLimited: () => false,
        remembered: new Map(),
        remember: () => {},
      }),
      reuse: { find: async () => null, copy: async () => false, adopt: async () => {} },
      proxyFor: async () => undefined,
      isOnline: () => true,
      keepAwake: (on) => calls.push(on ? 'keep awake' : 'may sleep'),
    },
    {
      concurrent: () => options.concurrent ?? 2,
      filesAtOnce: () => 2,
      retry,
      limit: () => ({ bytesPerSecond: null, isScheduled: false }),
      holdFor: () => options.holdFor?.() ?? null,
      stallTimeoutMs: () => 60_000,
    },
  );
  engine.restore();
  const kinds = () => engine.list().map(({ state }) => state.kind);
  const partCalls = () => calls.filter((call) => /^(open|close|remove) /.test(call));
  return { engine, heard, calls, limits, partCalls, kinds, now: clock.now, advance, pending };
}

/** A download of one file of {@link SIZE} bytes. */
export function queued(name: string): StoredDownload {
  const revision = 'a'.repeat(40);
  const endpoint = 'https://hub.example';
  const origin = { source: 'hf', endpoint, repository: name, requestedRevision: 'main', revision };
  const sha256 = 'f'.repeat(64);
  const path = 'weights.gguf';
  return storedDownloadSchema.parse({
    id: name,
    manifest: {
      version: 1,
      id: `hf:${name}`,
      ref: `hf:${name}`,
      name,
      origin,
      folder: name,
      keep: true,
      trackedAt: '2026-01-01T00:00:00.000Z',
      files: [{ path, sizeBytes: SIZE, sha256, localPath: path }],
    },
    paths: [path],
    state: { kind: 'queued' },
    priority: 0,
    queuedAt: '2026-01-01T00:00:00.000Z',
  });
}

/** A promise, and what fulfils it. */
export function gate<T>() {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves when all that could go on without a clock has gone on. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function createPart(onClose: () => void): PartFile {
  const map = createPieceMap(SIZE);
  return {
    path: '/library/part',
    map,
    verifiedSha256: undefined,
    doubtful: new Set(),
    note: (states) => {
      for (const state of states) setPiece(map, state);
    },
    record: async () => {},
    sync: async () => {},
    forget: async () => {},
    markVerified: async () => {},
    setAside: async () => {},
    close: async () => onClose(),
  };
}

function createHashRun() {
  const finish = async () => ({ sha256: 'f'.repeat(64) });
  return { hashedBytes: 0, advance: () => {}, finish, cancel: () => {} };
}

/** Bring a few bytes each, and end only when they are stopped. */
const stallingTransfers: Transfers = {
  start: (_request, onPieces) => {
    const ended = gate<Record<string, never>>();
    onPieces([{ piece: 0, filled: CHUNK_BYTES, crc32: 0 }]);
    return {
      offered: Promise.resolve({ kind: 'span' }),
      ended: ended.opened,
      shorten: () => new Promise(() => {}),
      stop: () => ended.open({}),
    };
  },
  fetchSmall: () => new Promise(() => {}),
  setLimit: () => {},
  prepare: () => {},
};
