/** The main thread's side of the hash worker: one worker for all runs, started on first use. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { Digests, Hasher, HashRun } from '../engines/ports.ts';
import { translateFileError } from '../library/file-errors.ts';
import type { HashAnswer, HashRequest } from '../workers/hash-worker.ts';
import { workerUrl } from './worker-url.ts';

/** Bytes on their way to the worker beyond which chunks are left for it to read from the file. */
const QUEUE_LIMIT_BYTES = 32 * 2 ** 20;

interface RunState {
  queuedBytes: number;
  hashedBytes: number;
  readonly path: string;
  readonly onProgress: ((hashedBytes: number) => void) | undefined;
  resolve?: (digests: Digests) => void;
  reject?: (error: Error) => void;
  failure?: Error;
}

export interface WorkerHasher extends Hasher {
  close(): Promise<void>;
}

export function createHasher(): WorkerHasher {
  let worker: Worker | undefined;
  let nextRun = 1;
  const runs = new Map<number, RunState>();

  function fail(run: number, failure: Error) {
    const state = runs.get(run);
    if (!state) return;
    state.failure = failure;
    state.reject?.(failure);
  }

  function hear(answer: HashAnswer) {
    const state = runs.get(answer.run);
    if (!state) return;
    if (answer.kind === 'failed') {
      fail(answer.run, failureOf(answer, state.path));
    } else if (answer.kind === 'progress') {
      state.hashedBytes = answer.hashedBytes;
      state.queuedBytes = answer.queuedBytes;
      state.onProgress?.(answer.hashedBytes);
    } else {
      const { sha256, gitSha1 } = answer;
      runs.delete(answer.run);
      state.resolve?.({ sha256, ...(gitSha1 && { gitSha1 }) });
    }
  }

  function start(): Worker {
    const started = new Worker(workerUrl('hash-worker'));
    started.unref();
    started.on('message', hear);
    started.on('error', (error) => {
      worker = undefined;
      for (const run of runs.keys()) fail(run, error);
    });
    return started;
  }

  function send(request: HashRequest, transfer: ArrayBuffer[] = []) {
    worker ??= start();
    worker.postMessage(request, transfer);
  }

  function follow(path: string, options: Parameters<Hasher['follow']>[1]): HashRun {
    const run = nextRun++;
    const { onProgress } = options;
    const state: RunState = { queuedBytes: 0, hashedBytes: 0, path, onProgress };
    runs.set(run, state);
    send({ kind: 'follow', run, path, gitBlobBytes: options.gitBlobBytes ?? null });
    return {
      get hashedBytes() {
        return state.hashedBytes;
      },
      push: (offset, chunk) => {
        if (state.queuedBytes > QUEUE_LIMIT_BYTES) return;
        state.queuedBytes += chunk.byteLength;
        send({ kind: 'push', run, offset, chunk }, transferable(chunk));
      },
      finish: (length) =>
        new Promise((resolve, reject) => {
          if (state.failure) return reject(state.failure);
          state.resolve = resolve;
          state.reject = reject;
          send({ kind: 'finish', run, length });
        }),
      cancel: () => {
        if (runs.delete(run)) send({ kind: 'cancel', run });
      },
    };
  }

  return {
    follow,
    close: async () => {
      await worker?.terminate();
      worker = undefined;
    },
  };
}

function failureOf({ code, message }: HashAnswer & { kind: 'failed' }, path: string): AppError {
  const cause = Object.assign(new Error(message), { code });
  const translated = translateFileError(cause, path);
  if (translated instanceof AppError) return translated;
  return new AppError('INTERNAL', { problem: `hashing failed: ${message}` }, { cause });
}

/** Only a chunk that owns its whole memory can be handed over; a slice of a pool is copied. */
function transferable(chunk: Uint8Array): ArrayBuffer[] {
  const owns = chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength;
  return owns ? [chunk.buffer as ArrayBuffer] : [];
}
