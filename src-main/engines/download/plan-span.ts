/** Which bytes to ask for next: pure decisions over the piece map and what is in flight. */
import {
  isFull,
  type PieceMap,
  pieceAt,
  pieceEnd,
  pieceLength,
  pieceStart,
  type Span,
} from './pieces.ts';

const MiB = 2 ** 20;

/** A span under way. */
export interface Flight {
  readonly span: Span;
  /** The next byte that has not been written. */
  readonly position: number;
  readonly bytesPerSecond: number;
  /** How long it has been going, in ms. */
  readonly ageMs: number;
}

/** How an exchange went: how long the answer took to begin, and how fast it came then. */
export interface Pace {
  readonly answerMs: number;
  readonly bytesPerSecond: number;
}

/** Waiting for answers may take up to one part in so many of the time. */
const ANSWER_SHARE = 25;
const LARGEST_SPAN_BYTES = 64 * MiB;
/** Of the file: enough is left to share out. */
const LARGEST_SHARE = 1 / 16;

/** How much one request asks for, a whole number of pieces: 2 to 16 MiB, more where answers come from afar. */
export function spanBytesFor({ sizeBytes, pieceBytes }: PieceMap, pace: Pace | null): number {
  const share = Math.min(16 * MiB, Math.max(2 * MiB, sizeBytes / 64));
  const far = pace ? (pace.answerMs / 1000) * pace.bytesPerSecond * ANSWER_SHARE : 0;
  const most = Math.min(LARGEST_SPAN_BYTES, sizeBytes * LARGEST_SHARE);
  const bytes = Math.max(share, Math.min(far, most));
  return Math.max(1, Math.round(bytes / pieceBytes)) * pieceBytes;
}

/**
 * The lowest gap nobody fetches, so that the front moves: the rest of one piece, then further pieces
 * that hold nothing yet.
 */
export function planSpan(
  map: PieceMap,
  flying: readonly Span[],
  spanBytes = spanBytesFor(map, null),
): Span | null {
  const busy = busyPieces(map, flying);
  const count = map.filled.length;
  let first = 0;
  while (first < count && (isFull(map, first) || busy.has(first))) first += 1;
  if (first === count) return null;
  const from = pieceStart(map, first) + (map.filled[first] ?? 0);
  let last = first;
  const isFree = (piece: number) => piece < count && map.filled[piece] === 0 && !busy.has(piece);
  while (pieceEnd(map, last) - from < spanBytes && isFree(last + 1)) last += 1;
  return { from, to: pieceEnd(map, last) };
}

function busyPieces(map: PieceMap, flying: readonly Span[]): Set<number> {
  const busy = new Set<number>();
  for (const { from, to } of flying) {
    for (let piece = pieceAt(map, from); piece <= pieceAt(map, to - 1); piece += 1) busy.add(piece);
  }
  return busy;
}

/** The speed of a younger flight is not known. */
const KNOWN_AFTER_MS = 500;
/** A span that takes less than this to end is left alone. */
const WORTH_STEALING_MS = 500;

/**
 * Where to cut a flight so that an idle connection takes the second half of what it has left: the one
 * that would end last, cut at the end of a piece.
 */
export function planSteal<F extends Flight>(
  map: PieceMap,
  flights: readonly F[],
): { readonly flight: F; readonly at: number } | null {
  const [slowest] = flights
    .filter((flight) => flight.ageMs > KNOWN_AFTER_MS && remainingMs(flight) > WORTH_STEALING_MS)
    .toSorted((a, b) => remainingMs(b) - remainingMs(a));
  if (!slowest) return null;
  const { position, span } = slowest;
  const middle = position + (span.to - position) / 2;
  const at = Math.ceil(middle / map.pieceBytes) * map.pieceBytes;
  return at < span.to ? { flight: slowest, at } : null;
}

export const remainingMs = ({ span, position, bytesPerSecond }: Flight) =>
  ((span.to - position) / Math.max(1, bytesPerSecond)) * 1000;

/** A crawler is this much slower than the middle one of the others. */
const CRAWLING = 0.15;
const CRAWLING_FOR_MS = 15_000;
/** With a connection idle, waiting longer makes no sense. */
const CRAWLING_FOR_WHEN_IDLE_MS = 2_000;
/** Starting over elsewhere has to be worth it. */
const GAIN = 3;

export interface CrawlContext {
  /** Of flights that ended lately, in bytes per second. */
  readonly finishedRates: readonly number[];
  /** A connection has nothing to do. */
  readonly isIdle: boolean;
}

/** Flights whose connection crawls while others run; their rest goes to another. Never the only one. */
export function findCrawlers<F extends Flight>(
  flights: readonly F[],
  { finishedRates, isIdle }: CrawlContext,
): F[] {
  const patienceMs = isIdle ? CRAWLING_FOR_WHEN_IDLE_MS : CRAWLING_FOR_MS;
  return flights.filter((flight) => {
    const others = flights.filter((other) => other !== flight);
    const usual = median([...others.map(({ bytesPerSecond }) => bytesPerSecond), ...finishedRates]);
    if (usual === 0 || flight.ageMs < patienceMs) return false;
    const elsewhereMs = ((flight.span.to - flight.position) / usual) * 1000;
    const isWorth = remainingMs(flight) > Math.max(1_000, GAIN * elsewhereMs);
    return flight.bytesPerSecond < CRAWLING * usual && isWorth;
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const CELLS = 96;

/** The file as at most 96 letters: `d` done, `p` partly there, `f` in flight, `x` to fetch again, `t` to do. */
export function drawPieces(
  map: PieceMap,
  flying: readonly Span[],
  again: ReadonlySet<number>,
): string {
  const count = map.filled.length;
  const busy = busyPieces(map, flying);
  const cells = Math.min(count, CELLS);
  let drawn = '';
  for (let cell = 0; cell < cells; cell += 1) {
    const first = Math.floor((cell * count) / cells);
    const end = Math.floor(((cell + 1) * count) / cells);
    drawn += drawCell(map, { first, end }, busy, again);
  }
  return drawn;
}

function drawCell(
  map: PieceMap,
  { first, end }: { first: number; end: number },
  busy: ReadonlySet<number>,
  again: ReadonlySet<number>,
): string {
  let full = 0;
  let touched = 0;
  for (let piece = first; piece < end; piece += 1) {
    if (again.has(piece) && !isFull(map, piece)) return 'x';
    if (busy.has(piece) && !isFull(map, piece)) return 'f';
    if (isFull(map, piece)) full += 1;
    if ((map.filled[piece] ?? 0) > 0 || pieceLength(map, piece) === 0) touched += 1;
  }
  if (full === end - first) return 'd';
  return touched > 0 ? 'p' : 't';
}
