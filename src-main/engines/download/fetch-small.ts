/** A small file: one exchange, digested in memory. There is no journal: what lies there is proven anew. */
import { type AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import { pause } from '../abortable.ts';
import type { Digests } from '../ports.ts';
import type { FetchJob, FetchPorts } from './fetch-job.ts';
import { createLocator, type Located, type Locator } from './locator.ts';
import { isHostTrouble, isPassing, nextDelayMs } from './retry.ts';

/** Files up to this size are fetched whole. */
export const SMALL_BYTES = 2 ** 20;
/** Share of a connection's place one of them takes. */
const WEIGHT = 0.25;

/** @returns the digests of what now lies at `partPath` */
export async function fetchSmall(
  ports: FetchPorts,
  job: FetchJob,
  partPath: string,
): Promise<Digests> {
  const locator = createLocator(ports, ports.source.routes(job.manifest.origin, job.file));
  for (let failures = 0; ; ) {
    const before = ports.clock.now();
    let host = locator.originName();
    try {
      const located = await locator.current(job.signal);
      host = located.host;
      return await fetchHere(ports, job, located, partPath);
    } catch (thrown) {
      job.signal.throwIfAborted();
      const error = toAppError(thrown);
      failures = await recover(ports, job, { error, host, locator, failures, begunAt: before });
    }
  }
}

async function fetchHere(ports: FetchPorts, job: FetchJob, located: Located, partPath: string) {
  const { hosts, transfers } = ports;
  const { host, location, proxy } = located;
  const lease = await hosts.acquire(host, {
    who: job.downloadId,
    signal: job.signal,
    weight: WEIGHT,
  });
  try {
    job.onState({ kind: 'downloading' });
    const { path, sizeBytes, gitSha1 } = job.file;
    const wantsGitSha1 = gitSha1 !== undefined;
    const stallTimeoutMs = job.stallTimeoutMs();
    const { limits } = job;
    const digests = await transfers.fetchSmall(
      { path, location, proxy, partPath, sizeBytes, wantsGitSha1, stallTimeoutMs, limits },
      job.signal,
    );
    hosts.answered(host, lease.grantedAt);
    hosts.arrived(host, sizeBytes);
    return digests;
  } catch (thrown) {
    // Before the next who waits for this connection is let in.
    const error = toAppError(thrown);
    if (isHostTrouble(error)) hosts.failed(host, error, lease.grantedAt);
    throw error;
  } finally {
    lease.release();
  }
}

interface Failure {
  readonly error: AppError;
  readonly host: string;
  readonly locator: Locator;
  readonly failures: number;
  readonly begunAt: number;
}

/** @returns failures so far @throws the error once nothing is left to try */
async function recover(ports: FetchPorts, job: FetchJob, failure: Failure): Promise<number> {
  const { error, locator } = failure;
  const located = await locator.current(job.signal).catch(() => null);
  if (located) locator.renew(located);
  const failures = failure.failures + 1;
  // Where a file lies may have been assumed; asked again, the hub says why it refuses.
  const mayBeExplained = failures === 1 && error.code === 'SERVER_REFUSED';
  if (!isPassing(error) && !mayBeExplained) {
    if (locator.setAside(locator.routeIndex())) return 0;
    throw error;
  }
  if (failures > job.retry().attempts) throw error;
  if (isPassing(error)) await wait(ports, job, failure, failures);
  return failures;
}

async function wait(ports: FetchPorts, job: FetchJob, failure: Failure, failures: number) {
  const { error, host, begunAt } = failure;
  const policy = job.retry();
  const until = isHostTrouble(error)
    ? ports.hosts.failed(host, error, begunAt).until
    : ports.clock.now() + nextDelayMs(failures, policy, ports.random, error.retryAfterMs);
  const at = new Date(until).toISOString();
  const attempt = Math.min(failures, policy.attempts);
  job.onState({
    kind: 'retrying',
    at,
    attempt,
    of: policy.attempts,
    error: toErrorReport(error),
  });
  await pause(ports.clock, until - ports.clock.now(), job.signal);
}
