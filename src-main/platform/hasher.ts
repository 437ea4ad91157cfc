/** The main thread's side of the hash workers: one, or two once a second job comes while one is at work. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { Digests, Hasher, HashRun } from '../engines/ports.ts';
import { translateFileError } from '../library/file-errors.ts';
import type { HashAnswer, HashRequest } from '../workers/hash-worker.ts';
import { workerUrl } from './worker-url.ts';

/** A run is told of new bytes when there are this many, or after this time. */
const ADVANCE_BYTES = 4 * 2 ** 20;
const ADVANCE_MS = 50;

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
}

interface Job {
  /** What the worker says of it, but for failures. */
  hear(answer: HashAnswer): void;
  fail(error: Error): void;
  readonly path: string;
}

export interface WorkerHasher extends Hasher {
  close(): Promise<void>;
}

export function createHasher(): WorkerHasher {
  const most = availableParallelism() > 1 ? 2 : 1;
  const threads = new Set<Thread>();
  let nextJob = 1;

  function start(): Thread {
    const thread: Thread = { worker: new Worker(workerUrl('hash-worker')), jobs: new Map() };
    thread.worker.unref();
    thread.worker.on('message', (answer: HashAnswer) => {
      const job = thread.jobs.get(answer.job);
      if (answer.kind === 'failed') job?.fail(failureOf(answer, job.path));
      else job?.hear(answer);
    });
    thread.worker.on('error', (error) => {
      threads.delete(thread);
      for (const job of thread.jobs.values()) job.fail(error);
    });
    threads.add(thread);
    return thread;
  }

  /** The thread with the fewest jobs; another one rather than a second job for it. */
  function choose(): Thread {
    const [least] = [...threads].sort((a, b) => a.jobs.size - b.jobs.size);
    return least && (least.jobs.size === 0 || threads.size >= most) ? least : start();
  }

  return {
    follow: (path, options) => follow(choose(), nextJob++, path, options),
    checksums: (path, spans) => {
      if (spans.length === 0) return Promise.resolve([]);
      const { worker, jobs } = choose();
      const job = nextJob++;
      return new Promise<(number | null)[]>((resolve, reject) => {
        const hear = (answer: HashAnswer) => {
          if (answer.kind === 'checked') resolve(answer.checksums);
        };
        jobs.set(job, { path, hear, fail: reject });
        worker.postMessage({ kind: 'checksums', job, path, spans } satisfies HashRequest);
      }).finally(() => jobs.delete(job));
    },
    close: async () => {
      const ended = [...threads].map(({ worker }) => worker.terminate());
      threads.clear();
      await Promise.all(ended);
    },
  };
}

function follow(
  { worker, jobs }: Thread,
  job: number,
  path: string,
  { gitBlobBytes, onProgress }: Parameters<Hasher['follow']>[1],
): HashRun {
  const send = (request: HashRequest) => worker.postMessage(request);
  const advances = coalesce((length) => send({ kind: 'advance', job, length }));
  let hashedBytes = 0;
  let failure: Error | undefined;
  let resolve: ((digests: Digests) => void) | undefined;
  let reject: ((error: Error) => void) | undefined;

  function end(): boolean {
    advances.stop();
    return jobs.delete(job);
  }

  jobs.set(job, {
    path,
    fail: (error) => {
      end();
      failure = error;
      reject?.(error);
    },
    hear: (answer) => {
      if (answer.kind === 'progress') {
        hashedBytes = answer.hashedBytes;
        onProgress?.(hashedBytes);
      } else if (answer.kind === 'finished') {
        end();
        const { sha256, gitSha1 } = answer;
        resolve?.({ sha256, ...(gitSha1 && { gitSha1 }) });
      }
    },
  });
  send({ kind: 'follow', job, path, gitBlobBytes: gitBlobBytes ?? null });
  return {
    get hashedBytes() {
      return hashedBytes;
    },
    advance: (length) => {
      if (jobs.has(job)) advances.to(length);
    },
    finish: (length) =>
      new Promise((onDigests, onFailure) => {
        if (failure) return onFailure(failure);
        advances.stop();
        resolve = onDigests;
        reject = onFailure;
        send({ kind: 'finish', job, length });
      }),
    cancel: () => {
      if (end()) send({ kind: 'cancel', job });
    },
  };
}

/** Passes on the largest length so far, seldom enough that messages do not pile up. */
function coalesce(tell: (length: number) => void) {
  let wanted = 0;
  let told = 0;
  let timer: NodeJS.Timeout | undefined;

  function stop() {
    clearTimeout(timer);
    timer = undefined;
  }

  function tellNow() {
    stop();
    told = wanted;
    tell(told);
  }

  function to(length: number) {
    wanted = Math.max(wanted, length);
    if (wanted - told >= ADVANCE_BYTES) tellNow();
    else if (wanted > told) timer ??= setTimeout(tellNow, ADVANCE_MS).unref();
  }

  return { to, stop };
}

function failureOf({ code, message }: HashAnswer & { kind: 'failed' }, path: string): AppError {
  const cause = Object.assign(new Error(message), { code });
  const translated = translateFileError(cause, path);
  if (translated instanceof AppError) return translated;
  return new AppError('INTERNAL', { problem: `hashing failed: ${message}` }, { cause });
}
