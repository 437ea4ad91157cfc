/** The contract over HTTP on the loopback interface: one route per operation, derived from it. */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import {
  OPERATION_NAMES,
  OPERATIONS,
  type OperationName,
} from '../../../src-shared/contract/operations.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock, Log } from '../../engines/ports.ts';
import { errorCodeOf } from '../../stores/atomic-file.ts';
import { MAX_ARGUMENT_BYTES } from '../argument-size.ts';
import type { Dispatch } from '../dispatch.ts';
import type { EventBus } from '../events.ts';
import { DOCS_CSP, renderDocs } from './docs-page.ts';
import { addErrorAnswers, sendError, sendFault, sendProblem } from './error-answers.ts';
import { parseEventTypes, streamEvents } from './event-stream.ts';
import { addGateway, type Gateway } from './gateway.ts';
import { bearerToken, checkCaller, checkToken, protocolToken, tokenProtocol } from './guard.ts';
import { buildOpenApi, DOCS_PATH, EVENTS_PATH, OPENAPI_PATH } from './openapi.ts';
import { toProblem } from './problem.ts';
import { inputLayout, readInput, routePath } from './route-input.ts';

const HOST = '127.0.0.1';
/** Model ids and references in a path. */
const MAX_PARAM_LENGTH = 2000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Clients of the event stream only answer pings. */
const MAX_MESSAGE_BYTES = 1024;

export interface HttpApiOptions {
  readonly dispatch: Dispatch;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  /** What callers have to show; a fresh one for each start of the API. */
  readonly token: string;
  /** Of the app. */
  readonly version: string;
  /** What answers under `/v1`; without it there is nothing. */
  readonly gateway?: Gateway;
  /** Unsent bytes after which a client of the event stream is dropped. */
  readonly bufferLimitBytes?: number;
}

export interface HttpApi {
  /**
   * Listens on 127.0.0.1 only. Once per instance.
   * @param port 0 takes any free one
   * @throws AppError `API_PORT_TAKEN`
   */
  start(port: number): Promise<{ readonly url: string }>;
  /** Cuts connections that are still open. */
  stop(): Promise<void>;
}

export function createHttpApi(options: HttpApiOptions): HttpApi {
  const app = createServer();

  async function start(port: number) {
    await app.register(websocket, {
      options: { maxPayload: MAX_MESSAGE_BYTES, handleProtocols },
    });
    addGuard(app, options.token);
    addErrorAnswers(app, options.log);
    for (const name of OPERATION_NAMES) addOperation(app, name, options.dispatch);
    addDescription(app, options.version);
    addEventStream(app, options);
    const { gateway, log } = options;
    if (gateway) await app.register(async (scope) => addGateway(scope, gateway, log));
    await listen(app, port);
    return { url: `http://${HOST}:${portOf(app)}` };
  }

  return { start, stop: () => app.close() };
}

function createServer(): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_ARGUMENT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, _request, reply) => sendFault(reply, error),
  });
  acceptJsonOnly(app);
  return app;
}

/** JSON and nothing else; an empty body is no body, whatever its header says. */
function acceptJsonOnly(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, String(body), done);
  });
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: HOST, port });
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new AppError('API_PORT_TAKEN', { port }, { cause: error });
  }
}

const portOf = (app: FastifyInstance) => (app.server.address() as AddressInfo).port;

/** Runs before everything else, also for addresses that do not exist. */
function addGuard(app: FastifyInstance, token: string): void {
  const open = new Set(
    OPERATION_NAMES.map((name) => OPERATIONS[name])
      .filter((operation) => 'open' in operation && operation.open)
      .map(({ http }) => `${http.method} ${routePath(http.path)}`),
  );
  app.addHook('onRequest', async ({ headers, method, routeOptions }, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    checkCaller(headers, portOf(app));
    if (open.has(`${method} ${routeOptions.url}`)) return;
    const shown = bearerToken(headers);
    const fromProtocol = routeOptions.url === EVENTS_PATH ? protocolToken(headers) : undefined;
    checkToken(shown ?? fromProtocol, token);
  });
}

function addOperation(app: FastifyInstance, name: OperationName, dispatch: Dispatch): void {
  const operation = OPERATIONS[name];
  const layout = inputLayout(operation);
  app.route({
    method: operation.http.method,
    url: routePath(operation.http.path),
    async handler(request, reply) {
      const answer = await dispatch.call(name, readInput(layout, request));
      return answer.ok ? answer.value : sendProblem(reply, toProblem(answer.error));
    },
  });
}

function addDescription(app: FastifyInstance, version: string): void {
  const description = buildOpenApi(version);
  const page = renderDocs(description);
  app.get(OPENAPI_PATH, async () => description);
  app.get(DOCS_PATH, async (_request, reply) =>
    reply.header('content-security-policy', DOCS_CSP).type('text/html; charset=utf-8').send(page),
  );
}

function addEventStream(app: FastifyInstance, options: HttpApiOptions): void {
  app.route<{ Querystring: { types?: unknown } }>({
    method: 'GET',
    url: EVENTS_PATH,
    preValidation: async ({ query }) => {
      parseEventTypes(query.types);
    },
    handler: async (_request, reply) => {
      reply.header('upgrade', 'websocket');
      return sendError(reply, WEBSOCKET_ONLY, 426);
    },
    wsHandler: (socket, { query }) => streamEvents(socket, parseEventTypes(query.types), options),
  });
}

const WEBSOCKET_ONLY = new AppError('INPUT_INVALID', { problem: 'events come over a WebSocket' });

/** Echoes the sub-protocol that carried the token, as clients expect; the guard has checked it. */
function handleProtocols(protocols: Set<string>, _request: IncomingMessage): string | false {
  return tokenProtocol(protocols) ?? false;
}
