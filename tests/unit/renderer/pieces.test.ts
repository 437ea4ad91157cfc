import { describe, expect, it } from 'vitest';
import { describePieces, maskOf, runsOf } from '../../../src-renderer/format/pieces.ts';
import { aFile, GB } from './support/builders.ts';

describe('the drawing of pieces', () => {
  it('finds where a letter stands', () => {
    expect(runsOf('ddtd', 'd')).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 4 },
    ]);
    expect(runsOf('', 'd')).toEqual([]);
  });

  it('lets through only the parts with the letter', () => {
    expect(maskOf('tfft', 'f')).toBe(
      'linear-gradient(to right, transparent 25%, #000 25%, #000 75%, transparent 75%)',
    );
    expect(maskOf('ddtd', 'd')).toContain('#000 75%, #000 100%');
  });

  it('draws nothing where there is nothing', () => {
    expect(maskOf('tttt', 'd')).toBeNull();
  });

  it('is told in words', () => {
    const file = { receivedBytes: 0.62 * GB, sizeBytes: GB };
    expect(describePieces({ ...file, pieces: 'ddffffttx' })).toBe(
      '62 % done, 4 parts in flight, 1 part to be fetched again',
    );
    expect(describePieces(aFile({ pieces: 'ddtt' }))).toBe('25 % done');
  });
});
