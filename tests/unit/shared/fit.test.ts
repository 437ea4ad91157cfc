import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessFit, type FitFacts, memoryNeed } from '../../../src-shared/domain/fit.ts';
import { fitSchema } from '../../../src-shared/domain/hub.ts';

const GB = 10 ** 9;

const assess = (changes: Partial<FitFacts & FitFacts['hardware']> = {}) => {
  const { memoryBytes = 16 * GB, videoMemoryBytes = null, ...facts } = changes;
  return assessFit({
    sizeBytes: 5 * GB,
    freeDiskBytes: 100 * GB,
    keepFreeBytes: 2 * GB,
    ...facts,
    hardware: { memoryBytes, videoMemoryBytes },
  });
};

describe('assessFit', () => {
  it('asks for a fifth more than the weights and half a gigabyte', () => {
    expect(memoryNeed(5 * GB)).toBe(6.5 * GB);
  });

  it('fits graphics memory exactly at the need', () => {
    expect(assess({ videoMemoryBytes: 6.5 * GB })).toEqual({
      verdict: 'gpu',
      onDisk: 'fits',
      sentence: 'Needs about 6.50 GB of your 6.50 GB of graphics memory',
    });
    expect(assess({ videoMemoryBytes: 6.5 * GB - 1 }).verdict).toBe('memory');
  });

  it('leaves the system its part of main memory', () => {
    expect(assess({ memoryBytes: 8.5 * GB }).verdict).toBe('memory');
    expect(assess({ memoryBytes: 8.4 * GB })).toMatchObject({
      verdict: 'tight',
      sentence: 'Only just fits: needs 6.50 GB of your 8.40 GB of memory',
    });
  });

  it('says how much memory is missing', () => {
    expect(assess({ sizeBytes: 10 * GB, memoryBytes: 8 * GB })).toMatchObject({
      verdict: 'too-large',
      sentence: 'Needs 12.5 GB of memory; this machine has 8.00 GB',
    });
  });

  it('does not guess without a size or without the memory', () => {
    expect(assess({ sizeBytes: 0 })).toMatchObject({ verdict: 'unknown', onDisk: 'unknown' });
    expect(assess({ memoryBytes: 0 }).verdict).toBe('unknown');
  });

  it('counts the reserve when it looks at the disk', () => {
    expect(assess({ freeDiskBytes: 7 * GB }).onDisk).toBe('fits');
    expect(assess({ freeDiskBytes: 6 * GB })).toMatchObject({
      onDisk: 'needs-space',
      sentence: 'Needs about 6.50 GB of your 16.0 GB of memory. Needs 1.00 GB more disk space',
    });
    expect(assess({ freeDiskBytes: null }).onDisk).toBe('unknown');
  });

  it('never gets worse with more memory or better with more bytes', () => {
    const order = ['gpu', 'memory', 'tight', 'too-large'];
    const bytes = fc.integer({ min: 1, max: 10 ** 12 });
    fc.assert(
      fc.property(
        bytes,
        bytes,
        bytes,
        fc.option(bytes),
        (sizeBytes, memoryBytes, more, videoMemoryBytes) => {
          const rank = (changes: object) => {
            const fit = assess({ sizeBytes, memoryBytes, videoMemoryBytes, ...changes });
            expect(fitSchema.safeParse(fit).success).toBe(true);
            return order.indexOf(fit.verdict);
          };
          expect(rank({ memoryBytes: memoryBytes + more })).toBeLessThanOrEqual(rank({}));
          expect(rank({ sizeBytes: sizeBytes + more })).toBeGreaterThanOrEqual(rank({}));
        },
      ),
    );
  });
});
