import { answerWhole, beginAnswer } from './exchange.ts';
import { answerJson, type RouteRequest } from './hub-request.ts';
import { Refusal } from './refusal.ts';
import { TOKEN_TTL_SECONDS } from './registry-tokens.ts';
import { ollamaObject, signBucketObject } from './stored-objects.ts';
import { takeFault } from './take-fault.ts';

const SERVICE = 'larder-registry';

/** `/v2/…` as registry.ollama.ai answers it, and `/token` for what lies below `private/`. */
export async function answerRegistry(request: RouteRequest): Promise<void> {
  const [root, namespace, model, part, reference, ...rest] = request.segments;
  if (root === 'token') return answerToken(request);
  if (namespace === undefined) return answerJson(request, {});
  if (reference === undefined || rest.length > 0) throw notServed();
  const name = `${namespace}/${model}`;
  if (part === 'manifests') return answerManifest(request, name, reference);
  if (part === 'blobs') return answerBlob(request, name, reference);
  throw notServed();
}

const notServed = (): Refusal => new Refusal(404, '404 page not found', { code: 'NAME_UNKNOWN' });

/** Bytes as they were stored, under a type that is not theirs. */
async function answerManifest(
  request: RouteRequest,
  name: string,
  reference: string,
): Promise<void> {
  if (request.exchange.method !== 'GET')
    throw new Refusal(405, 'method not allowed', { code: 'UNSUPPORTED' });
  if ((await takeFault(request, 'api')) === 'answered') return;
  requireToken(request, name);
  const manifest = await request.state.ollama.findManifest(name, reference);
  if (!manifest) throw new Refusal(404, 'manifest unknown', { code: 'MANIFEST_UNKNOWN' });
  answerWhole(request.exchange, 200, {
    headers: {
      ...request.headers,
      'content-type': 'text/plain; charset=utf-8',
      'docker-content-digest': manifest.digest,
    },
    body: manifest.bytes,
  });
}

/** HEAD tells the size; GET leads to the bucket, whose addresses are signed for GET alone. */
async function answerBlob(request: RouteRequest, name: string, digest: string): Promise<void> {
  const { exchange, state } = request;
  const file = `${name}/${digest}`;
  exchange.record.file = file;
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD')
    throw new Refusal(405, 'method not allowed', { code: 'UNSUPPORTED' });
  if ((await takeFault(request, 'redirect')) === 'answered') return;
  requireToken(request, name);
  const content = await state.ollama.findBlob(name, digest);
  if (!content) throw new Refusal(404, 'blob unknown to registry', { code: 'BLOB_UNKNOWN' });
  const headers = { ...request.headers, 'docker-content-digest': digest };
  if (exchange.method === 'HEAD') {
    beginAnswer(exchange, 200, { ...headers, 'content-length': content.sizeBytes });
    exchange.response.end();
    return;
  }
  const location = signBucketObject(state, ollamaObject(name, digest, content));
  answerWhole(exchange, 307, { headers: { ...headers, location }, body: '' });
}

const scopeOf = (name: string): string => `repository:${name}:pull`;

/** @throws Refusal 401 that says where a token is to be had */
function requireToken({ exchange, state }: RouteRequest, name: string): void {
  if (!name.startsWith('private/')) return;
  const { authorization = '' } = exchange.request.headers;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (state.registryTokens.holds(token, scopeOf(name))) return;
  const challenge = `realm="${state.url}/token",service="${SERVICE}",scope="${scopeOf(name)}"`;
  throw new Refusal(401, 'authentication required', {
    code: 'UNAUTHORIZED',
    headers: { 'www-authenticate': `Bearer ${challenge}` },
  });
}

async function answerToken(request: RouteRequest): Promise<void> {
  const { exchange, state } = request;
  if ((await takeFault(request, 'api')) === 'answered') return;
  const scope = exchange.url.searchParams.get('scope') ?? '';
  const name = /^repository:(.+):pull$/.exec(scope)?.[1];
  if (exchange.url.searchParams.get('service') !== SERVICE || name === undefined)
    throw new Refusal(400, 'service or scope is not known here', { code: 'DENIED' });
  if (state.ollama.needsAccount(name) && !showsAccount(request))
    throw new Refusal(401, 'authentication required', { code: 'UNAUTHORIZED' });
  const token = state.registryTokens.issue(scope);
  answerJson(request, { token, access_token: token, expires_in: TOKEN_TTL_SECONDS });
}

/** A token of the hub, as Bearer or as the password of Basic. */
function showsAccount({ exchange, state }: RouteRequest): boolean {
  const [, kind = '', value = ''] =
    /^(Basic|Bearer)\s+(\S+)$/i.exec(exchange.request.headers.authorization ?? '') ?? [];
  if (kind.toLowerCase() === 'bearer') return state.tokens.has(value);
  const pair = Buffer.from(value, 'base64').toString();
  return state.tokens.has(pair.slice(pair.indexOf(':') + 1));
}
