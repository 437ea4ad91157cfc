import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearPiece,
  createPieceMap,
  frontOf,
  isComplete,
  isFull,
  pieceAt,
  pieceBytesFor,
  pieceEnd,
  pieceLength,
  pieceStart,
  presentBytes,
  setPiece,
  touchedPieces,
} from '../../../src-main/engines/download/pieces.ts';

const anyMap = fc
  .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 8, max: 16 }))
  .map(([sizeBytes, power]) => createPieceMap(sizeBytes, 2 ** power));

const filledMap = fc
  .tuple(anyMap, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))
  .map(([map, shares]) => {
    for (let piece = 0; piece < map.filled.length; piece += 1) {
      const share: number = shares.next().value;
      const filled = Math.round(share * pieceLength(map, piece));
      setPiece(map, { piece, filled, crc32: filled });
    }
    return map;
  });

describe('pieces', () => {
  it('partition the file: without gaps, without overlaps, none empty', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        let end = 0;
        for (let piece = 0; piece < map.filled.length; piece += 1) {
          expect(pieceStart(map, piece)).toBe(end);
          expect(pieceLength(map, piece)).toBeGreaterThan(0);
          expect(pieceLength(map, piece)).toBeLessThanOrEqual(map.pieceBytes);
          end = pieceEnd(map, piece);
          expect([pieceAt(map, pieceStart(map, piece)), pieceAt(map, end - 1)]).toEqual([
            piece,
            piece,
          ]);
        }
        expect(end).toBe(map.sizeBytes);
      }),
    );
  });

  it('of any file are a few thousand at most, each a power of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 * 2 ** 30 }), (sizeBytes) => {
        const pieceBytes = pieceBytesFor(sizeBytes);
        expect(Math.log2(pieceBytes) % 1).toBe(0);
        expect(Math.ceil(sizeBytes / pieceBytes)).toBeLessThanOrEqual(6_400);
      }),
    );
  });

  it('are present up to the front without a gap, and whole only when every byte is', () => {
    fc.assert(
      fc.property(filledMap, (map) => {
        const front = frontOf(map);
        expect(front).toBeLessThanOrEqual(presentBytes(map));
        const before = [...map.filled.keys()].filter((piece) => pieceEnd(map, piece) <= front);
        expect(before.every((piece) => isFull(map, piece))).toBe(true);
        expect(isComplete(map)).toBe(front === map.sizeBytes);
        const touched = touchedPieces(map);
        for (const piece of touched) clearPiece(map, piece);
        expect([presentBytes(map), frontOf(map)]).toEqual([0, 0]);
      }),
    );
  });
});
