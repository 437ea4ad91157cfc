import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOf, axisMaximum, pointsOf } from '../../../src-renderer/format/speed-graph.ts';
import {
  NO_SPEEDS,
  type SpeedSample,
  withSample,
  withSpeeds,
} from '../../../src-renderer/format/speed-history.ts';
import { aDownload } from './support/builders.ts';

const sample = (at: number, bytesPerSecond = 1): SpeedSample => ({ at, bytesPerSecond });

describe('speeds of the last minute', () => {
  it('forgets what is older than a minute', () => {
    const samples = withSample([sample(0), sample(30_000)], sample(60_001));
    expect(samples.map(({ at }) => at)).toEqual([30_000, 60_001]);
  });

  it('keeps the last of those that come at nearly the same time', () => {
    expect(withSample([sample(1000, 1)], sample(1100, 2))).toEqual([sample(1100, 2)]);
  });

  it('never holds more than 300', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 800 }), (gaps) => {
        let at = 0;
        let samples: readonly SpeedSample[] = [];
        for (const gap of gaps) {
          at += gap;
          samples = withSample(samples, sample(at));
        }
        expect(samples.length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 20 },
    );
  });

  it('adds up all downloads, and touches only the one it heard of', () => {
    const a = aDownload({ id: 'a', bytesPerSecond: 3 });
    const b = aDownload({ id: 'b', bytesPerSecond: 4 });
    const first = withSpeeds(NO_SPEEDS, [a, b], { heardOf: 'a', at: 0 });
    const second = withSpeeds(first, [a, b], { heardOf: 'b', at: 1000 });
    expect(second.total).toEqual([sample(0, 7), sample(1000, 7)]);
    expect(second.byDownload.a).toBe(first.byDownload.a);
    expect(second.byDownload.b).toEqual([sample(1000, 4)]);
  });

  it('drops the history of what is finished or gone', () => {
    const known = withSpeeds(NO_SPEEDS, [aDownload({ id: 'a' })], { heardOf: 'a', at: 0 });
    const done = aDownload({
      id: 'a',
      state: { kind: 'done', finishedAt: '2026-01-10T10:00:00Z' },
    });
    expect(withSpeeds(known, [done], { heardOf: 'a', at: 1 }).byDownload).toEqual({});
    expect(withSpeeds(known, [], { heardOf: 'a', at: 1 }).byDownload).toEqual({});
  });
});

describe('the speed graph', () => {
  const frame = { width: 600, height: 10, windowMs: 60_000 };

  it.each([
    [0, 10_000],
    [11_000, 20_000],
    [3_100_000, 5_000_000],
    [9_000_000, 10_000_000],
    [10_000_000, 10_000_000],
  ])('with %d at most goes up to %d', (most, top) => {
    expect(axisMaximum([sample(0, most)])).toBe(top);
  });

  it('puts the newest sample at the right edge', () => {
    const samples = [sample(0, 0), sample(30_000, 5_000_000), sample(60_000, 2_500_000)];
    expect(pointsOf(samples, frame)).toBe('0.0,10.0 300.0,0.0 600.0,5.0');
    expect(areaOf(samples, frame)).toMatch(/^0\.0,10 .* 600,10$/);
  });
});
