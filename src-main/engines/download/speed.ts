/** A smoothed rate: an exponentially weighted mean over time, so that bursts do not shake the ETA. */
import type { EtaConfidence } from '../../../src-shared/domain/download.ts';

export interface SpeedMeter {
  /** Counts bytes that just arrived at `now` (ms). */
  add(bytes: number, now: number): void;
  /** Bytes per second; falls towards 0 while nothing arrives. */
  rate(now: number): number;
  /** Milliseconds since bytes last arrived; endless before the first. */
  quietMs(now: number): number;
  /** How steady the rate has been: a time that rests on it is only as good. */
  confidence(now: number): EtaConfidence;
  reset(): void;
}

const HALF_LIFE_MS = 3_000;
/** Bytes are gathered this long before they become one sample. */
const SAMPLE_MS = 250;
/** A rate younger than this says little. */
const YOUNG_MS = 5_000;
/** Standard deviation as a share of the mean, up to which a rate counts as steady, or nearly. */
const STEADY = 0.2;
const NEARLY_STEADY = 0.6;

export function createSpeedMeter(): SpeedMeter {
  let mean = 0;
  let squares = 0;
  let weight = 0;
  let pending = 0;
  let since: number | undefined;
  let begunAt: number | undefined;
  let arrivedAt = Number.NEGATIVE_INFINITY;

  function settle(now: number) {
    since ??= now;
    begunAt ??= now;
    // The clock was set back.
    if (now < since) since = now;
    const elapsed = now - since;
    if (elapsed < SAMPLE_MS) return;
    const keep = 0.5 ** (elapsed / HALF_LIFE_MS);
    const rate = (pending / elapsed) * 1000;
    mean = mean * keep + rate * (1 - keep);
    squares = squares * keep + rate * rate * (1 - keep);
    weight = weight * keep + (1 - keep);
    pending = 0;
    since = now;
  }

  const rate = (now: number) => {
    settle(now);
    return weight === 0 ? 0 : mean / weight;
  };

  return {
    add: (bytes, now) => {
      since ??= now;
      begunAt ??= now;
      arrivedAt = now;
      pending += bytes;
      settle(now);
    },
    rate,
    quietMs: (now) => Math.max(0, now - arrivedAt),
    confidence: (now) => {
      const average = rate(now);
      if (average === 0 || now - (begunAt ?? now) < YOUNG_MS) return 'low';
      const variance = Math.max(0, squares / weight - average * average);
      const spread = Math.sqrt(variance) / average;
      if (spread <= STEADY) return 'high';
      return spread <= NEARLY_STEADY ? 'medium' : 'low';
    },
    reset: () => {
      mean = 0;
      squares = 0;
      weight = 0;
      pending = 0;
      since = undefined;
      begunAt = undefined;
      arrivedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Milliseconds until `remainingBytes` have arrived at this rate; `null` when it cannot be said. */
export function etaMs(remainingBytes: number, bytesPerSecond: number): number | null {
  if (remainingBytes <= 0) return 0;
  return bytesPerSecond < 1 ? null : Math.round((remainingBytes / bytesPerSecond) * 1000);
}
