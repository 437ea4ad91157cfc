/**
 * Speed limits by name, each shared by all connections that draw from it. What was read is paid for
 * afterwards: a connection then rests until the debt is gone, and the operating system makes the sender
 * wait.
 */

export interface SpeedLimits {
  /** `null` lifts a limit. Takes effect at once, on connections that rest as well. */
  set(name: string, bytesPerSecond: number | null): void;
  /** Pays for bytes that were read. @returns milliseconds to rest before the next read */
  pay(names: readonly string[], bytes: number): number;
  /** Most bytes to read at once, so that a slow limit does not go by jerks. */
  window(names: readonly string[]): number;
  /** Calls back after a rest, or as soon as a limit changes; the returned function forgets it. */
  rest(waitMs: number, wake: () => void): () => void;
}

interface Bucket {
  bytesPerSecond: number;
  /** When everything read so far is paid for, in the time of `now`. */
  paidUntilMs: number;
}

/** Twenty turns a second for each of sixteen connections: even if all read at once, little comes early. */
const SLICES_PER_SECOND = 20 * 16;
const SMALLEST_WINDOW_BYTES = 512;
/** Time not used is not saved up beyond this. */
const CREDIT_MS = 50;

export function createSpeedLimits(now: () => number): SpeedLimits {
  const buckets = new Map<string, Bucket>();
  const resting = new Set<() => void>();
  const bucketsOf = (names: readonly string[]) => names.flatMap((name) => buckets.get(name) ?? []);

  return {
    set: (name, bytesPerSecond) => {
      if (bytesPerSecond === null) buckets.delete(name);
      else buckets.set(name, { bytesPerSecond, paidUntilMs: now() });
      for (const wake of [...resting]) wake();
    },
    pay: (names, bytes) => {
      const at = now();
      let waitMs = 0;
      for (const bucket of bucketsOf(names)) {
        const from = Math.max(bucket.paidUntilMs, at - CREDIT_MS);
        bucket.paidUntilMs = from + (bytes / bucket.bytesPerSecond) * 1000;
        waitMs = Math.max(waitMs, bucket.paidUntilMs - at);
      }
      return waitMs;
    },
    window: (names) => {
      const slowest = Math.min(...bucketsOf(names).map(({ bytesPerSecond }) => bytesPerSecond));
      return Math.max(SMALLEST_WINDOW_BYTES, Math.floor(slowest / SLICES_PER_SECOND));
    },
    rest: (waitMs, wake) => {
      const end = () => {
        clearTimeout(timer);
        resting.delete(end);
        wake();
      };
      const timer = setTimeout(end, waitMs);
      resting.add(end);
      return () => {
        clearTimeout(timer);
        resting.delete(end);
      };
    },
  };
}
