/** The main thread's side of the transfer worker, which is started on first use. */
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode, type ErrorParams, toAppError } from '../../src-shared/errors.ts';
import type { PieceState } from '../engines/download/pieces.ts';
import type { Digests, Transfer, TransferOffer, Transfers } from '../engines/ports.ts';
import { translateFileError } from '../library/file-errors.ts';
import type {
  SentError,
  TransferCommand,
  TransferNews,
  TransferWorkerData,
} from '../workers/transfer/protocol.ts';
import { redact } from './redact.ts';
import { workerUrl } from './worker-url.ts';

export interface TransfersOptions {
  readonly userAgent: string;
  /** PEM of the issuers that are trusted; empty for those Node brings. */
  readonly certificates?: () => Promise<readonly string[]>;
  /** `got` sends nothing the fast way. Default `fast`. */
  readonly way?: TransferWorkerData['way'];
  /** What a full disk means, in numbers. */
  readonly diskFull: (partPath: string) => Promise<AppError>;
  /** The thread ended by a fault of its own; what it was at is cut, and tried again with another. */
  readonly onFault?: (error: Error) => void;
}

interface Entry {
  /** For messages. */
  readonly path: string;
  readonly partPath: string;
  onShortened(to: number): void;
  onPieces(states: readonly PieceState[]): void;
  onOffer(offer: TransferOffer | null): void;
  onEnd(error: AppError | undefined): void;
  onDigests(digests: Digests): void;
}

export interface WorkerTransfers extends Transfers {
  close(): Promise<void>;
}

export function createTransfers(options: TransfersOptions): WorkerTransfers {
  const entries = new Map<number, Entry>();
  const limits = new Map<string, number>();
  let nextId = 1;
  let worker: Promise<Worker> | undefined;

  async function begin(): Promise<Worker> {
    const certificates = await (options.certificates?.() ?? []);
    const { userAgent, way = 'fast' } = options;
    const workerData: TransferWorkerData = { userAgent, certificates, way };
    const started = new Worker(workerUrl('transfer-worker'), { workerData });
    started.unref();
    started.on('message', (news: TransferNews[]) => {
      for (const item of news) hear(item);
    });
    started.on('error', (error) => {
      options.onFault?.(error);
      giveUp(undefined);
    });
    for (const [name, bytesPerSecond] of limits) {
      started.postMessage({ kind: 'limit', name, bytesPerSecond } satisfies TransferCommand);
    }
    return started;
  }

  function start(): Promise<Worker> {
    const starting = begin();
    starting.catch((error: unknown) => {
      if (worker === starting) giveUp(toAppError(error));
    });
    return starting;
  }

  function send(command: TransferCommand): void {
    worker ??= start();
    worker.then(
      (running) => running.postMessage(command),
      () => {},
    );
  }

  /** The thread is gone, or did not start; the next transfer tries with another. */
  function giveUp(error: AppError | undefined): void {
    worker = undefined;
    for (const [id, { path }] of [...entries])
      end(id, error ?? new AppError('TRANSFER_CUT', { path }));
  }

  function hear(news: TransferNews): void {
    const entry = entries.get(news.id);
    if (!entry) return;
    if (news.kind === 'pieces') entry.onPieces(news.states);
    else if (news.kind === 'offered') entry.onOffer(news.offer);
    else if (news.kind === 'shortened') entry.onShortened(news.to);
    else if (news.kind === 'fetched') entry.onDigests(news.digests);
    else if (!news.error) end(news.id, undefined);
    else void received(news.error, entry).then((error) => end(news.id, error));
  }

  function end(id: number, error: AppError | undefined): void {
    const entry = entries.get(id);
    entries.delete(id);
    entry?.onOffer(null);
    entry?.onEnd(error);
  }

  async function received(error: SentError, { path, partPath }: Entry): Promise<AppError> {
    if (error.kind === 'coded') {
      const { code, params, retryAfterMs } = error;
      const options = retryAfterMs === undefined ? {} : { retryAfterMs };
      return new AppError(code as ErrorCode, params as ErrorParams<ErrorCode>, options);
    }
    if (error.kind === 'other') {
      const cause = new Error(redact(error.message));
      return new AppError('TRANSFER_CUT', { path }, { cause });
    }
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return options.diskFull(partPath);
    const cause = Object.assign(new Error(error.message), { code: error.code });
    const translated = translateFileError(cause, partPath);
    if (translated instanceof AppError) return translated;
    return new AppError('INTERNAL', { problem: error.message }, { cause });
  }

  return {
    start: (request, onPieces): Transfer => {
      const id = nextId++;
      const offered = deferred<TransferOffer | null>();
      const ended = deferred<{ error?: AppError }>();
      let shortened = (_to: number) => {};
      entries.set(id, {
        path: request.path,
        partPath: request.partPath,
        onPieces,
        onShortened: (to) => shortened(to),
        onOffer: offered.resolve,
        onEnd: (error) => ended.resolve(error ? { error } : {}),
        onDigests: () => {},
      });
      send({ kind: 'start', id, request });
      return {
        offered: offered.promise,
        ended: ended.promise,
        shorten: (to) =>
          new Promise((resolve) => {
            shortened = resolve;
            void ended.promise.then(() => resolve(request.span.to));
            send({ kind: 'shorten', id, to });
          }),
        stop: () => send({ kind: 'stop', id }),
      };
    },

    fetchSmall: (request, signal) => {
      const id = nextId++;
      // Settles only once nothing is written any more, even after the signal.
      const fetched = new Promise<Digests>((resolve, reject) => {
        entries.set(id, {
          path: request.path,
          partPath: request.partPath,
          onShortened: () => {},
          onPieces: () => {},
          onOffer: () => {},
          onEnd: reject,
          onDigests: (digests) => {
            entries.delete(id);
            resolve(digests);
          },
        });
      });
      send({ kind: 'small', id, request });
      const stop = () => send({ kind: 'stop', id });
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      return fetched
        .finally(() => signal.removeEventListener('abort', stop))
        .then((digests) => {
          signal.throwIfAborted();
          return digests;
        })
        .catch((error: unknown) => {
          signal.throwIfAborted();
          throw error;
        });
    },

    prepare: () => {
      worker ??= start();
    },

    setLimit: (name, bytesPerSecond) => {
      if (bytesPerSecond === null) limits.delete(name);
      else limits.set(name, bytesPerSecond);
      if (worker) send({ kind: 'limit', name, bytesPerSecond });
    },

    close: async () => {
      const running = await worker?.catch(() => undefined);
      giveUp(undefined);
      await running?.terminate();
    },
  };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
