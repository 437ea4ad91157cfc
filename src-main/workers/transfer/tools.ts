/** What all transfers of the worker share, and how one request is sent. */
import type { SecureContext } from 'node:tls';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { FileLocation } from '../../engines/ports.ts';
import { translateNetworkError } from '../../platform/http-errors.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { type Exchange, OddAnswer, type Running, StaleConnection } from './exchange.ts';
import type { GotOptions } from './got-exchange.ts';
import type { SpeedLimits } from './limits.ts';
import type { TransferWorkerData } from './protocol.ts';
import { createWatchdog } from './watchdog.ts';

export interface TransferTools extends TransferWorkerData {
  readonly pool: ConnectionPool;
  readonly limits: SpeedLimits;
  readonly secureContext: () => SecureContext;
  /** Files whose answers the fast way cannot take, by address without its query. */
  readonly odd: Set<string>;
}

export interface FileRequest {
  readonly path: string;
  readonly location: FileLocation;
  readonly proxy?: string | undefined;
  readonly stallTimeoutMs: number;
  readonly limits: readonly string[];
}

/** What {@link send} asks of who wants the bytes. */
export type Taker = Pick<Exchange, 'onHead' | 'onBytes' | 'onEnd'>;

/**
 * Sends one request the way that suits it, watches for silence, holds to the limits. A kept connection
 * that was closed meanwhile, and an answer only got can take, cost a second request and nothing else.
 */
export function send(
  tools: TransferTools,
  request: FileRequest,
  url: URL,
  headers: Readonly<Record<string, string>>,
  taker: Taker,
): Running {
  let running: Running | undefined;
  let isOver = false;
  let isAnswered = false;
  const watchdog = createWatchdog(request.stallTimeoutMs, (silentMs) =>
    running?.end(new AppError('TRANSFER_STALLED', { path: request.path, silentMs })),
  );
  const over = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    watchdog.stop();
    // A host that answered can be reached: what ends then is this exchange alone.
    const isCut = isAnswered && error !== null && isConnectionLost(error, url);
    taker.onEnd(isCut ? new AppError('TRANSFER_CUT', { path: request.path }) : error);
  };

  const exchange: Exchange = {
    url,
    headers: { ...headersOf(tools, request), ...headers },
    onHead: (head) => {
      watchdog.feed();
      isAnswered = true;
      return taker.onHead(head);
    },
    onBytes: (bytes) => {
      taker.onBytes(bytes);
      // A slow disk is not a silent line.
      watchdog.feed();
    },
    onRead: (bytes) => {
      watchdog.feed();
      return tools.limits.pay(request.limits, bytes);
    },
    window: () => tools.limits.window(request.limits),
    rest: (waitMs, wake) => {
      watchdog.rest();
      return tools.limits.rest(waitMs, () => {
        watchdog.wake();
        wake();
      });
    },
    onEnd: (error) => {
      if (error instanceof StaleConnection) run({ fresh: true });
      else if (error instanceof OddAnswer) {
        tools.odd.add(url.origin + url.pathname);
        run();
      } else over(error);
    },
  };

  function run(options: { fresh?: boolean } = {}) {
    const isOdd = tools.odd.has(url.origin + url.pathname);
    const { proxy } = request;
    const fast = tools.way === 'fast' && proxy === undefined && !isOdd;
    const { secureContext } = tools;
    running = fast
      ? tools.pool.run(exchange, options)
      : runSlow(exchange, { proxy, secureContext });
  }

  run();
  return { end: (reason) => running?.end(reason) };
}

function isConnectionLost(error: Error, url: URL): boolean {
  const translated = translateNetworkError(error, url.href);
  return translated !== error && (translated as AppError).code === 'NETWORK_OFFLINE';
}

function headersOf({ userAgent }: TransferTools, { location }: FileRequest) {
  return {
    'user-agent': userAgent,
    accept: '*/*',
    ...location.headers,
    'accept-encoding': 'identity',
  };
}

/** got is large, and rarely needed: it is loaded when it is. */
function runSlow(exchange: Exchange, options: GotOptions): Running {
  let running: Running | undefined;
  let ended: Error | undefined;
  void import('./got-exchange.ts').then(({ runWithGot }) => {
    if (ended) exchange.onEnd(ended);
    else running = runWithGot(exchange, options);
  });
  return {
    end: (reason) => {
      ended ??= reason;
      running?.end(reason);
    },
  };
}
