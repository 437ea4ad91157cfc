import { deliver } from './deliver.ts';
import { answerWhole } from './exchange.ts';
import { pointerTo } from './file-facts.ts';
import { hubSurroundings, type RouteRequest } from './hub-request.ts';
import type { StoredPlainFile } from './plain-files.ts';
import { Refusal } from './refusal.ts';
import { plainObject, signBucketObject } from './stored-objects.ts';
import { takeFault } from './take-fault.ts';

/** `/plain/{path}`: a web server that knows nothing of models. */
export async function answerPlain(request: RouteRequest): Promise<void> {
  const { exchange, state } = request;
  const path = request.segments.slice(1).join('/');
  exchange.record.file = path;
  const { method } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method Not Allowed');
  const file = state.plain.find(path);
  if (!file) throw new Refusal(404, 'Not Found');
  const refusal = file.headRefused ?? state.headRefused;
  if (method === 'HEAD' && refusal !== null) {
    throw new Refusal(refusal, refusal === 405 ? 'Method Not Allowed' : 'Forbidden');
  }
  if (file.redirectTo === undefined) return deliverPlain(request, path, file);
  if ((await takeFault(request, 'redirect')) === 'answered') return;
  answerRedirect(request, path, file);
}

function deliverPlain(request: RouteRequest, path: string, file: StoredPlainFile): Promise<void> {
  const { exchange, state } = request;
  const { content, etag, lastModified, acceptRanges = true, contentDisposition } = file;
  const headers = {
    ...request.headers,
    'content-type': file.contentType ?? 'application/octet-stream',
    ...(contentDisposition === undefined ? {} : { 'content-disposition': contentDisposition }),
  };
  const surroundings = hubSurroundings(state, headers, () => pointerTo(content));
  const facts = { content, etag, lastModified, acceptRanges, file: path, mayCompress: false };
  return deliver(exchange, { ...surroundings, ...facts }, state);
}

function answerRedirect(request: RouteRequest, path: string, file: StoredPlainFile): void {
  const { exchange, state } = request;
  const { redirectTo = '' } = file;
  const location =
    redirectTo === 'cdn' ? signBucketObject(state, plainObject(path, file)) : redirectTo;
  answerWhole(exchange, file.redirectStatus ?? 302, {
    headers: { ...request.headers, 'content-type': 'text/plain; charset=utf-8', location },
    body: 'It is elsewhere.\n',
  });
}
