import { chooseCivitaiFile, describeCivitaiModel, describeCivitaiVersion } from './civitai-json.ts';
import type { CivitaiModel, CivitaiVersion } from './civitai-models.ts';
import { answerWhole } from './exchange.ts';
import { answerJson, type RouteRequest } from './hub-request.ts';
import { pageOf } from './paging.ts';
import { Refusal } from './refusal.ts';
import { civitaiObject, signBucketObject } from './stored-objects.ts';
import { takeFault } from './take-fault.ts';

const MAXIMUM_PAGE = 100;
const LOGIN_PAGE =
  '<!doctype html><html><head><title>Sign in to Civitai</title></head>' +
  '<body><h1>Sign in</h1><p>You need to be logged in to download this.</p></body></html>\n';

/** `/api/v1/models`, `/api/v1/model-versions` and `/api/download/models`. */
export async function answerCivitai(request: RouteRequest): Promise<void> {
  const { method } = request.exchange;
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method not allowed');
  const [, area, kind, ...rest] = request.segments;
  if (area === 'download') return answerDownload(request, Number(rest[0]));
  if ((await takeFault(request, 'api')) === 'answered') return;
  if (kind === 'model-versions') return answerVersion(request, rest);
  const [id] = rest;
  return id === undefined ? answerSearch(request) : answerModel(request, Number(id));
}

async function answerSearch(request: RouteRequest): Promise<void> {
  const { state, exchange } = request;
  const query = exchange.url.searchParams;
  const found = state.civitai.all().filter((model) => isWanted(model, query));
  const page = pageOf(found, exchange.url, Math.min(state.pageSize, MAXIMUM_PAGE));
  const next = page.next && {
    nextCursor: page.next.searchParams.get('cursor'),
    nextPage: page.next.href,
  };
  const items = await Promise.all(
    page.items.map((model) => describeCivitaiModel(model, state.url)),
  );
  answerJson(request, { items, metadata: { pageSize: items.length, ...next } });
}

function isWanted({ name, type = 'Checkpoint', tags = [] }: CivitaiModel, query: URLSearchParams) {
  const words = query.get('query')?.toLowerCase() ?? '';
  const types = query.getAll('types');
  const tag = query.get('tag');
  return (
    name.toLowerCase().includes(words) &&
    (types.length === 0 || types.includes(type)) &&
    (tag === null || tags.includes(tag))
  );
}

async function answerModel(request: RouteRequest, id: number): Promise<void> {
  const model = request.state.civitai.findModel(id);
  if (!model) throw new Refusal(404, `No model with id ${id}`);
  answerJson(request, await describeCivitaiModel(model, request.state.url));
}

async function answerVersion(request: RouteRequest, [id, hash]: readonly string[]): Promise<void> {
  const { civitai, url } = request.state;
  const found =
    id === 'by-hash' ? await civitai.findByHash(hash ?? '') : civitai.findVersion(Number(id));
  if (!found) throw new Refusal(404, 'Model not found');
  answerJson(request, await describeCivitaiVersion(found, url));
}

async function answerDownload(request: RouteRequest, id: number): Promise<void> {
  const { exchange, state } = request;
  const found = state.civitai.findVersion(id);
  const query = exchange.url.searchParams;
  const file = found && chooseCivitaiFile(found.version, query);
  exchange.record.file = found && file ? civitaiObject(found, file).file : null;
  if ((await takeFault(request, 'redirect')) === 'answered') return;
  if (!found || !file) throw new Refusal(404, 'File not found');
  refuseUnavailable(found.version, state.now());
  if (found.version.needsToken && !showsAccount(request)) return answerSignIn(request);
  const location = signBucketObject(state, civitaiObject(found, file));
  answerWhole(exchange, 307, {
    headers: { ...request.headers, 'cache-control': 'no-store', location },
    body: '',
  });
}

/** @throws Refusal 410 archived, 403 early access */
function refuseUnavailable({ archived, earlyAccessUntil }: CivitaiVersion, now: number): void {
  if (archived) throw new Refusal(410, 'Model archived, not available for download');
  if (earlyAccessUntil === undefined || now >= Date.parse(earlyAccessUntil)) return;
  throw new Refusal(403, 'Early Access', {
    details: {
      deadline: earlyAccessUntil,
      message: 'This asset is in Early Access. You can use Buzz access it now!',
    },
  });
}

function showsAccount({ exchange, state }: RouteRequest): boolean {
  const { authorization = '' } = exchange.request.headers;
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  return state.tokens.has(bearer ?? exchange.url.searchParams.get('token') ?? '');
}

/** Who looks like a browser is shown a page, with a status that says nothing is wrong. */
function answerSignIn({ exchange, headers }: RouteRequest): void {
  const isBrowser = /\bMozilla\b/.test(exchange.request.headers['user-agent'] ?? '');
  if (!isBrowser) {
    throw new Refusal(401, 'Unauthorized', {
      details: { message: 'The creator of this asset requires you to be logged in to download it' },
    });
  }
  answerWhole(exchange, 200, {
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
    body: LOGIN_PAGE,
  });
}
