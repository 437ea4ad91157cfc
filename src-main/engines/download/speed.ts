/** A smoothed rate: an exponentially weighted mean over time, so that bursts do not shake the ETA. */

export interface SpeedMeter {
  /** Counts bytes that just arrived at `now` (ms). */
  add(bytes: number, now: number): void;
  /** Bytes per second; falls towards 0 while nothing arrives. */
  rate(now: number): number;
  reset(): void;
}

const HALF_LIFE_MS = 3_000;
/** Bytes are gathered this long before they become one sample. */
const SAMPLE_MS = 250;

export function createSpeedMeter(): SpeedMeter {
  let mean = 0;
  let weight = 0;
  let pending = 0;
  let since: number | undefined;

  function settle(now: number) {
    since ??= now;
    const elapsed = now - since;
    if (elapsed < SAMPLE_MS) return;
    const keep = 0.5 ** (elapsed / HALF_LIFE_MS);
    mean = mean * keep + (pending / elapsed) * 1000 * (1 - keep);
    weight = weight * keep + (1 - keep);
    pending = 0;
    since = now;
  }

  return {
    add: (bytes, now) => {
      since ??= now;
      pending += bytes;
      settle(now);
    },
    rate: (now) => {
      settle(now);
      return weight === 0 ? 0 : mean / weight;
    },
    reset: () => {
      mean = 0;
      weight = 0;
      pending = 0;
      since = undefined;
    },
  };
}

/** Milliseconds until `remainingBytes` have arrived at this rate; `null` when it cannot be said. */
export function etaMs(remainingBytes: number, bytesPerSecond: number): number | null {
  if (remainingBytes <= 0) return 0;
  return bytesPerSecond < 1 ? null : Math.round((remainingBytes / bytesPerSecond) * 1000);
}
