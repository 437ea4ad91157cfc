/**
 * HTTP for questions and short answers: hub APIs and redirects. Bodies of model files go another way.
 * Redirects are never followed silently, errors carry codes, and nothing thrown holds a token.
 */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import got, { type Agents } from 'got';
import type { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import { failureOfStatus, type HttpHeaders, translateNetworkError } from './http-errors.ts';

export { parseRetryAfter, translateNetworkError } from './http-errors.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Further attempts after a network error or a 5xx. Default 0. */
  readonly retries?: 0 | 1 | 2;
  /** The connection is closed once the headers are here, however long the body. */
  readonly headersOnly?: boolean;
}

export interface HttpAnswer {
  readonly url: string;
  /** 2xx, 3xx or 4xx; others are thrown. */
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Absolute target of a redirect. */
  readonly location?: string;
  /** Decoded as UTF-8. */
  readonly body: string;
}

export interface HttpClient {
  /**
   * One exchange. An aborted one throws the reason of its signal.
   * @throws AppError `NETWORK_OFFLINE`, `TLS_UNTRUSTED`, `RATE_LIMITED`, `SERVER_FAILED`,
   * `NETWORK_SIGN_IN`, `ANSWER_UNREADABLE` (longer than 32 MB, or not HTTP)
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Follows redirects as long as they stay at one origin, at most five; the answer may then be a
   * redirect to elsewhere.
   */
  follow(request: HttpRequest): Promise<FollowedAnswer>;
}

export interface FollowedAnswer extends HttpAnswer {
  /** The redirects that led to it, first to last. */
  readonly way: readonly HttpAnswer[];
}

export interface HttpClientOptions {
  readonly userAgent: string;
  /** Agents for a URL, when a proxy is in the way. */
  readonly agentsFor?: (url: string) => Agents | undefined;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** How long to wait before another attempt, counted from 0. Default: full jitter up to 0.5 s, 1 s. */
  readonly retryDelayMs?: (attempt: number) => number;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_REDIRECTS = 5;
/** A server that wants more time than this before an attempt gets no further one from here. */
const MAX_PATIENCE_MS = 2_000;
const TIMEOUTS_MS = {
  lookup: 10_000,
  connect: 10_000,
  secureConnect: 15_000,
  response: 20_000,
  socket: 20_000,
} as const;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const retryDelayMs = options.retryDelayMs ?? ((attempt) => Math.random() * 500 * 2 ** attempt);
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await exchange(request, options);
      } catch (error) {
        if (attempt >= (request.retries ?? 0) || !isTransient(error)) throw error;
        await pause(retryDelayMs(attempt), undefined, { signal: request.signal }).catch(() =>
          request.signal?.throwIfAborted(),
        );
      }
    }
  };
  return { send, follow: (request) => follow(request, send) };
}

async function exchange(request: HttpRequest, options: HttpClientOptions): Promise<HttpAnswer> {
  request.signal?.throwIfAborted();
  try {
    const answer = await transmit(request, options);
    const failure = failureOfStatus(answer, (options.now ?? Date.now)());
    if (failure) throw failure;
    return answer;
  } catch (error) {
    request.signal?.throwIfAborted();
    throw translateNetworkError(error, request.url);
  }
}

async function transmit(request: HttpRequest, options: HttpClientOptions): Promise<HttpAnswer> {
  const { url, method = 'GET', headers, signal, headersOnly = false } = request;
  const agent = options.agentsFor?.(url);
  const stream = got.stream(url, {
    method,
    headers: { 'user-agent': options.userAgent, ...headers },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: TIMEOUTS_MS,
    ...(signal && { signal }),
    ...(agent && { agent }),
  });
  try {
    const [response] = (await once(stream, 'response')) as [IncomingMessage];
    const location = redirectTarget(response, url);
    return {
      url,
      status: response.statusCode ?? 0,
      headers: flatten(response.headers),
      ...(location !== undefined && { location }),
      body: headersOnly ? '' : await readText(stream, url),
    };
  } finally {
    // Closing early is reported as an error by some streams, and would end the process unheard.
    stream.on('error', () => {}).destroy();
  }
}

async function readText(stream: AsyncIterable<unknown>, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > MAX_BODY_BYTES) {
      throw new AppError('ANSWER_UNREADABLE', { host: new URL(url).host });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function redirectTarget({ statusCode = 0, headers }: IncomingMessage, url: string) {
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode);
  if (!isRedirect || headers.location === undefined) return undefined;
  return URL.canParse(headers.location, url) ? new URL(headers.location, url).href : undefined;
}

async function follow(request: HttpRequest, send: HttpClient['send']): Promise<FollowedAnswer> {
  const way: HttpAnswer[] = [];
  let { url } = request;
  while (way.length <= MAX_REDIRECTS) {
    const answer = await send({ ...request, url });
    const { location } = answer;
    if (location === undefined || new URL(location).origin !== new URL(url).origin) {
      return { ...answer, way };
    }
    way.push(answer);
    url = location;
  }
  throw new AppError('ANSWER_UNREADABLE', { host: new URL(url).host });
}

function flatten(headers: IncomingHttpHeaders): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  if ((error.retryAfterMs ?? 0) > MAX_PATIENCE_MS) return false;
  return error.code === 'NETWORK_OFFLINE' || error.code === 'SERVER_FAILED';
}

/**
 * The answer as a schema reads it.
 * @throws AppError `NETWORK_SIGN_IN` for a web page, `ANSWER_UNREADABLE` for anything else unexpected
 */
export function readJson<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
  const { host } = new URL(answer.url);
  if (isWebPage(answer)) throw new AppError('NETWORK_SIGN_IN', { host });
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch (cause) {
    throw new AppError('ANSWER_UNREADABLE', { host }, { cause });
  }
}

export function isWebPage(answer: Pick<HttpAnswer, 'headers'>): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(answer.headers['content-type'] ?? '');
}
