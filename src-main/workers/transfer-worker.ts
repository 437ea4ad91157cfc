/** The thread that moves the bytes of model files from sockets to disk. */
import tls from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { Digests } from '../engines/ports.ts';
import { translateNetworkError } from '../platform/http-errors.ts';
import { createConnectionPool } from './transfer/connection-pool.ts';
import { createSpeedLimits } from './transfer/limits.ts';
import type {
  SentError,
  TransferCommand,
  TransferNews,
  TransferWorkerData,
} from './transfer/protocol.ts';
import { fetchSmall } from './transfer/small-transfer.ts';
import { type SpanTransfer, startSpanTransfer } from './transfer/span-transfer.ts';
import type { TransferTools } from './transfer/tools.ts';

/** How often the main thread hears what was written. */
const NEWS_MS = 50;

const data = workerData as TransferWorkerData;
const { certificates } = data;
let context: tls.SecureContext | undefined;

/** Digesting the issuers takes tens of milliseconds: once. */
function secureContext(): tls.SecureContext {
  context ??= tls.createSecureContext(certificates.length > 0 ? { ca: [...certificates] } : {});
  return context;
}

const tools: TransferTools = {
  ...data,
  secureContext,
  pool: createConnectionPool(secureContext),
  limits: createSpeedLimits(() => performance.now()),
  odd: new Set(),
};
const spans = new Map<number, SpanTransfer>();
const smalls = new Map<number, { stop(): void }>();
let newsTimer: NodeJS.Timeout | undefined;
let outbox: TransferNews[] = [];

parentPort?.on('message', (command: TransferCommand) => {
  switch (command.kind) {
    case 'start':
      return start(command);
    case 'small':
      return startSmall(command);
    case 'shorten':
      return shorten(command);
    case 'stop':
      spans.get(command.id)?.stop();
      return smalls.get(command.id)?.stop();
    case 'limit':
      return tools.limits.set(command.name, command.bytesPerSecond);
  }
});

function start({ id, request }: Extract<TransferCommand, { kind: 'start' }>) {
  const ended = (error: Error | null) => {
    collect(id);
    spans.delete(id);
    tell({ kind: 'ended', id, ...(error && { error: toSent(error, request.location.url) }) });
  };
  try {
    const transfer = startSpanTransfer(tools, request, {
      offered: (offer) => tell({ kind: 'offered', id, offer }),
      ended,
    });
    spans.set(id, transfer);
    newsTimer ??= setInterval(collectAll, NEWS_MS);
  } catch (error) {
    ended(error as Error);
  }
}

function shorten({ id, to }: Extract<TransferCommand, { kind: 'shorten' }>) {
  const end = spans.get(id)?.shorten(to);
  if (end !== undefined) tell({ kind: 'shortened', id, to: end });
}

function startSmall({ id, request }: Extract<TransferCommand, { kind: 'small' }>) {
  const { url } = request.location;
  const done = (news: TransferNews) => {
    smalls.delete(id);
    tell(news);
  };
  const failed = (error: Error) => done({ kind: 'ended', id, error: toSent(error, url) });
  try {
    const fetched = (digests: Digests) => done({ kind: 'fetched', id, digests });
    smalls.set(id, fetchSmall(tools, request, { fetched, failed }));
  } catch (error) {
    failed(error as Error);
  }
}

function collect(id: number) {
  const states = spans.get(id)?.takeNews() ?? [];
  if (states.length > 0) outbox.push({ kind: 'pieces', id, states });
}

function collectAll() {
  for (const id of spans.keys()) collect(id);
  deliver();
  if (spans.size > 0) return;
  clearInterval(newsTimer);
  newsTimer = undefined;
}

let delivery: NodeJS.Immediate | undefined;

/** Tells at once, together with all else that happens in this turn. */
function tell(news: TransferNews) {
  outbox.push(news);
  delivery ??= setImmediate(deliver);
}

function deliver() {
  if (delivery) clearImmediate(delivery);
  delivery = undefined;
  if (outbox.length === 0) return;
  parentPort?.postMessage(outbox);
  outbox = [];
}

function toSent(thrown: Error, url: string): SentError {
  const error = translateNetworkError(thrown, url);
  if (error instanceof AppError) {
    const { code, params, retryAfterMs } = error;
    return { kind: 'coded', code, params, retryAfterMs };
  }
  const { message } = error as Error;
  const { syscall, code } = thrown as NodeJS.ErrnoException;
  if (syscall === 'write' && code !== undefined && code !== 'EPIPE' && code !== 'ECONNRESET') {
    return { kind: 'file', code, message };
  }
  if (syscall === 'open' && code !== undefined) return { kind: 'file', code, message };
  return { kind: 'other', message };
}
