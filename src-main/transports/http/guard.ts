/**
 * Who may call the local API. A web page could point a name of its own at 127.0.0.1 (DNS rebinding) or
 * simply send requests there, so the `Host` must be ours, a foreign `Origin` is refused, and the
 * token is wanted for all but the operations that say otherwise.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../../src-shared/errors.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const SUB_PROTOCOL_PREFIX = 'larder.';

/**
 * @param port the API listens on
 * @throws AppError `ORIGIN_REFUSED`
 */
export function checkCaller({ host, origin }: IncomingHttpHeaders, port: number): void {
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  const isOurHost = host !== undefined && hosts.includes(host.toLowerCase());
  const isOurOrigin = origin === undefined || hosts.some((ours) => origin === `http://${ours}`);
  if (!isOurHost || !isOurOrigin) throw new AppError('ORIGIN_REFUSED', {});
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** The sub-protocol `larder.TOKEN`, for WebSocket clients that cannot set headers. */
export function tokenProtocol(protocols: Iterable<string>): string | undefined {
  return [...protocols].find((protocol) => protocol.startsWith(SUB_PROTOCOL_PREFIX));
}

export function protocolToken(headers: IncomingHttpHeaders): string | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',').map((part) => part.trim());
  return tokenProtocol(offered ?? [])?.slice(SUB_PROTOCOL_PREFIX.length);
}

/**
 * Compares in constant time.
 * @throws AppError `UNAUTHORIZED`
 */
export function checkToken(given: string | undefined, expected: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const matches = timingSafeEqual(digest(given ?? ''), digest(expected));
  if (given === undefined || !matches) throw new AppError('UNAUTHORIZED', {});
}
