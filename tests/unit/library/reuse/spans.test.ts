import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinSpans, lengthOf, pieceFronts } from '../../../../src-main/library/reuse/spans.ts';

const PIECE = 16;
const span = fc.record({
  from: fc.integer({ min: -9, max: 140 }),
  to: fc.integer({ min: 0, max: 150 }),
});

it('joined spans cover the same bytes of the file, in order and apart', () => {
  fc.assert(
    fc.property(fc.array(span), fc.integer({ min: 0, max: 120 }), (spans, sizeBytes) => {
      const joined = joinSpans(spans, sizeBytes);
      for (let at = 0; at < 150; at += 1) {
        const isCovered = spans.some(({ from, to }) => from <= at && at < to);
        const isJoined = joined.some(({ from, to }) => from <= at && at < to);
        expect(isJoined).toBe(isCovered && at < sizeBytes);
      }
      joined.forEach(({ from, to }, index) => {
        expect(from).toBeLessThan(to);
        expect(from).toBeGreaterThan(joined[index - 1]?.to ?? -1);
      });
    }),
  );
});

it('a front is the covered beginning of a piece, as long as it can be', () => {
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const joined = joinSpans(spans, 100);
      const covers = (at: number) => joined.some(({ from, to }) => from <= at && at < to);
      const fronts = new Map(
        [...pieceFronts({ pieceBytes: PIECE }, joined)].map((f) => [f.piece, f]),
      );
      for (let piece = 0; piece * PIECE < 100; piece += 1) {
        let end = piece * PIECE;
        while (end < Math.min((piece + 1) * PIECE, 100) && covers(end)) end += 1;
        const front = fronts.get(piece);
        expect(front?.to ?? piece * PIECE).toBe(end);
      }
      expect(lengthOf(fronts.values())).toBeLessThanOrEqual(lengthOf(joined));
    }),
  );
});
