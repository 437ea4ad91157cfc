import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { answerWhole, type Exchange } from './exchange.ts';
import type { HubState } from './hub-state.ts';
import type { OriginName } from './request-log.ts';

/** One of the two servers. */
export interface Origin {
  /** @returns the port, which is another one only for 0 */
  listen(port: number): Promise<number>;
  /** Cuts what is running. It can listen again. */
  stop(): Promise<void>;
}

interface OriginOptions {
  readonly name: OriginName;
  readonly state: HubState;
  readonly tls: { readonly key: string; readonly certificate: string } | null;
  readonly answer: (exchange: Exchange, state: HubState) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** A TCP connection; under TLS the requests know only what is above it. */
interface Connection {
  readonly number: number;
  readonly rawSocket: Socket;
}

let connectionsSoFar = 0;

export function createOrigin(options: OriginOptions): Origin {
  const { tls } = options;
  const byPort = new Map<number | undefined, Connection>();
  const admit = createAdmission(options.state);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = byPort.get(request.socket.remotePort);
    if (!connection) {
      response.destroy(); // the client has gone: its socket no longer knows a port
      return;
    }
    const exchange = openExchange(request, response, { ...options, connection });
    answerWhenAdmitted(exchange, options, admit).catch((error: unknown) => {
      response.destroy();
      options.report(error);
    });
  };
  const server = tls
    ? createTlsServer({ key: tls.key, cert: tls.certificate }, onRequest)
    : createPlainServer(onRequest);
  server.on('connection', (rawSocket: Socket) => {
    connectionsSoFar += 1;
    const { remotePort } = rawSocket;
    const connection = { number: connectionsSoFar, rawSocket };
    byPort.set(remotePort, connection);
    rawSocket.once('close', () => {
      if (byPort.get(remotePort) === connection) byPort.delete(remotePort);
    });
  });
  return {
    listen: (port) => listen(server, port),
    stop: () => stop(server, byPort.values()),
  };
}

async function answerWhenAdmitted(
  exchange: Exchange,
  { state, answer }: OriginOptions,
  admit: (exchange: Exchange) => boolean,
): Promise<void> {
  const isAdmitted = admit(exchange);
  const { delayMs, beyondStatus } = state.rates.admission();
  if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
  if (exchange.response.destroyed) return;
  if (isAdmitted) return answer(exchange, state);
  answerWhole(exchange, beyondStatus, {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'Too many connections\n',
  });
}

/** Counts connections with an answer under way; one that only waits for its next use is free. */
function createAdmission({ rates }: HubState): (exchange: Exchange) => boolean {
  const busy = new Map<Socket, number>();
  return ({ socket, response }) => {
    if (!busy.has(socket) && busy.size >= rates.admission().maxConnections) return false;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left === 0) busy.delete(socket);
      else busy.set(socket, left);
    });
    return true;
  };
}

function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  context: Pick<OriginOptions, 'name' | 'state'> & { readonly connection: Connection },
): Exchange {
  const { name: origin, connection, state } = context;
  const target = request.url ?? '/';
  const url = new URL(target.replace(/^\/+/, '/'), origin === 'hub' ? state.url : state.cdnUrl);
  const method = request.method ?? 'GET';
  const record = state.log.open({
    origin,
    connection: connection.number,
    method,
    path: url.pathname,
    range: request.headers.range ?? null,
    sawAuthorization: carriesToken(request, url),
    userAgent: request.headers['user-agent'] ?? null,
  });
  response.once('close', () => {
    record.outcome = response.writableFinished ? 'complete' : 'aborted';
    state.log.changed();
  });
  const { socket } = request;
  const { rawSocket } = connection;
  return { request, response, socket, rawSocket, method, url, target, record, log: state.log };
}

/** In a header, in the query as Civitai takes it, or in a cookie as ModelScope does. */
function carriesToken({ headers }: IncomingMessage, url: URL): boolean {
  return (
    headers.authorization !== undefined ||
    url.searchParams.has('token') ||
    /\bm_session_id=/.test(headers.cookie ?? '')
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Connections whose TLS handshake is not over are known to nobody else. */
function stop(server: Server, connections: Iterable<Connection>): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    for (const { rawSocket } of [...connections]) rawSocket.destroy();
  });
}
