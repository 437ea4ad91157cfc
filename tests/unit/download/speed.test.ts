import { describe, expect, it } from 'vitest';
import { createSpeedMeter, etaMs } from '../../../src-main/engines/download/speed.ts';

describe('the smoothed rate', () => {
  it('is the rate of a steady stream', () => {
    const meter = createSpeedMeter();
    for (let now = 0; now <= 20_000; now += 100) meter.add(100_000, now);
    expect(meter.rate(20_000)).toBeGreaterThan(0.95e6);
    expect(meter.rate(20_000)).toBeLessThan(1.05e6);
  });

  it('falls below a hundredth of itself when nothing arrives for half a minute', () => {
    const meter = createSpeedMeter();
    for (let now = 0; now <= 5_000; now += 100) meter.add(100_000, now);
    expect(meter.rate(35_000)).toBeLessThan(10_000);
  });

  it('is zero before anything arrived', () => {
    expect(createSpeedMeter().rate(10)).toBe(0);
  });
});

describe('the time left', () => {
  it('is not told when nothing moves, and is zero at the end', () => {
    expect(etaMs(1000, 0)).toBeNull();
    expect(etaMs(0, 0)).toBe(0);
    expect(etaMs(1000, 500)).toBe(2000);
  });
});
