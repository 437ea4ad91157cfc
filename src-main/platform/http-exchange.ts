/** One exchange as it goes over the wire: nothing is followed, tried again or judged here. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import got from 'got';
import { AppError } from '../../src-shared/errors.ts';
import type { AgentsFor } from './agents.ts';
import { flattenHeaders } from './headers.ts';
import type { HttpHeaders } from './http-errors.ts';

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

export interface ExchangeOptions {
  readonly userAgent: string;
  /** Proxies and trust. Default: directly, with the issuers Node brings. */
  readonly agentsFor?: AgentsFor;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const TIMEOUTS_MS = {
  lookup: 10_000,
  connect: 10_000,
  secureConnect: 15_000,
  response: 20_000,
  socket: 20_000,
} as const;

/** @throws AppError `ANSWER_UNREADABLE` when it is too long; errors of got, which hold the request */
export async function transmit(
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  const { url, method = 'GET', headers, signal, headersOnly = false } = request;
  const agent = await options.agentsFor?.(url);
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
      headers: flattenHeaders(response.headers),
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
