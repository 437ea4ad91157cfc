/**
 * HTTP for questions and short answers: hub APIs and redirects. Bodies of model files go another way.
 * Redirects are never followed silently, errors carry codes, and nothing thrown holds a token.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import { failureOfStatus, translateNetworkError } from './http-errors.ts';
import {
  type ExchangeOptions,
  type HttpAnswer,
  type HttpRequest,
  transmit,
} from './http-exchange.ts';

export type { HttpAnswer, HttpRequest } from './http-exchange.ts';

export interface HttpClient {
  /**
   * One exchange. An aborted one throws the reason of its signal.
   * @throws AppError `NETWORK_OFFLINE`, `TLS_UNTRUSTED`, `RATE_LIMITED`, `SERVER_FAILED`,
   * `NETWORK_SIGN_IN`, `PROXY_SIGN_IN`, `ANSWER_UNREADABLE` (longer than 32 MB, or not HTTP)
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

export interface HttpClientOptions extends ExchangeOptions {
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** How long to wait before another attempt, counted from 0. Default: full jitter up to 0.5 s, 1 s. */
  readonly retryDelayMs?: (attempt: number) => number;
}

const MAX_REDIRECTS = 5;
/** A server that wants more time than this before an attempt gets no further one from here. */
const MAX_PATIENCE_MS = 2_000;

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
