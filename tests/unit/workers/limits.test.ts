import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createSpeedLimits } from '../../../src-main/workers/transfer/limits.ts';

const MiB = 2 ** 20;

/** Connections that read as fast as they may from a line that always has bytes, for a while. */
function simulate(options: {
  readonly connections: number;
  readonly seconds: number;
  readonly limit: (second: number) => number | null;
}) {
  let now = 0;
  const limits = createSpeedLimits(() => now);
  const free = Array.from({ length: options.connections }, () => 0);
  const perSecond = Array.from({ length: options.seconds }, () => 0);
  let set: number | null | undefined;
  for (; now < options.seconds * 1000; now += 1) {
    const second = Math.floor(now / 1000);
    const wanted = options.limit(second);
    if (wanted !== set) {
      limits.set('all', wanted);
      free.fill(now);
      set = wanted;
    }
    for (let connection = 0; connection < free.length; connection += 1) {
      if ((free[connection] ?? 0) > now) continue;
      const bytes = Math.min(256 * 1024, limits.window(['all']));
      perSecond[second] = (perSecond[second] ?? 0) + bytes;
      free[connection] = now + Math.max(1, limits.pay(['all'], bytes));
    }
  }
  return perSecond;
}

describe('R5.3 speed limits', () => {
  it('hold within 5 % over 10 s, for any limit and number of connections', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20_000, max: 100 * MiB }),
        fc.integer({ min: 1, max: 16 }),
        (bytesPerSecond, connections) => {
          const limit = () => bytesPerSecond;
          const perSecond = simulate({ connections, seconds: 10, limit });
          const total = perSecond.reduce((sum, bytes) => sum + bytes, 0);
          expect(total / (10 * bytesPerSecond)).toBeGreaterThan(0.95);
          expect(total / (10 * bytesPerSecond)).toBeLessThan(1.05);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('change while bytes flow, up and down', () => {
    const limit = (second: number) => (second < 3 || second >= 6 ? 1 * MiB : 8 * MiB);
    const perSecond = simulate({ connections: 4, seconds: 9, limit });
    const share = perSecond.map((bytes, second) => bytes / limit(second));
    expect(Math.min(...share)).toBeGreaterThan(0.85);
    expect(Math.max(...share)).toBeLessThan(1.15);
  });

  it('apply together: the slowest of those that are named', () => {
    let now = 0;
    const limits = createSpeedLimits(() => now);
    limits.set('all', 10 * MiB);
    limits.set('one', 1 * MiB);
    limits.pay(['all', 'one'], MiB);
    expect(limits.pay(['all', 'one'], 0)).toBeGreaterThan(900);
    now = 200;
    expect(limits.pay(['all'], 0)).toBeLessThanOrEqual(0);
  });

  it('wake whoever rests as soon as they change', () => {
    const limits = createSpeedLimits(() => 0);
    const wake = vi.fn();
    limits.rest(1e6, wake);
    limits.set('all', null);
    expect(wake).toHaveBeenCalledOnce();
  });
});
