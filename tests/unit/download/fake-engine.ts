/** The download engine on ports that touch nothing: each transfer brings a few bytes, then nothing more. */
import {
  createDownloadEngine,
  type DownloadPorts,
} from '../../../src-main/engines/download/engine.ts';
import {
  type StoredDownload,
  storedDownloadSchema,
} from '../../../src-main/engines/download/job.ts';
import type { BodyResponse, PartFile, PartStore } from '../../../src-main/engines/ports.ts';
import { createManualClock } from '../transports/manual-clock.ts';

export const SIZE = 100;
const CHUNK_BYTES = 10;

export interface FakeEngineOptions {
  readonly stored?: readonly unknown[];
  readonly concurrent?: number;
  readonly freeBytes?: () => Promise<number>;
  readonly proveInPlace?: DownloadPorts['proveInPlace'];
  readonly install?: DownloadPorts['install'];
  readonly peek?: PartStore['peek'];
  readonly remove?: PartStore['remove'];
}

export function createFakeEngine(options: FakeEngineOptions) {
  const { clock, advance, pending } = createManualClock();
  const heard: { type: string; data: unknown }[] = [];
  /** What was done to part files, in order. */
  const calls: string[] = [];
  const stored = (options.stored ?? []).map((entry) => storedDownloadSchema.parse(entry));
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
      freeBytes: options.freeBytes ?? (async () => 1e9),
      libraryFolder: () => '/library',
      retryAfterMs: () => undefined,
      hasher: { follow: createHashRun },
      parts: {
        open: async (id) => {
          calls.push(`open ${id}`);
          return createPart(() => calls.push(`close ${id}`));
        },
        peek: options.peek ?? (async () => ({ length: 0, verified: false })),
        partPath: (id) => `/library/${id}`,
        remove: (id) => {
          calls.push(`remove ${id}`);
          return options.remove?.(id) ?? Promise.resolve();
        },
      },
      source: {
        locate: async () => ({ url: 'https://hub.example/f', headers: {}, redirected: false }),
        search: () => Promise.reject(new Error('not asked')),
        inspect: () => Promise.reject(new Error('not asked')),
        pageUrl: () => '',
      },
      openBody: async (_url, { signal }) => stallingBody(signal),
    },
    {
      concurrent: () => options.concurrent ?? 2,
      filesAtOnce: () => 2,
      retry: () => ({ attempts: 3, baseMs: 1, capMs: 1 }),
      stallTimeoutMs: () => 60_000,
    },
  );
  engine.restore();
  const kinds = () => engine.list().map(({ state }) => state.kind);
  return { engine, heard, calls, kinds, advance, pending };
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
  let length = 0;
  return {
    path: '/library/part',
    get length() {
      return length;
    },
    verifiedSha256: undefined,
    append: async (chunk) => {
      length += chunk.byteLength;
    },
    commit: async () => {},
    markVerified: async () => {},
    setAside: async () => {},
    close: async () => onClose(),
  };
}

function createHashRun() {
  const finish = async () => ({ sha256: 'f'.repeat(64) });
  return { hashedBytes: 0, push: () => {}, finish, cancel: () => {} };
}

function stallingBody(signal: AbortSignal): BodyResponse {
  const ended = gate<Error>();
  signal.addEventListener('abort', () => ended.open(signal.reason as Error), { once: true });
  async function* chunks() {
    yield new Uint8Array(CHUNK_BYTES);
    throw await ended.opened;
  }
  return { status: 200, headers: {}, body: chunks(), abort: (reason) => ended.open(reason) };
}
