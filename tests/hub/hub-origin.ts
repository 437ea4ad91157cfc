import { identify } from './access.ts';
import { answerApi } from './api-routes.ts';
import { answerCivitai } from './civitai-routes.ts';
import { type AnswerHeaders, answerWhole, createRequestId, type Exchange } from './exchange.ts';
import { SIGN_IN_PAGE } from './fault-answer.ts';
import {
  answerRefusal,
  type HubRequest,
  type RefusalStyle,
  type RouteRequest,
} from './hub-request.ts';
import type { HubState } from './hub-state.ts';
import { answerModelScope } from './modelscope-routes.ts';
import { answerPlain } from './plain-routes.ts';
import type { RateClass } from './rate-window.ts';
import { Refusal, refuseInput } from './refusal.ts';
import { answerRegistry } from './registry-routes.ts';
import {
  answerRaw,
  answerResolve,
  answerResolveCache,
  type FileAddress,
} from './resolve-routes.ts';
import { takeFault } from './take-fault.ts';

/** What an address asks for, known before anything is looked up. */
type Route =
  | { readonly kind: 'api' }
  | { readonly kind: 'page' }
  | ({ readonly kind: 'resolve' | 'raw' | 'resolve-cache' } & FileAddress);

const EXPOSED_HEADERS =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,' +
  'Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';

type Protocol = 'hub' | 'plain' | 'registry' | 'civitai' | 'modelscope';

const HUB_HEADERS = {
  'x-powered-by': 'huggingface-moon',
  'access-control-expose-headers': EXPOSED_HEADERS,
};

/** Answers one request at the first origin. */
export async function answerHub(exchange: Exchange, state: HubState): Promise<void> {
  const requestId = { 'x-request-id': createRequestId() };
  let style: RefusalStyle = exchange.url.pathname.startsWith('/api/') ? 'hub-json' : 'hub-text';
  let headers: Record<string, string> = { ...HUB_HEADERS, ...requestId };
  try {
    if (answerMode(exchange, state.mode, headers)) return;
    const segments = readSegments(exchange.url.pathname);
    const protocol = protocolOf(segments);
    if (protocol !== 'hub') {
      style = protocol === 'plain' ? 'text' : protocol;
      headers = requestId;
    }
    await ANSWER[protocol]({ exchange, state, segments, headers });
  } catch (error) {
    if (!(error instanceof Refusal) || exchange.response.headersSent) throw error;
    answerRefusal(exchange, error, { headers, style });
  }
}

const ANSWER = {
  hub: answerHuggingFace,
  plain: answerPlain,
  registry: answerRegistry,
  civitai: answerCivitai,
  modelscope: answerModelScope,
} as const satisfies Record<Protocol, (request: MutableRequest) => Promise<void>>;

/** Headers are added to while it is found out what is asked for. */
type MutableRequest = RouteRequest & { readonly headers: Record<string, string> };

/** The protocols share one origin, and their addresses do not overlap. */
function protocolOf([root, area, kind, id, ...rest]: readonly string[]): Protocol {
  if (root === 'plain') return 'plain';
  if (root === 'v2' || (root === 'token' && area === undefined)) return 'registry';
  if (root === 'models' && id === 'resolve') return 'modelscope';
  if (root !== 'api') return 'hub';
  if (area === 'download' && kind === 'models') return 'civitai';
  if (area !== 'v1') return 'hub';
  if (kind === 'model-versions') return 'civitai';
  if (kind !== 'models') return 'hub';
  return rest.length > 0 ? 'modelscope' : 'civitai';
}

async function answerHuggingFace(request: MutableRequest): Promise<void> {
  const { exchange, state, headers, segments } = request;
  const route = readRoute(segments);
  if (route.kind !== 'api' && route.kind !== 'page')
    exchange.record.file = `${route.id}/${route.path}`;
  countRequest(exchange, state, { rateClass: RATE_CLASS[route.kind], headers });
  const isContent = route.kind === 'raw' || route.kind === 'resolve-cache';
  const step = route.kind === 'resolve' ? 'redirect' : 'api';
  const fault = isContent ? null : await takeFault(request, step);
  if (fault === 'answered') return;
  const { authorization } = exchange.request.headers;
  const account = identify(authorization, Object.fromEntries(state.tokens));
  await answerRoute({ ...request, account, fault }, route);
}

/** @returns true when the mode has answered */
export function answerMode(
  exchange: Exchange,
  mode: HubState['mode'],
  headers: AnswerHeaders,
): boolean {
  if (mode === 'normal') return false;
  const isPortal = mode === 'captive-portal';
  answerWhole(exchange, isPortal ? 200 : 500, {
    headers: { ...(isPortal ? {} : headers), 'content-type': 'text/html; charset=utf-8' },
    body: isPortal ? SIGN_IN_PAGE : 'Internal error\n',
  });
  return true;
}

const RATE_CLASS: Readonly<Record<Route['kind'], RateClass>> = {
  api: 'api',
  page: 'pages',
  raw: 'resolvers',
  resolve: 'resolvers',
  'resolve-cache': 'resolvers',
};

function readRoute(segments: readonly string[]): Route {
  if (segments[0] === 'api' && segments[1] === 'resolve-cache') {
    const [, , , namespace, name, revision = '', ...path] = segments;
    return { kind: 'resolve-cache', id: `${namespace}/${name}`, revision, path: path.join('/') };
  }
  if (segments[0] === 'api') return { kind: 'api' };
  const [namespace, name, kind, revision, ...path] = segments;
  if ((kind !== 'resolve' && kind !== 'raw') || revision === undefined) return { kind: 'page' };
  return { kind, id: `${namespace}/${name}`, revision, path: path.join('/') };
}

function answerRoute(request: HubRequest, route: Route): Promise<void> {
  const { method } = request.exchange;
  const isPathsInfo = method === 'POST' && request.segments[4] === 'paths-info';
  if (method !== 'GET' && method !== 'HEAD' && !isPathsInfo)
    throw new Refusal(405, 'Method not allowed');
  switch (route.kind) {
    case 'api':
      return answerApi(request);
    case 'page':
      return answerPage(request);
    case 'raw':
      return answerRaw(request, route);
    case 'resolve':
      return answerResolve(request, route);
    case 'resolve-cache':
      return answerResolveCache(request, route);
  }
}

/** The page a person would read; only its being there matters. */
async function answerPage({ exchange, state, headers, segments }: HubRequest): Promise<void> {
  const lookup = state.store.find(segments.slice(0, 2).join('/'));
  if (lookup.kind === 'missing') throw new Refusal(404, 'There is no such page');
  const { id, gated } = lookup.repository.definition;
  const note = gated ? '<p>Accept the conditions to get the files.</p>' : '';
  answerWhole(exchange, 200, {
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html><head><title>${id}</title></head><body><h1>${id}</h1>${note}</body></html>\n`,
  });
}

function countRequest(
  { request }: Exchange,
  state: HubState,
  context: { readonly rateClass: RateClass; readonly headers: Record<string, string> },
): void {
  const client = request.headers.authorization ?? request.socket.remoteAddress ?? '';
  const count = state.rateWindow.take(context.rateClass, client);
  Object.assign(context.headers, count.headers);
  if (count.isExceeded) throw new Refusal(429, 'Too many requests in this window');
}

/** @throws Refusal 400 for a path that is not valid percent-encoding */
function readSegments(pathname: string): readonly string[] {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw refuseInput('The address is not valid');
  }
}
