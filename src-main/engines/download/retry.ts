/** When to try again. */
import { type AppError, ERRORS, type ErrorCategory } from '../../../src-shared/errors.ts';
import type { Random } from '../ports.ts';

export interface RetryPolicy {
  /** Attempts without a new byte before giving up. */
  readonly attempts: number;
  /** Upper end of the first wait; it doubles with each further attempt. */
  readonly baseMs: number;
  /** No wait is drawn from above this. */
  readonly capMs: number;
}

export const RETRY_PACE = { baseMs: 1_000, capMs: 60_000 } as const;

/**
 * Exponential backoff with full jitter: uniform between 0 and min(cap, base·2^(attempt−1)), but never
 * sooner than the other side asked for.
 * @param attempt the attempt that just failed, from 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function nextDelayMs(
  attempt: number,
  { baseMs, capMs }: Pick<RetryPolicy, 'baseMs' | 'capMs'>,
  random: Random,
  retryAfterMs = 0,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.max(retryAfterMs, Math.round(random() * ceiling));
}

export const isPassing = (error: AppError): boolean => ERRORS[error.code].retry === 'auto';

const OF_SOURCE: ReadonlySet<ErrorCategory> = new Set([
  'network',
  'authentication',
  'integrity',
  'source',
]);

/** Whether another server may do better; what this computer lacks, none can give. */
export const isOfSource = (error: AppError): boolean => OF_SOURCE.has(ERRORS[error.code].category);

/** What holds for all connections to a host, not for one. */
export const isHostTrouble = ({ code }: AppError): boolean =>
  code === 'NETWORK_OFFLINE' ||
  code === 'NETWORK_SIGN_IN' ||
  code === 'RATE_LIMITED' ||
  code === 'SERVER_FAILED';
