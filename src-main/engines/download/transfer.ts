/**
 * One transfer: a single HTTP exchange that appends the missing end of a file to its part file. It
 * keeps every byte that arrived, whatever ends it.
 */
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock, FileLocation, HashRun, OpenBody, PartFile } from '../ports.ts';
import { type Asked, readAnswer, refuseImpostor } from './answer.ts';

/** At most this much, or this long, is fetched again after a crash. */
const COMMIT_BYTES = 16 * 2 ** 20;
const COMMIT_MS = 1_000;

export interface TransferPorts {
  readonly openBody: OpenBody;
  readonly clock: Clock;
  /** Reads `Retry-After` and its relatives. */
  readonly retryAfterMs: (
    headers: Readonly<Record<string, string | undefined>>,
  ) => number | undefined;
}

export interface TransferJob {
  readonly path: string;
  readonly sizeBytes: number;
  readonly location: FileLocation;
  readonly part: PartFile;
  readonly hash: HashRun;
  /** Silence after which the connection is given up. */
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/** @throws AppError as {@link readAnswer}, or `TRANSFER_CUT`, `TRANSFER_STALLED`, `DISK_FULL` */
export async function transfer(ports: TransferPorts, job: TransferJob): Promise<void> {
  const { part, signal, path } = job;
  if (part.length >= job.sizeBytes) return;
  const watchdog = createWatchdog(ports.clock, job);
  try {
    const asked = askedOf(job);
    const response = await openWatched(ports, job, watchdog);
    const retryAfterMs = ports.retryAfterMs(response.headers);
    try {
      const offer = readAnswer({ ...response, retryAfterMs }, asked);
      if (offer.kind === 'complete') return;
      watchdog.guard((reason) => response.abort(reason));
      await receive(ports, job, response.body, offer.skipBytes, watchdog);
    } finally {
      response.abort(new AppError('TRANSFER_CUT', { path }));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AppError
      ? error
      : new AppError('TRANSFER_CUT', { path }, { cause: error });
  } finally {
    watchdog.stop();
    await part.commit();
  }
}

function askedOf({ path, sizeBytes, location, part }: TransferJob): Asked {
  const { host } = new URL(location.url);
  return { path, sizeBytes, host, offset: part.length, redirected: location.redirected };
}

async function openWatched(ports: TransferPorts, job: TransferJob, watchdog: Watchdog) {
  const headers: Record<string, string> = {
    ...job.location.headers,
    'accept-encoding': 'identity',
    ...(job.part.length > 0 && { range: `bytes=${job.part.length}-` }),
  };
  const silence = new AbortController();
  watchdog.guard((reason) => silence.abort(reason));
  const signal = AbortSignal.any([job.signal, silence.signal]);
  return ports.openBody(job.location.url, { headers, signal }).catch((error: unknown) => {
    throw silence.signal.aborted ? silence.signal.reason : error;
  });
}

async function receive(
  { clock }: TransferPorts,
  job: TransferJob,
  body: AsyncIterable<Uint8Array>,
  skipBytes: number,
  watchdog: Watchdog,
) {
  const { part, hash, sizeBytes, path } = job;
  let skip = skipBytes;
  let committedLength = part.length;
  let committedAt = clock.now();
  for await (const received of body) {
    watchdog.feed();
    job.signal.throwIfAborted();
    const skipped = Math.min(skip, received.byteLength);
    skip -= skipped;
    const chunk = received.subarray(skipped, skipped + sizeBytes - part.length);
    if (chunk.byteLength === 0) continue;
    const offset = part.length;
    if (offset === 0) refuseImpostor(path, chunk);
    await part.append(chunk);
    // A slow disk is not a silent line.
    watchdog.feed();
    job.onBytes(chunk.byteLength);
    hash.push(offset, chunk);
    const due =
      part.length - committedLength >= COMMIT_BYTES || clock.now() - committedAt >= COMMIT_MS;
    if (due) {
      await part.commit();
      committedLength = part.length;
      committedAt = clock.now();
    }
    if (part.length >= sizeBytes) return;
  }
  if (part.length < sizeBytes) throw new AppError('TRANSFER_CUT', { path });
}

interface Watchdog {
  /** Something arrived. */
  feed(): void;
  /** What to end when nothing arrives for too long. */
  guard(end: (reason: Error) => void): void;
  stop(): void;
}

/** One timer for the whole transfer, re-armed when it fires; feeding it costs an assignment. */
function createWatchdog(clock: Clock, { path, stallTimeoutMs }: TransferJob): Watchdog {
  let fedAt = clock.now();
  let end: (reason: Error) => void = () => {};
  let cancel = clock.after(stallTimeoutMs, look);

  function look() {
    const silentMs = clock.now() - fedAt;
    if (silentMs >= stallTimeoutMs) end(new AppError('TRANSFER_STALLED', { path, silentMs }));
    else cancel = clock.after(stallTimeoutMs - silentMs, look);
  }

  return {
    feed: () => {
      fedAt = clock.now();
    },
    guard: (next) => {
      end = next;
    },
    stop: () => cancel(),
  };
}
