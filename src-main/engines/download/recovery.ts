/**
 * What one file's fetch does about failures: which route to ask, when to ask again, when to give up. Hosts that
 * are in trouble are left alone by all (`hosts.ts`); what is counted here belongs to this file alone.
 */
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import {
  type AppError,
  type ErrorCode,
  toAppError,
  toErrorReport,
} from '../../../src-shared/errors.ts';
import { pause } from '../abortable.ts';
import type { Clock, Random } from '../ports.ts';
import type { Hosts, HostTrouble } from './hosts.ts';
import type { Located, Locator } from './locator.ts';
import { isOfSource, isPassing, nextDelayMs, type RetryPolicy } from './retry.ts';

export interface RecoveryPorts {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly random: Random;
  /** `false` while the computer has no network: what fails then is not counted. */
  readonly isOnline: () => boolean;
}

export interface RecoveryJob {
  readonly who: string;
  readonly locator: Locator;
  readonly retry: () => RetryPolicy;
  readonly signal: AbortSignal;
  readonly onState: (state: FileProgressState) => void;
  /** A wait is shown only while nothing else moves. */
  readonly isFlying: () => boolean;
}

export interface Failure {
  readonly located: Located;
  /** Bytes that were new. */
  readonly arrivedBytes: number;
  readonly error: AppError;
  /** Noted while the connection was still held, so that the next who waits for it is not let in. */
  readonly trouble?: HostTrouble;
}

/** Refusals that may be of an address or a token that was good before. */
const MAY_LIE_ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  'LINK_EXPIRED',
  'SERVER_REFUSED',
  'FILE_NOT_FOUND',
]);
/** A refusal by a server we were sent to just now is final. */
const FRESH_MS = 5_000;

export function createRecovery(ports: RecoveryPorts, job: RecoveryJob) {
  const { clock, hosts } = ports;
  const { locator, signal, isFlying } = job;
  /** The server sends the whole file or nothing. */
  let isSequential = false;
  let failures = 0;
  let rangeFailures = 0;
  /** Links and tokens that were refused without a byte between them. */
  let refusals = 0;

  async function locate(): Promise<Located | null> {
    const known = locator.usable();
    if (known) return known;
    const asked = { host: locator.originName(), routeIndex: locator.routeIndex() };
    const lease = await hosts.acquire(asked.host, { who: job.who, signal, weight: 0 });
    let failure: { readonly error: AppError; readonly trouble: HostTrouble };
    try {
      const located = await locator.current(signal);
      if (!located.location.assumed) lease.answered();
      return located;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown);
      if (!isPassing(error)) {
        leaveRoute(asked.routeIndex, error);
        return null;
      }
      failure = { error, trouble: lease.failed(error) };
    } finally {
      lease.release();
    }
    await leaveAlone(asked, failure.error, failure.trouble);
    return null;
  }

  /** Goes another way, if the fault is of this one. @throws the error when there is no other */
  function leaveRoute(index: number, error: AppError): void {
    if (!isOfSource(error) || !locator.setAside(index)) throw error;
    isSequential = false;
    rangeFailures = 0;
  }

  async function handle(failure: Failure): Promise<void> {
    const { error, located, arrivedBytes, trouble } = failure;
    if (MAY_LIE_ELSEWHERE.has(error.code) && asksAnew(failure)) return;
    if (error.code === 'RANGE_WRONG') {
      rangeFailures += 1;
      if (rangeFailures >= 2) isSequential = true;
      if (rangeFailures <= 2) return;
    }
    if (!isPassing(error)) return leaveRoute(located.routeIndex, error);
    if (trouble) return leaveAlone(located, error, trouble);
    if (arrivedBytes > 0) return;
    failures += 1;
    locator.renew(located);
    if (failures > job.retry().attempts) leaveRoute(located.routeIndex, error);
    await waitForRetry(error);
  }

  /** Whether to ask again where the file lies before the refusal counts: the answer was old, or assumed. */
  function asksAnew({ located, arrivedBytes }: Failure): boolean {
    const ageMs = clock.now() - located.at;
    const wasFresh = ageMs < FRESH_MS && arrivedBytes === 0 && !located.location.assumed;
    const isFirst = locator.isCurrent(located);
    locator.renew(located);
    if (isFirst) refusals += 1;
    return !isFirst || (!wasFresh && refusals <= job.retry().attempts);
  }

  /** The host has trouble, or there is no network to it. */
  async function leaveAlone(
    { host, routeIndex }: Pick<Located, 'host' | 'routeIndex'>,
    error: AppError,
    trouble: HostTrouble,
  ): Promise<void> {
    const isOffline = error.code === 'NETWORK_OFFLINE' && !ports.isOnline();
    // A network that wants a sign-in is looked at again until somebody did.
    const isCounted = !isOffline && error.code !== 'NETWORK_SIGN_IN';
    if (isCounted && trouble.attempt > job.retry().attempts) return leaveRoute(routeIndex, error);
    if (!isFlying()) showRetry(error, trouble.until, trouble.attempt);
    await untilLeftAlone(host);
  }

  /** Waits while a host that is in trouble is left alone. */
  async function untilLeftAlone(host: string): Promise<void> {
    if (!hosts.trouble(host)) return;
    const lease = await hosts.acquire(host, { who: job.who, signal, weight: 0 });
    lease.release();
  }

  function showTrouble(host: string) {
    const trouble = hosts.trouble(host);
    if (!trouble || isFlying() || trouble.until <= clock.now()) return;
    showRetry(trouble.error, trouble.until, trouble.attempt);
  }

  async function waitForRetry(error: AppError): Promise<void> {
    const delayMs = nextDelayMs(failures, job.retry(), ports.random, error.retryAfterMs);
    if (!isFlying()) showRetry(error, clock.now() + delayMs, failures);
    await pause(clock, delayMs, signal);
  }

  function showRetry(error: AppError, at: number, attempt: number) {
    const of = job.retry().attempts;
    const time = new Date(at).toISOString();
    const report = toErrorReport(error);
    job.onState({ kind: 'retrying', at: time, attempt: Math.min(attempt, of), of, error: report });
  }

  return {
    /** Where the bytes are now, after any wait; `null` when that has to be asked again. */
    locate,
    /** Waits, or goes another way. @throws the error once nothing is left to try */
    handle,
    showTrouble,
    isSequential: () => isSequential,
    goSequential: () => {
      isSequential = true;
    },
    /** New bytes came: what failed before does not count any more. */
    arrived: () => {
      failures = 0;
      refusals = 0;
    },
  };
}
