import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failureOfStatus,
  parseRetryAfter,
  translateNetworkError,
} from '../../../src-main/platform/http-errors.ts';

const now = Date.parse('2025-01-06T09:00:00.000Z');
const url = 'https://hub.example/api?token=secret';

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date', { 'retry-after': 'Mon, 06 Jan 2025 09:00:07 GMT' }, 7_000],
    ['a date in the old long form', { 'retry-after': 'Monday, 06-Jan-25 09:00:07 GMT' }, 7_000],
    ['a date that has passed', { 'retry-after': 'Mon, 06 Jan 2025 08:00:00 GMT' }, 0],
    ['a used-up window', { ratelimit: '"api";r=0;t=55' }, 56_000],
    ['a window among others', { ratelimit: '"pages";r=3;t=200, "api"; r=0; t=10' }, 11_000],
    ['the later of both', { 'retry-after': '20', ratelimit: '"api";r=0;t=5' }, 20_000],
    ['at most an hour', { 'retry-after': '99999999' }, 3_600_000],
  ])('reads %s', (_, headers, expected) => {
    expect(parseRetryAfter(headers, now)).toBe(expected);
  });

  it.each([
    {},
    { 'retry-after': '' },
    { 'retry-after': 'soon' },
    { 'retry-after': '-5' },
    { 'retry-after': '1.5e3' },
    { ratelimit: '"api";r=4;t=55' },
    { ratelimit: 'nonsense' },
  ])('reads nothing from %j', (headers) => {
    expect(parseRetryAfter(headers, now)).toBeUndefined();
  });

  it('stays between nothing and an hour whatever the headers say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (retryAfter, ratelimit) => {
        const wait = parseRetryAfter({ 'retry-after': retryAfter, ratelimit }, now) ?? 0;
        expect(wait >= 0 && wait <= 3_600_000).toBe(true);
      }),
    );
  });
});

describe('failureOfStatus', () => {
  it.each([
    [429, 'RATE_LIMITED'],
    [500, 'SERVER_FAILED'],
    [503, 'SERVER_FAILED'],
    [524, 'SERVER_FAILED'],
    [408, 'SERVER_FAILED'],
    [511, 'NETWORK_SIGN_IN'],
    [407, 'PROXY_SIGN_IN'],
  ])('%d is %s', (status, code) => {
    expect(failureOfStatus({ url, status, headers: {} }, now)).toMatchObject({
      code,
      params: { host: 'hub.example' },
    });
  });

  it.each([200, 206, 304, 307, 400, 401, 403, 404, 416])('%d may mean many things', (status) => {
    expect(failureOfStatus({ url, status, headers: {} }, now)).toBeNull();
  });

  it('says how long to wait', () => {
    const headers = { 'retry-after': '7' };
    expect(failureOfStatus({ url, status: 429, headers }, now)?.retryAfterMs).toBe(7_000);
    expect(failureOfStatus({ url, status: 503, headers }, now)?.retryAfterMs).toBe(7_000);
    expect(failureOfStatus({ url, status: 503, headers: {} }, now)?.retryAfterMs).toBeUndefined();
  });
});

describe('translateNetworkError', () => {
  const withCode = (code: string) => Object.assign(new Error(`failed at ${url}`), { code });

  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'ENETUNREACH',
    'EPIPE',
  ])('%s means that the host cannot be reached', (code) => {
    expect(translateNetworkError(withCode(code), url)).toMatchObject({
      code: 'NETWORK_OFFLINE',
      params: { host: 'hub.example' },
      cause: { code },
    });
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'it has expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is self-signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its issuer is not known to this system'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its issuer is not known to this system'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'it belongs to another host'],
    ['CERT_UNTRUSTED', 'cert untrusted'],
  ])('%s means that the host cannot be trusted', (code, reason) => {
    expect(translateNetworkError(withCode(code), url)).toMatchObject({
      code: 'TLS_UNTRUSTED',
      params: { host: 'hub.example', reason },
    });
  });

  it('takes what is not HTTP for an answer nobody understands', () => {
    expect(translateNetworkError(withCode('HPE_INVALID_CONSTANT'), url)).toMatchObject({
      code: 'ANSWER_UNREADABLE',
    });
  });

  it('keeps other errors, without secrets and without what hung on them', () => {
    const original = Object.assign(withCode('ERR_ODD'), {
      options: { headers: { authorization: 'x' } },
    });
    const translated = translateNetworkError(original, url);
    expect(translated).toMatchObject({
      code: 'ERR_ODD',
      message: 'failed at https://hub.example/api?[hidden]',
    });
    expect(translated).not.toHaveProperty('options');
  });

  it('leaves what is no error alone', () => {
    expect(translateNetworkError('text', url)).toBe('text');
  });
});
