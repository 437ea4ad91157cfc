import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelayMs, RETRY_PACE } from '../../../src-main/engines/download/retry.ts';

describe('R1.1 the wait before the next attempt', () => {
  it('is never above the cap, never below what the server asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 120_000 }),
        (attempt, random, retryAfterMs) => {
          const delay = nextDelayMs(attempt, RETRY_PACE, () => random, retryAfterMs);
          expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
          expect(delay).toBeLessThanOrEqual(Math.max(retryAfterMs, RETRY_PACE.capMs));
        },
      ),
    );
  });

  it('may double with each attempt until the cap', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
      nextDelayMs(attempt, RETRY_PACE, () => 0.9999999),
    );
    expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
});
