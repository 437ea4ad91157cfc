/** A small file: one exchange, digested in memory. There is no journal: what lies there is proven anew. */
import { toAppError } from '../../../src-shared/errors.ts';
import type { Digests } from '../ports.ts';
import type { FetchJob, FetchPorts } from './fetch-job.ts';
import { createLocator, type Located } from './locator.ts';
import { createRecovery, type Failure } from './recovery.ts';
import { isHostTrouble } from './retry.ts';

/** Files up to this size are fetched whole. */
export const SMALL_BYTES = 2 ** 20;
/** Share of a connection's place one of them takes. */
const WEIGHT = 0.25;

/**
 * @returns the digests of what now lies at `partPath`
 * @throws the first failure that nothing more can be done about
 */
export async function fetchSmall(
  ports: FetchPorts,
  job: FetchJob,
  partPath: string,
): Promise<Digests> {
  const { downloadId, manifest, file, signal } = job;
  const locator = createLocator(ports, ports.source.routes(manifest.origin, file));
  const isFlying = () => false;
  const recovery = createRecovery(ports, { ...job, who: downloadId, locator, isFlying });
  for (;;) {
    const located = await recovery.locate();
    if (!located) continue;
    recovery.showTrouble(located.host);
    const fetched = await fetchHere(ports, job, located, partPath);
    signal.throwIfAborted();
    if ('digests' in fetched) return fetched.digests;
    await recovery.handle(fetched.failure);
  }
}

type Fetched = { readonly digests: Digests } | { readonly failure: Failure };

async function fetchHere(
  { hosts, transfers }: FetchPorts,
  { downloadId, file, signal, limits, ...job }: FetchJob,
  located: Located,
  partPath: string,
): Promise<Fetched> {
  const { host, location, proxy } = located;
  const lease = await hosts.acquire(host, { who: downloadId, signal, weight: WEIGHT });
  try {
    job.onState({ kind: 'downloading' });
    const { path, sizeBytes, gitSha1 } = file;
    const wantsGitSha1 = gitSha1 !== undefined;
    const stallTimeoutMs = job.stallTimeoutMs();
    const digests = await transfers.fetchSmall(
      { path, location, proxy, partPath, sizeBytes, wantsGitSha1, stallTimeoutMs, limits },
      signal,
    );
    lease.answered();
    hosts.arrived(host, sizeBytes);
    return { digests };
  } catch (thrown) {
    const error = toAppError(thrown);
    const failure = { located, arrivedBytes: 0, error };
    // Before the next who waits for this connection is let in.
    return {
      failure: isHostTrouble(error) ? { ...failure, trouble: lease.failed(error) } : failure,
    };
  } finally {
    lease.release();
  }
}
