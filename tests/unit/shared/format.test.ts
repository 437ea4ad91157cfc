import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatRate } from '../../../src-shared/domain/format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.00 kB'],
    [1500, '1.50 kB'],
    [9_995, '10.0 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [12_345_678, '12.3 MB'],
    [4_700_000_000, '4.70 GB'],
    [10 ** 14, '100 TB'],
    [10 ** 18, '1000 PB'],
    [-5, '0 bytes'],
    [0.4, '0 bytes'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('has three significant digits and stays within half of the last one', () => {
    const scale: Record<string, number> = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const [number = '', unit = ''] = formatBytes(bytes).split(' ');
        expect(number).toMatch(/^(\d\.\d\d|\d\d\.\d|\d{3})$/);
        const shown = Number(number) * (scale[unit] ?? Number.NaN);
        expect(Math.abs(shown - bytes) / bytes).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});

describe('formatRate', () => {
  it('is a size a second', () => {
    expect(formatRate(12_345_678)).toBe('12.3 MB/s');
  });
});

describe('formatDuration', () => {
  it.each([
    [-1, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [8_000, '8 s'],
    [59_001, '1 min'],
    [61_000, '1 min 1 s'],
    [599_000, '9 min 59 s'],
    [600_000, '10 min'],
    [601_000, '11 min'],
    [3_600_000, '1 h'],
    [3_599_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [47 * 3_600_000, '47 h'],
    [72 * 3_600_000, '3 days'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('never promises less time than there is, up to two days', () => {
    const units: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 47 * 3_600_000 }), (milliseconds) => {
        const parts = formatDuration(milliseconds).matchAll(/(\d+) (s|min|h)/g);
        const shown = [...parts].reduce(
          (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0),
          0,
        );
        expect(shown).toBeGreaterThanOrEqual(milliseconds);
      }),
    );
  });
});
