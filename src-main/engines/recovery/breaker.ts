/**
 * Keeps what fails every time from being tried every time. Pure.
 *
 * ```
 *  closed ──three failures in a row──▶ open ──its time is over──▶ half-open (one try)
 *     ▲                                  ▲                            │
 *     └──────────── it helped ───────────┼──── it failed: twice as long ┘
 * ```
 */

export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** Milliseconds since the epoch; 0 while closed. */
  readonly openUntil: number;
}

export const CLOSED: Breaker = { failures: 0, openUntil: 0 };

const MOST_FAILURES = 3;
const FIRST_REST_MS = 10 * 60_000;
const LONGEST_REST_MS = 24 * 60 * 60_000;

export const mayTry = ({ openUntil }: Breaker, now: number): boolean => now >= openUntil;

export function afterTry({ failures }: Breaker, hasHelped: boolean, now: number): Breaker {
  if (hasHelped) return CLOSED;
  const inRow = failures + 1;
  if (inRow < MOST_FAILURES) return { failures: inRow, openUntil: 0 };
  const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (inRow - MOST_FAILURES));
  return { failures: inRow, openUntil: now + restMs };
}
