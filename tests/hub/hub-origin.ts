import { identify } from './access.ts';
import { answerApi } from './api-routes.ts';
import { type AnswerHeaders, answerWhole, createRequestId, type Exchange } from './exchange.ts';
import { answerWithFault, SIGN_IN_PAGE } from './fault-answer.ts';
import type { FaultOccasion, FaultPlan } from './fault-plan.ts';
import { answerRefusal, type HubRequest, hubSurroundings } from './hub-request.ts';
import type { HubState } from './hub-state.ts';
import type { RateClass } from './rate-window.ts';
import { Refusal, refuseInput } from './refusal.ts';
import {
  answerRaw,
  answerResolve,
  answerResolveCache,
  type FileAddress,
} from './resolve-routes.ts';

/** What an address asks for, known before anything is looked up. */
type Route =
  | { readonly kind: 'api' }
  | { readonly kind: 'page' }
  | ({ readonly kind: 'resolve' | 'raw' | 'resolve-cache' } & FileAddress);

const EXPOSED_HEADERS =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,' +
  'Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';

/** Answers one request at the first origin. */
export async function answerHub(exchange: Exchange, state: HubState): Promise<void> {
  const headers: Record<string, string> = {
    'x-powered-by': 'huggingface-moon',
    'x-request-id': createRequestId(),
    'access-control-expose-headers': EXPOSED_HEADERS,
  };
  const isApi = exchange.url.pathname.startsWith('/api/');
  try {
    if (answerMode(exchange, state.mode, headers)) return;
    const segments = readSegments(exchange.url.pathname);
    const route = readRoute(segments);
    if (route.kind !== 'api' && route.kind !== 'page')
      exchange.record.file = `${route.id}/${route.path}`;
    countRequest(exchange, state, { rateClass: RATE_CLASS[route.kind], headers });
    const fault = await takeFault(exchange, state, { route, headers });
    if (fault === 'answered') return;
    const account = identify(
      exchange.request.headers.authorization,
      Object.fromEntries(state.tokens),
    );
    await answerRoute({ exchange, state, account, segments, headers, fault }, route);
  } catch (error) {
    if (!(error instanceof Refusal) || exchange.response.headersSent) throw error;
    answerRefusal(exchange, error, { headers, isApi });
  }
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

/** Content is harmed while it is delivered; here only what comes before. */
async function takeFault(
  exchange: Exchange,
  state: HubState,
  context: { readonly route: Route; readonly headers: AnswerHeaders },
): Promise<FaultPlan | null | 'answered'> {
  const { kind } = context.route;
  if (kind === 'raw' || kind === 'resolve-cache') return null;
  const fault = state.faults.next(occasionOf(exchange, kind === 'resolve' ? 'redirect' : 'api'));
  if (fault === null) return null;
  const whole = { ...fault, beforeHeaders: true };
  const isOver = await answerWithFault(exchange, whole, hubSurroundings(state, context.headers));
  return isOver ? 'answered' : fault;
}

function occasionOf({ record, method }: Exchange, step: 'api' | 'redirect'): FaultOccasion {
  const { origin, path, file } = record;
  return { origin, path, file, method, step, hasRange: false, span: null, fileBytesSent: () => 0 };
}

/** @throws Refusal 400 for a path that is not valid percent-encoding */
function readSegments(pathname: string): readonly string[] {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw refuseInput('The address is not valid');
  }
}
