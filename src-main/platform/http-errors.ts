/** Turns what the network does, and what a status says, into coded errors, where they are born. */
import { AppError } from '../../src-shared/errors/app-error.ts';
import { redact } from './redact.ts';
import { issuerOf } from './tls-issuer.ts';

/** Lower-case names; repeated headers are joined with a comma. */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

const UNREACHABLE = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_READING_RESPONSE_STREAM',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

const UNTRUSTED =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO)/;

const UNKNOWN_ISSUER = 'its issuer is not known to this system';

const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; is the clock right?',
  CERT_REVOKED: 'it was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  EPROTO: 'no secure connection could be agreed on',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it belongs to another host',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
};

/**
 * @returns an AppError `NETWORK_OFFLINE`, `TLS_UNTRUSTED` or `ANSWER_UNREADABLE`; other errors as a
 * plain copy, because the originals of the HTTP library carry the request and so its token
 */
export function translateNetworkError(error: unknown, url: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { host } = new URL(url);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = plainCopy(error, code);
  if (UNREACHABLE.has(code)) return new AppError('NETWORK_OFFLINE', { host }, { cause });
  if (code.startsWith('HPE_')) return new AppError('ANSWER_UNREADABLE', { host }, { cause });
  if (!UNTRUSTED.test(code)) return cause;
  return new AppError('TLS_UNTRUSTED', { host, reason: reasonOf(error, code) }, { cause });
}

function reasonOf(error: Error, code: string): string {
  const reason = REASONS[code] ?? code.replace(/^ERR_/, '').replaceAll('_', ' ').toLowerCase();
  const issuer = issuerOf(error);
  if (reason !== UNKNOWN_ISSUER || !issuer) return reason;
  return `its issuer, “${issuer}”, is not known to this system`;
}

function plainCopy(error: Error, code: string): Error {
  const copy = new Error(redact(error.message));
  copy.name = error.name;
  return code === '' ? copy : Object.assign(copy, { code });
}

interface Answered {
  readonly url: string;
  readonly status: number;
  readonly headers: HttpHeaders;
}

/** The failure that a status alone proves, or `null`: 4xx but 407, 408 and 429 mean what the server says. */
export function failureOfStatus(answer: Answered, now: number): AppError | null {
  const { status, headers } = answer;
  const { host } = new URL(answer.url);
  const retryAfterMs = parseRetryAfter(headers, now);
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) return new AppError('RATE_LIMITED', { host }, options);
  if (status === 407) return new AppError('PROXY_SIGN_IN', { host });
  if (status === 511) return new AppError('NETWORK_SIGN_IN', { host });
  if (status === 408 || status >= 500) {
    return new AppError('SERVER_FAILED', { host, status }, options);
  }
  return null;
}

const LONGEST_WAIT_MS = 60 * 60 * 1000;

/**
 * How long the server wants to be left alone: `Retry-After` in seconds or as a date, or the reset of
 * a used-up `RateLimit` window, whichever is later; at most an hour.
 * @see RFC 9110 §10.2.3; https://huggingface.co/docs/hub/rate-limits
 */
export function parseRetryAfter(headers: HttpHeaders, now: number): number | undefined {
  const waits = [retryAfterMs(headers['retry-after'], now), rateLimitMs(headers.ratelimit)];
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(Math.max(...known), LONGEST_WAIT_MS);
}

function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `"api";r=0;t=55`: no requests left for 55 s. One second more, as windows end on whole seconds. */
function rateLimitMs(value: string | undefined): number | undefined {
  const waits = (value ?? '').split(',').flatMap((window) => {
    const left = /;\s*r=(\d+)/.exec(window)?.[1];
    const seconds = /;\s*t=(\d+)/.exec(window)?.[1];
    return left !== undefined && Number(left) === 0 && seconds ? [Number(seconds) + 1] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits) * 1000;
}
