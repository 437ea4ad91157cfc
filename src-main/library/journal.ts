/**
 * The journal of a part file: one line a record, `<crc32 of the rest> <json>`. The first line says
 * what the file is; later ones what its pieces hold. Everything before a `synced` line was on the disk
 * when that line was written; what follows it outlived the process, but perhaps not a power cut.
 * Reading stops at the first line that does not check, so a torn end can only make the promise smaller.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import {
  clearPiece,
  createPieceMap,
  type PieceMap,
  type PieceState,
  pieceLength,
  setPiece,
  stateOf,
  touchedPieces,
} from '../engines/download/pieces.ts';
import type { FileIdentity } from '../engines/ports.ts';

const VERSION = 2;
/** Pieces a line names at most, so that a torn line takes few with it. */
const PIECES_PER_LINE = 512;

const count = z.number().int().nonnegative();

const identitySchema = z.object({
  version: z.literal(VERSION),
  endpoint: z.string(),
  repository: z.string(),
  revision: z.string(),
  path: z.string(),
  sizeBytes: count,
  digest: z.string(),
  pieceBytes: count.refine((bytes) => Number.isInteger(Math.log2(bytes))),
});

const recordSchema = z.union([
  z.object({
    /** Piece, bytes present, their CRC-32. */
    p: z.array(z.tuple([count, count, count.max(2 ** 32 - 1)])),
    /** They are the first to doubt. */
    d: z.literal(1).optional(),
  }),
  z.object({ synced: z.literal(true) }),
  z.object({ forget: z.array(count), why: z.enum(['disk', 'doubtful', 'digest', 'unidentified']) }),
  z.object({ verified: z.string().regex(/^[0-9a-f]{64}$/) }),
]);
export type JournalRecord = z.infer<typeof recordSchema>;

/** What a journal says, whether it was read or is being written. */
export interface JournalState {
  readonly identity: FileIdentity;
  /** Pieces as last recorded. */
  readonly latest: PieceMap;
  /** Pieces as they were at the last `synced` line, less those forgotten since. */
  readonly safe: PieceMap;
  readonly doubtful: Set<number>;
  verifiedSha256: string | undefined;
}

export function createJournalState(identity: FileIdentity, pieceBytes?: number): JournalState {
  return {
    identity,
    latest: createPieceMap(identity.sizeBytes, pieceBytes),
    safe: createPieceMap(identity.sizeBytes, pieceBytes),
    doubtful: new Set(),
    verifiedSha256: undefined,
  };
}

/** Takes a record into account. @returns `false` when it cannot be of this file */
export function applyRecord(state: JournalState, record: JournalRecord): boolean {
  const { latest, safe, doubtful } = state;
  if ('p' in record) return applyPieces(state, record);
  if ('synced' in record) {
    safe.filled.set(latest.filled);
    safe.crc32.set(latest.crc32);
  } else if ('forget' in record) {
    if (record.forget.some((piece) => piece >= latest.filled.length)) return false;
    for (const piece of record.forget) {
      clearPiece(latest, piece);
      clearPiece(safe, piece);
      doubtful.delete(piece);
    }
    state.verifiedSha256 = undefined;
  } else state.verifiedSha256 = record.verified;
  return true;
}

function applyPieces(state: JournalState, { p, d }: Extract<JournalRecord, { p: unknown }>) {
  const { latest, doubtful } = state;
  const fits = p.every(
    ([piece, filled]) => piece < latest.filled.length && filled <= pieceLength(latest, piece),
  );
  if (!fits) return false;
  for (const [piece, filled, crc32] of p) {
    setPiece(latest, { piece, filled, crc32 });
    if (d) doubtful.add(piece);
  }
  state.verifiedSha256 = undefined;
  return true;
}

function encodeLine(content: object): string {
  const json = JSON.stringify(content);
  return `${checksum(json)} ${json}\n`;
}

export const encodeRecords = (records: readonly JournalRecord[]) =>
  records.map(encodeLine).join('');

const checksum = (text: string) => (crc32(text) >>> 0).toString(16).padStart(8, '0');

/** The records that say what these pieces hold. */
export function pieceRecords(
  states: Iterable<PieceState>,
  doubtful: ReadonlySet<number>,
): JournalRecord[] {
  const sure: [number, number, number][] = [];
  const doubted: [number, number, number][] = [];
  for (const { piece, filled, crc32 } of states) {
    (doubtful.has(piece) ? doubted : sure).push([piece, filled, crc32]);
  }
  return [
    ...inLines(sure).map((p) => ({ p })),
    ...inLines(doubted).map((p) => ({ p, d: 1 as const })),
  ];
}

function inLines<T>(entries: readonly T[]): T[][] {
  const lines: T[][] = [];
  for (let at = 0; at < entries.length; at += PIECES_PER_LINE) {
    lines.push(entries.slice(at, at + PIECES_PER_LINE));
  }
  return lines;
}

/** The shortest journal that says the same. */
export function encodeJournal(state: JournalState): string {
  const { identity, latest, safe, doubtful, verifiedSha256 } = state;
  const { endpoint, repository, revision, path, sizeBytes, digest } = identity;
  const { pieceBytes } = latest;
  const first = { version: VERSION, endpoint, repository, revision, path, sizeBytes, digest };
  const promised = touchedPieces(safe).map((piece) => stateOf(safe, piece));
  const since = unsyncedPieces(state).map((piece) => stateOf(latest, piece));
  const records: JournalRecord[] = [
    ...pieceRecords(promised, doubtful),
    ...(promised.length > 0 ? [{ synced: true as const }] : []),
    ...pieceRecords(since, doubtful),
    ...(verifiedSha256 === undefined ? [] : [{ verified: verifiedSha256 }]),
  ];
  return encodeLine({ ...first, pieceBytes }) + encodeRecords(records);
}

/** Pieces whose last record no `synced` line covers. */
export function unsyncedPieces({ latest, safe }: JournalState): number[] {
  return Array.from(latest.filled.keys()).filter((piece) => !isSame(latest, safe, piece));
}

export const isSame = (a: PieceMap, b: PieceMap, piece: number) =>
  a.filled[piece] === b.filled[piece] && a.crc32[piece] === b.crc32[piece];

export interface ReadJournal {
  readonly state: JournalState;
  /** Every line was read. */
  readonly isIntact: boolean;
}

/** What the intact beginning of a journal says; `null` when not even the identity survived. */
export function parseJournal(text: string): ReadJournal | null {
  const lines = text.split('\n');
  const identity = identitySchema.safeParse(contentOf(lines[0] ?? ''));
  if (!identity.success || lines.length === 1) return null;
  const { pieceBytes, version: _version, ...file } = identity.data;
  const state = createJournalState(file, pieceBytes);
  // What follows the last line end is the beginning of a line at most.
  for (const line of lines.slice(1, -1)) {
    const record = recordSchema.safeParse(contentOf(line));
    if (!record.success || !applyRecord(state, record.data)) return { state, isIntact: false };
  }
  return { state, isIntact: lines.at(-1) === '' };
}

function contentOf(line: string): unknown {
  const json = line.slice(9);
  return line.slice(0, 9) === `${checksum(json)} ` ? JSON.parse(json) : undefined;
}

const IDENTITY_KEYS = [
  'endpoint',
  'repository',
  'revision',
  'path',
  'sizeBytes',
  'digest',
] as const satisfies readonly (keyof FileIdentity)[];

export const sameIdentity = (a: FileIdentity, b: FileIdentity) =>
  IDENTITY_KEYS.every((key) => a[key] === b[key]);
