import { expect, it } from 'vitest';
import { fetchFile } from '../../../src-main/engines/download/fetch-file.ts';
import type { FetchJob, FetchPorts } from '../../../src-main/engines/download/fetch-job.ts';
import { createHosts } from '../../../src-main/engines/download/hosts.ts';
import { clearPiece, createPieceMap, setPiece } from '../../../src-main/engines/download/pieces.ts';
import type { PartFile, Transfers } from '../../../src-main/engines/ports.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const SIZE = 2 * 2 ** 20;

/** A disk on which every byte reads back different from what was written. */
function failingDisk() {
  const map = createPieceMap(SIZE);
  const forgotten: number[] = [];
  const part = {
    path: '/library/part',
    map,
    verifiedSha256: undefined,
    doubtful: new Set<number>(),
    note: (states) => {
      for (const state of states) setPiece(map, state);
    },
    record: async () => {},
    sync: async () => {},
    forget: async (pieces) => {
      forgotten.push(...pieces);
      for (const piece of pieces) clearPiece(map, piece);
    },
    close: async () => {},
  } as Partial<PartFile> as PartFile;
  const hasher = {
    follow: () => ({
      hashedBytes: 0,
      advance: () => {},
      finish: async () => ({ sha256: '0'.repeat(64) }),
      cancel: () => {},
    }),
    checksums: async (_path: string, spans: readonly unknown[]) => spans.map(() => 2),
  };
  return { part, hasher, forgotten };
}

/** Brings each span at once. */
const transfers = {
  start: ({ span, pieceBytes }, onPieces) => {
    for (let from = span.from; from < span.to; from += pieceBytes) {
      const filled = Math.min(pieceBytes, span.to - from);
      onPieces([{ piece: from / pieceBytes, filled, crc32: 1 }]);
    }
    const ended = Promise.resolve({});
    return { offered: Promise.resolve({ kind: 'span' }), ended, shorten: async () => 0, stop() {} };
  },
} as Partial<Transfers> as Transfers;

it('failure 19: a disk that changes what is written is named, after two rounds and not for ever', async () => {
  const { clock } = createManualClock();
  const { part, hasher, forgotten } = failingDisk();
  const retry = () => ({ attempts: 3, baseMs: 1, capMs: 1 });
  const location = { url: 'https://hub.example/f', headers: {}, redirected: false };
  const ports = {
    clock,
    hosts: createHosts({
      clock,
      random: () => 0,
      retry,
      cap: () => 16,
      isLimited: () => false,
      remembered: new Map(),
      remember: () => {},
    }),
    transfers,
    hasher,
    parts: { open: async () => part, partPath: () => part.path },
    reuse: { find: async () => null },
    source: { routes: () => [{ name: 'hub.example', locate: async () => location }] },
    random: () => 0,
    isOnline: () => true,
    proxyFor: async () => undefined,
  } as unknown as FetchPorts;
  const job = {
    downloadId: 'd',
    manifest: { origin: {} },
    file: { path: 'weights.gguf', sizeBytes: SIZE, sha256: 'f'.repeat(64) },
    hasPart: false,
    signal: new AbortController().signal,
    limits: [],
    retry,
    stallTimeoutMs: () => 1,
    onState: () => {},
    onProgress: () => {},
    onFlights: () => {},
  } as unknown as FetchJob;
  await expect(fetchFile(ports, job)).rejects.toMatchObject({ code: 'DISK_UNRELIABLE' });
  expect(forgotten).toHaveLength(2 * part.map.filled.length);
});
