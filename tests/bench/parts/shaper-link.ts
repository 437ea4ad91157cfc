/**
 * A modelled link: a delay each way, a bottleneck with a bounded queue that all connections share, and for each
 * connection a window that grows as that of TCP (slow start, then CUBIC, RFC 9438) up to what Linux allows by
 * default. What the queue has no room for comes one round trip later, and narrows the window.
 */

export interface LinkShape {
  readonly roundTripMs: number;
  /** Of the bottleneck; 0 is none. */
  readonly bytesPerSecond: number;
  /** How long the bottleneck's queue may get. */
  readonly queueMs: number;
}

const SEGMENT_BYTES = 1448;
const FIRST_WINDOW_BYTES = 10 * SEGMENT_BYTES;
/** Half of the 6 MiB in `net.ipv4.tcp_rmem`. */
const LARGEST_WINDOW_BYTES = 3 * 2 ** 20;
const CUBIC_GROWTH = 0.4;
const CUBIC_DECREASE = 0.7;
/** Waits shorter than this are not made: timers are no finer. */
const SHORTEST_ROUND_TRIP_MS = 2;

export type Bottleneck = ReturnType<typeof createBottleneck>;

export function createBottleneck({ bytesPerSecond, queueMs }: LinkShape) {
  /** When the last byte that was let in has left. */
  let freeAt = 0;
  return {
    /** @returns when the bytes have left, or `null` when the queue has no room */
    enter: (bytes: number, now: number): number | null => {
      if (bytesPerSecond === 0) return now;
      const begin = Math.max(now, freeAt);
      if (begin - now > queueMs) return null;
      freeAt = begin + (bytes / bytesPerSecond) * 1000;
      return freeAt;
    },
  };
}

/** How many bytes one connection may have under way. */
export function createWindow(roundTripMs: number) {
  const isDistant = roundTripMs >= SHORTEST_ROUND_TRIP_MS;
  let bytes = isDistant ? FIRST_WINDOW_BYTES : LARGEST_WINDOW_BYTES;
  let atLoss = 0;
  let lostAt = Number.NEGATIVE_INFINITY;

  function cubic(now: number): number {
    const seconds = (now - lostAt) / 1000;
    const most = atLoss / SEGMENT_BYTES;
    const inflection = Math.cbrt((most * (1 - CUBIC_DECREASE)) / CUBIC_GROWTH);
    return (CUBIC_GROWTH * (seconds - inflection) ** 3 + most) * SEGMENT_BYTES;
  }

  return {
    bytes: () => bytes,
    acknowledged: (count: number, now: number) => {
      const grown = atLoss === 0 ? bytes + count : Math.max(bytes, cubic(now));
      bytes = Math.min(LARGEST_WINDOW_BYTES, grown);
    },
    /** Losses within one round trip are one. */
    lost: (now: number) => {
      if (now - lostAt < Math.max(roundTripMs, SHORTEST_ROUND_TRIP_MS)) return;
      lostAt = now;
      atLoss = bytes;
      bytes = Math.max(2 * SEGMENT_BYTES, bytes * CUBIC_DECREASE);
    },
  };
}
