import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPieceMap,
  isComplete,
  isFull,
  type PieceMap,
  pieceAt,
  pieceEnd,
  pieceLength,
  pieceStart,
  presentBytes,
  type Span,
  setPiece,
} from '../../../src-main/engines/download/pieces.ts';
import {
  drawPieces,
  type Flight,
  findCrawlers,
  planSpan,
  planSteal,
  spanBytesFor,
} from '../../../src-main/engines/download/plan-span.ts';

const PIECE = 1024;

const aMap = fc
  .tuple(fc.integer({ min: 1, max: 60 * PIECE }), fc.infiniteStream(fc.nat(PIECE)))
  .map(([sizeBytes, fills]) => {
    const map = createPieceMap(sizeBytes, PIECE);
    for (let piece = 0; piece < map.filled.length; piece += 1) {
      const drawn: number = fills.next().value;
      const filled = drawn % 3 === 0 ? 0 : Math.min(drawn, pieceLength(map, piece));
      setPiece(map, { piece, filled, crc32: 0 });
    }
    return map;
  });

describe('a planned span', () => {
  it('starts where a piece ends to be filled, ends with a piece, and touches nothing that is there or in flight', () => {
    fc.assert(
      fc.property(aMap, fc.integer({ min: 1, max: 20 * PIECE }), (map, spanBytes) => {
        const flying: Span[] = [];
        for (;;) {
          const span = planSpan(map, flying, spanBytes);
          if (!span) break;
          const first = pieceAt(map, span.from);
          expect(span.from).toBe(pieceStart(map, first) + (map.filled[first] ?? 0));
          expect(span.to).toBe(pieceEnd(map, pieceAt(map, span.to - 1)));
          expect(span.to).toBeGreaterThan(span.from);
          expect(span.to - span.from).toBeLessThan(Math.max(spanBytes, PIECE) + PIECE);
          for (let piece = first + 1; pieceStart(map, piece) < span.to; piece += 1) {
            expect(map.filled[piece]).toBe(0);
          }
          for (const other of flying) {
            expect(pieceAt(map, other.to - 1) < first || other.from >= span.to).toBe(true);
          }
          flying.push(span);
        }
        const missing = map.sizeBytes - presentBytes(map);
        expect(flying.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(missing);
      }),
    );
  });

  it('asks for whole pieces, for 2 to 16 MiB where pieces allow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 * 2 ** 30 }), (sizeBytes) => {
        const map = { sizeBytes, pieceBytes: 2 ** 20 } as PieceMap;
        const bytes = spanBytesFor(map, null);
        expect(bytes % map.pieceBytes).toBe(0);
        expect(bytes).toBeGreaterThanOrEqual(2 * 2 ** 20);
        expect(bytes).toBeLessThanOrEqual(16 * 2 ** 20);
      }),
    );
  });

  it('asks for more where answers come from afar, so that waiting for them takes little of the time', () => {
    const map = { sizeBytes: 2 ** 29, pieceBytes: 2 ** 20 } as PieceMap;
    const near = spanBytesFor(map, { answerMs: 1, bytesPerSecond: 50e6 });
    expect(near).toBe(spanBytesFor(map, null));
    const far = { answerMs: 40, bytesPerSecond: 25e6 };
    const secondsOfSpan = spanBytesFor(map, far) / far.bytesPerSecond;
    expect(far.answerMs / 1000 / secondsOfSpan).toBeLessThan(0.05);
    expect(spanBytesFor(map, { answerMs: 60_000, bytesPerSecond: 1e9 })).toBe(32 * 2 ** 20);
  });
});

/** Runners as the engine has them: they fly, fail, steal, and note what arrived. */
function simulate(map: PieceMap, steps: Iterator<number>, runners: number) {
  const flights: { span: Span; position: number }[] = [];
  const fetched = new Uint8Array(map.sizeBytes);
  const shown = [presentBytes(map)];
  const present = presentBytes(map);
  const take = () => {
    const span = planSpan(
      map,
      flights.map((flight) => flight.span),
      6 * PIECE,
    );
    if (span) flights.push({ span, position: span.from });
    return span !== null;
  };
  const advance = (flight: (typeof flights)[number], bytes: number) => {
    const to = Math.min(flight.span.to, flight.position + bytes);
    for (; flight.position < to; ) {
      const piece = pieceAt(map, flight.position);
      const next = Math.min(to, pieceEnd(map, piece));
      for (let at = flight.position; at < next; at += 1) fetched[at] = (fetched[at] ?? 0) + 1;
      setPiece(map, { piece, filled: next - pieceStart(map, piece), crc32: 0 });
      flight.position = next;
    }
    shown.push(presentBytes(map));
  };
  for (let step = 0; !isComplete(map); step += 1) {
    if (step > 100_000) throw new Error('it does not end');
    const drawn: number = steps.next().value ?? 1;
    if (flights.length < runners && !take() && flights.length > 0) {
      const seen = flights.map((flight): Flight & { flight: typeof flight } => ({
        ...flight,
        flight,
        bytesPerSecond: 1 + (drawn % 7),
        ageMs: 1_000,
      }));
      const stolen = planSteal(map, seen);
      if (stolen) {
        expect(stolen.at % PIECE).toBe(0);
        expect(stolen.at).toBeGreaterThan(stolen.flight.position);
        const { flight } = stolen.flight;
        flight.span = { from: flight.span.from, to: stolen.at };
        take();
      }
    }
    const flight = flights[drawn % Math.max(1, flights.length)];
    if (!flight) continue;
    const fails = drawn % 5 === 0;
    advance(flight, drawn % (3 * PIECE));
    if (fails || flight.position >= flight.span.to) flights.splice(flights.indexOf(flight), 1);
  }
  return { fetched, shown, arrived: map.sizeBytes - present };
}

describe('runners in any order, with failures and steals', () => {
  it('end, fetch no byte twice, and never show fewer bytes than before', () => {
    fc.assert(
      fc.property(
        aMap,
        fc.infiniteStream(fc.nat(1_000_000)),
        fc.integer({ min: 1, max: 16 }),
        (map, steps, runners) => {
          const { fetched, shown, arrived } = simulate(map, steps, runners);
          expect(fetched.every((times) => times <= 1)).toBe(true);
          expect(fetched.reduce((sum, times) => sum + times, 0)).toBe(arrived);
          expect(shown).toEqual(shown.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a crawler', () => {
  const flight = (bytesPerSecond: number, ageMs: number): Flight => ({
    span: { from: 0, to: 16 * 2 ** 20 },
    position: 0,
    bytesPerSecond,
    ageMs,
  });

  it('is one that would end much later than another could do it again', () => {
    const facts = { finishedRates: [10e6, 10e6, 10e6], isIdle: true };
    const isFound = (bytesPerSecond: number, ageMs: number, isIdle = true) =>
      findCrawlers([flight(bytesPerSecond, ageMs)], { ...facts, isIdle }).length === 1;
    expect(isFound(1e5, 3_000)).toBe(true);
    expect(isFound(1e5, 1_000)).toBe(false);
    expect(isFound(9e6, 60_000)).toBe(false);
    expect(isFound(1e5, 3_000, false)).toBe(false);
    expect(isFound(1e5, 16_000, false)).toBe(true);
    // Alone, with nothing to compare it with, it is left in peace.
    expect(findCrawlers([flight(1e3, 60_000)], { finishedRates: [], isIdle: true })).toEqual([]);
  });
});

describe('a drawn file', () => {
  it('is at most 96 letters, and each says what holds for its pieces', () => {
    const aDrawing = fc.tuple(aMap, fc.array(fc.nat(60)), fc.array(fc.nat(60)));
    fc.assert(
      fc.property(aDrawing, ([map, busy, again]) => {
        const count = map.filled.length;
        const flying = busy
          .filter((piece) => piece < count)
          .map((piece) => ({ from: pieceStart(map, piece), to: pieceEnd(map, piece) }));
        const drawn = drawPieces(map, flying, new Set(again));
        expect(drawn).toMatch(/^[dpfxt]*$/);
        expect(drawn).toHaveLength(Math.min(96, count));
        // With a letter for each piece, each is known.
        for (const [piece, letter] of [...drawn].entries()) {
          const filled = map.filled[piece] ?? 0;
          const isThere = isFull(map, piece);
          const isFlying = flying.some(({ from }) => from === pieceStart(map, piece));
          const open = again.includes(piece) ? 'x' : isFlying ? 'f' : filled > 0 ? 'p' : 't';
          expect([piece, letter]).toEqual([piece, isThere ? 'd' : open]);
        }
      }),
    );
  });

  it('of many pieces is done only when all are', () => {
    const map = createPieceMap(1_000 * PIECE, PIECE);
    for (let piece = 0; piece < 1_000; piece += 1)
      setPiece(map, { piece, filled: PIECE, crc32: 0 });
    expect(drawPieces(map, [], new Set())).toBe('d'.repeat(96));
    setPiece(map, { piece: 999, filled: 0, crc32: 0 });
    expect(drawPieces(map, [], new Set())).toBe(`${'d'.repeat(95)}p`);
  });
});
