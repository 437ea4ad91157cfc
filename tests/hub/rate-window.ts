/** The three kinds of requests the hub counts apart. */
export type RateClass = 'api' | 'resolvers' | 'pages';

export type RateQuotas = Readonly<Record<RateClass, number>>;

export interface RateWindow {
  /** Counts one request of this client. */
  take(rateClass: RateClass, client: string): RateCount;
}

interface RateCount {
  readonly isExceeded: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const WINDOW_MS = 5 * 60 * 1000;

/** Fixed windows of five minutes, told in the RateLimit and RateLimit-Policy headers. */
export function createRateWindow(quotas: RateQuotas, now: () => number): RateWindow {
  const counts = new Map<string, number>();
  let windowStart = now();
  return {
    take(rateClass, client) {
      if (now() - windowStart >= WINDOW_MS) {
        windowStart = now();
        counts.clear();
      }
      const key = `${rateClass} ${client}`;
      const used = (counts.get(key) ?? 0) + 1;
      counts.set(key, used);
      const left = quotas[rateClass] - used;
      const resetSeconds = Math.ceil((windowStart + WINDOW_MS - now()) / 1000);
      return {
        isExceeded: left < 0,
        headers: {
          ratelimit: `"${rateClass}";r=${Math.max(0, left)};t=${resetSeconds}`,
          'ratelimit-policy': `"fixed window";"${rateClass}";q=${quotas[rateClass]};w=${WINDOW_MS / 1000}`,
        },
      };
    },
  };
}
