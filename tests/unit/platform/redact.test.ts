import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLine } from '../../../src-main/platform/log.ts';
import { isSecretName, redact } from '../../../src-main/platform/redact.ts';

describe('redact', () => {
  it.each([
    ['token hf_abcDEF123 given', 'token hf_[hidden] given'],
    ['Authorization: Bearer abc def', 'Authorization: [hidden]'],
    ['{"authorization":"Bearer abc"}', '{"authorization":[hidden]'],
    ['sent Bearer abc.def to it', 'sent Bearer [hidden] to it'],
    [
      'GET https://cdn.example/a/b?Expires=1&Signature=xyz failed',
      'GET https://cdn.example/a/b?[hidden] failed',
    ],
    ['GET /api/resolve-cache/x?etag=%22a%22', 'GET /api/resolve-cache/x?[hidden]'],
    ['http://user:pass@proxy.example:8080/', 'http://[hidden]@proxy.example:8080/'],
    ['Signature=abc', 'Signature=[hidden]'],
    ['X-Amz-Credential=AKIA/2025, x', 'X-Amz-Credential=[hidden], x'],
    ['access_token: s3cret', 'access_token: [hidden]'],
    ['Is it there? Yes, a=b', 'Is it there? Yes, a=b'],
    ['“org/name” does not exist', '“org/name” does not exist'],
    ['at load (file:///app/main.js:10:5)', 'at load (file:///app/main.js:10:5)'],
  ])('writes %s as %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('shortens the home folder, and only that', () => {
    expect(redact('/home/ann/models and /home/anna', '/home/ann')).toBe('~/models and /home/anna');
    expect(redact('C:\\Users\\Ann\\x, c:/users/ann', 'C:\\Users\\Ann')).toBe('~\\x, ~');
    expect(redact('/x', '/')).toBe('/x');
  });

  it('knows the names of secret fields', () => {
    for (const name of [
      'Authorization',
      'proxy-authorization',
      'hubToken',
      'X-Amz-Signature',
      'cookie',
      'api_key',
    ]) {
      expect(isSecretName(name)).toBe(true);
    }
    for (const name of ['path', 'modelId', 'code', 'author'])
      expect(isSecretName(name)).toBe(false);
  });
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const secret = fc
  .string({ unit: fc.constantFrom(...LETTERS), minLength: 12, maxLength: 40 })
  .map((text) => `Zq9${text}`);
/** Anything that may stand around a secret without becoming part of it. */
const prose = fc.string({ unit: fc.constantFrom(...'abc \n"<>(),;é模'), maxLength: 20 });
const queryName = fc.constantFrom(
  'Signature',
  'Policy',
  'token',
  'X-Amz-Signature',
  'Expires',
  'q',
  'id',
  'sig',
);

const carriers: ((secret: string, name: string) => string)[] = [
  (value) => `hf_${value}`,
  (value) => `Bearer ${value}`,
  (value) => `bearer ${value}.${value}`,
  (value) => `Authorization: ${value} ${value}`,
  (value) => `{"Authorization":"Token ${value}"}`,
  (value, name) => `https://cdn.example/a/b.gguf?x=1&${name}=${value}`,
  (value, name) => `https://cdn.example/a%20b?${name}=${encodeURIComponent(`${value}'"+/=`)}`,
  (value, name) => `/api/resolve-cache/models/a?${name}=${value}&y=2#${value}`,
  (value, name) => `https://cdn.example/a?${name}=x'${value}`,
  (value) => `https://${value}:${value}@proxy.example:3128`,
  (value) => `X-Amz-Signature=${value}`,
  (value) => `Signature="${value}"`,
  (value) => `token=${value}`,
];

const carried = fc
  .tuple(secret, queryName, fc.constantFrom(...carriers), prose, prose)
  .map(([value, name, carry, before, after]) => ({
    value,
    text: `${before} ${carry(value, name)} ${after}`,
  }));

describe('no secret survives', () => {
  it('in text', () => {
    fc.assert(
      fc.property(carried, ({ value, text }) => {
        expect(redact(text)).not.toContain(value);
      }),
      { numRuns: 3000 },
    );
  });

  it('in a line of the log, wherever it is: message, field, name, list, error or cause', () => {
    const places: ((text: string) => Record<string, unknown>)[] = [
      (text) => ({ url: text }),
      (text) => ({ deep: { deeper: [{ text }] } }),
      (text) => ({ [text]: 1 }),
      (text) => ({ error: new Error('failed', { cause: new Error(text) }) }),
      (text) => ({ error: Object.assign(new Error(text), { code: 'E' }) }),
    ];
    fc.assert(
      fc.property(carried, fc.constantFrom(...places), ({ value, text }, place) => {
        const line = formatLine({ at: 0, level: 'info', message: text, facts: place(text) });
        expect(line).not.toContain(value);
        expect(JSON.parse(line)).toMatchObject({ level: 'info' });
      }),
      { numRuns: 2000 },
    );
  });

  it('in a field that is named like one, whatever its value', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom('authorization', 'hfToken', 'Signature', 'cookie'),
        (value, name) => {
          const facts = { headers: { [name]: value } };
          expect(formatLine({ at: 0, level: 'warn', message: 'm', facts })).not.toContain(value);
        },
      ),
    );
  });

  it('of the home folder in any file path', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(name, name, (user, file) => {
        const home = `/home/q${user}`;
        const facts = {
          path: `${home}/models/${file}`,
          error: new Error(`open '${home}/${file}'`),
        };
        const line = formatLine({ at: 0, level: 'error', message: `at ${home}/x`, facts }, home);
        expect(line).not.toContain(home);
      }),
    );
  });
});
