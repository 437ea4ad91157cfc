/**
 * From the address of a file to where its bytes lie, over redirects that only some servers may make.
 * What all sources ask for is one byte: HEAD is refused by some and answered wrongly by others, and
 * links of storage hosts are signed for GET alone. @see RFC 9110 §14
 */
import { AppError } from '../../src-shared/errors.ts';
import type { FileLocation } from '../engines/ports.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../platform/http.ts';
import { refuseUnsafeHop } from '../platform/redirects.ts';
import { linkExpiry } from './link-expiry.ts';

const MAX_HOPS = 5;

export interface Walked {
  readonly answer: HttpAnswer;
  /** The redirects that led to it, first to last. */
  readonly way: readonly HttpAnswer[];
}

type Ask = Pick<HttpRequest, 'url' | 'headers' | 'signal'>;

/** For the first byte of a file, without the rest of it. */
export const oneByte = ({ url, headers, signal }: Ask): HttpRequest => ({
  url,
  headers: { ...headers, 'accept-encoding': 'identity', range: 'bytes=0-0' },
  signal,
  headersOnly: true,
});

/**
 * Asks for one byte and follows redirects to the server that has it. Headers that were given go to the
 * first host alone.
 * @throws AppError `REDIRECT_REFUSED`, `ANSWER_UNREADABLE` after five redirects
 */
export async function walk(http: HttpClient, ask: Ask): Promise<Walked> {
  const way: HttpAnswer[] = [];
  const start = new URL(ask.url);
  let url = ask.url;
  let headers = ask.headers;
  while (way.length <= MAX_HOPS) {
    const answer = await http.send(oneByte({ ...ask, url, headers: headers ?? {} }));
    if (answer.location === undefined) return { answer, way };
    refuseUnsafeHop(url, answer.location);
    way.push(answer);
    url = answer.location;
    if (new URL(url).origin !== start.origin) headers = {};
  }
  throw new AppError('ANSWER_UNREADABLE', { host: start.host });
}

/**
 * Asks for one byte and follows redirects within the host, so that the last may lead to another.
 * @throws AppError `REDIRECT_REFUSED`, `ANSWER_UNREADABLE`
 */
export async function askWhere(http: HttpClient, ask: Ask): Promise<HttpAnswer> {
  const answer = await http.follow(oneByte(ask));
  if (answer.location !== undefined) refuseUnsafeHop(answer.url, answer.location);
  else if (answer.status >= 300 && answer.status < 400) {
    throw new AppError('ANSWER_UNREADABLE', { host: new URL(answer.url).host });
  }
  return answer;
}

/** Where to fetch from, given the answer of the hub. */
export function toLocation(
  { url, location }: Pick<HttpAnswer, 'url' | 'location'>,
  headers: Readonly<Record<string, string>>,
): FileLocation {
  if (location === undefined) return { url, headers, redirected: false };
  const expiresAt = linkExpiry(location);
  return {
    url: location,
    headers: {},
    redirected: true,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Size of the file by the answer to a request for its first byte; `undefined` when it does not tell. */
export function sizeIn({ status, headers }: HttpAnswer): number | undefined {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return undefined;
  }
  const range = headers['content-range'];
  if (range !== undefined) return toNumber(/^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(range)?.[1]);
  return status === 200 ? toNumber(headers['content-length']) : undefined;
}

const toNumber = (text: string | undefined) =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
