import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOCS_CSP } from '../../../src-main/transports/http/docs-page.ts';
import {
  OPERATION_NAMES,
  OPERATIONS,
  type OperationName,
} from '../../../src-shared/contract/operations.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { sampleInput } from '../../unit/transports/contract-samples.ts';
import { type ApiRig, startApi, TOKEN } from './api-rig.ts';

/** An address of this machine that others on the network can see. */
const OUTSIDE_ADDRESS = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

let rig: ApiRig;

beforeEach(async () => {
  rig = await startApi();
});
afterEach(() => rig.api.stop());

/** Sends an input the way the API reference says. */
function sendInput(name: OperationName, input: object) {
  const { method, path } = OPERATIONS[name].http;
  const fields = new Map(Object.entries(input));
  const target = path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(fields.get(field));
    fields.delete(field);
    return encodeURIComponent(value);
  });
  const rest = Object.fromEntries(fields);
  if (method !== 'GET' && method !== 'DELETE') return rig.sendJson(method, target, rest);
  const query = new URLSearchParams(
    Object.entries(rest).map(([key, value]) => [key, String(value)]),
  );
  return rig.authorized({ method, path: fields.size > 0 ? `${target}?${query}` : target });
}

describe('operations over HTTP', () => {
  it.each(OPERATION_NAMES)('reach %s, once, with all that was sent', async (name) => {
    for (const fields of ['required', 'all'] as const) {
      rig.calls.length = 0;
      const input = sampleInput(name, fields);
      const answer = await sendInput(name, input);
      expect(answer).toMatchObject({ status: 200 });
      expect(rig.calls).toEqual([{ name, input: OPERATIONS[name].input.parse(input) }]);
      expect(OPERATIONS[name].output.parse(answer.json())).toEqual(answer.json());
    }
  });

  it('have an address each', () => {
    const addresses = OPERATION_NAMES.map((name) => OPERATIONS[name].http);
    expect(new Set(addresses.map(({ method, path }) => `${method} ${path}`)).size).toBe(
      addresses.length,
    );
  });

  it.each([
    'hf:owner/name:Q4_K_M',
    'hf:owner/name:sub folder/file-00001-of-00002.gguf',
    'hf:ö/ñ?x=1#y',
    'a%2Fb',
    '../../etc/passwd',
    `hf:owner/${'n'.repeat(1500)}`,
  ])('take the id %j as one segment of the path', async (id) => {
    const path = `/api/v1/models/${encodeURIComponent(id)}?toTrash=false`;
    expect(await rig.authorized({ method: 'DELETE', path })).toMatchObject({ status: 200 });
    expect(rig.calls).toEqual([{ name: 'models.remove', input: { id, toTrash: false } }]);
  });

  it('read numbers and booleans from the query, and refuse what is neither', async () => {
    await rig.authorized({ path: '/api/v1/models/search?q=5&limit=7&fits=true' });
    expect(rig.calls[0]?.input).toMatchObject({ q: '5', limit: 7, fits: true });
    for (const query of [
      'limit=seven',
      'limit=',
      'limit=1e1',
      'limit=0x10',
      'fits=yes',
      'limit=1&limit=2',
    ]) {
      const answer = await rig.authorized({ path: `/api/v1/models/search?${query}` });
      expect(answer.json()).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
    }
    expect(rig.calls).toHaveLength(1);
  });

  it('take the body of a settings patch as the patch', async () => {
    await rig.sendJson('PATCH', '/api/v1/settings', {
      downloads: { concurrent: 3 },
      api: { port: null },
    });
    expect(rig.calls[0]?.input).toEqual({ downloads: { concurrent: 3 }, api: { port: null } });
  });

  it.each([
    ['a text', 'text/plain', '{"ref":"hf:a/b"}', 415],
    ['a form', 'application/x-www-form-urlencoded', 'ref=hf:a/b', 415],
    ['broken JSON', 'application/json', '{"ref":', 400],
    ['a poisoned prototype', 'application/json', '{"ref":"a","__proto__":{"x":1}}', 400],
    ['a list', 'application/json', '["ref"]', 400],
    ['null', 'application/json', 'null', 400],
    ['nothing', 'application/json', '', 400],
    ['too much', 'application/json', JSON.stringify({ ref: 'x'.repeat(1_000_000) }), 413],
  ])('refuse %s as a body', async (_, type, body, status) => {
    const headers = { 'content-type': type };
    const answer = await rig.authorized({ method: 'POST', path: '/api/v1/models', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status, code: 'INPUT_INVALID' });
    expect(rig.calls).toEqual([]);
  });

  it('answer failures as problems with actions', async () => {
    await rig.api.stop();
    const failing = () => Promise.reject(new AppError('REPOSITORY_HIDDEN', { repository: 'a/b' }));
    rig = await startApi({ overrides: { 'models.track': failing } });
    const answer = await rig.sendJson('POST', '/api/v1/models', { ref: 'hf:a/b' });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'urn:larder:error:REPOSITORY_HIDDEN',
      title: 'Not found, or private',
      status: 404,
      detail: expect.stringContaining('a/b'),
      code: 'REPOSITORY_HIDDEN',
      retryable: true,
      actions: [
        { kind: 'sign-in', label: expect.any(String) },
        { kind: 'edit-reference', label: expect.any(String) },
      ],
    });
  });

  it.each([
    ['GET', '/api/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['PUT', '/api/v1/models', 404, 'ROUTE_UNKNOWN'],
    ['HEAD', '/api/v1/models', 404, ''],
    ['GET', '/api/v1/%zz', 400, 'INPUT_INVALID'],
  ])('answer %s %s with a problem', async (method, path, status, code) => {
    const answer = await rig.authorized({ method, path });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(code);
  });

  it('never let random requests past the contract', async () => {
    const paths = OPERATION_NAMES.map((name) => OPERATIONS[name].http.path);
    const requests = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      path: fc.constantFrom(...paths, '/'),
      segment: fc.string({ minLength: 1 }),
      query: fc.dictionary(
        fc.constantFrom('limit', 'q', 'id', 'fits', 'toTrash', 'x'),
        fc.string(),
      ),
      body: fc.oneof(fc.json(), fc.string(), fc.constant('')),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, segment, query, body }) => {
        rig.calls.length = 0;
        const target = path.replace(/\{\w+\}/, encodeURIComponent(segment));
        const hasBody = method !== 'GET' && body !== '';
        const answer = await rig.authorized({
          method,
          path: `${target}?${new URLSearchParams(query)}`,
          ...(hasBody && {
            body,
            headers: {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(body)),
            },
          }),
        });
        expect(answer.status === 200 && path !== '/').toBe(rig.calls.length === 1);
        for (const { name, input } of rig.calls) {
          expect(OPERATIONS[name].input.parse(input)).toEqual(input);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the guard of the local API', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['half of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['more than it', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a sub-protocol, away from the stream', { 'sec-websocket-protocol': `larder.${TOKEN}` }],
  ])('wants the token everywhere: %s', async (_, headers) => {
    for (const name of OPERATION_NAMES) {
      const { method, path } = OPERATIONS[name].http;
      const answer = await rig.send({ method, path, headers: headers as Record<string, string> });
      expect(answer.status).toBe(name === 'health.live' ? 200 : 401);
    }
    for (const path of ['/openapi.json', '/docs', '/api/v1/nothing', '/']) {
      const answer = await rig.send({ path, headers: headers as Record<string, string> });
      expect(answer.json()).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    }
    expect(rig.calls.map(({ name }) => name)).toEqual(['health.live']);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])(
    'answers to the name %s',
    async (name) => {
      const headers = { host: `${name}:${rig.port}` };
      expect(await rig.authorized({ path: '/api/v1/models', headers })).toMatchObject({
        status: 200,
      });
    },
  );

  it('refuses any other name, even with the token', async () => {
    const hosts = ['evil.example', `evil.example:${rig.port}`, 'localhost', '127.0.0.1:1'];
    for (const host of [...hosts, `localhost.evil.example:${rig.port}`, `[::2]:${rig.port}`]) {
      for (const path of ['/api/v1/models', '/health/live', '/nothing']) {
        const answer = await rig.authorized({ path, headers: { host } });
        expect(answer.json()).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
      }
    }
    expect(rig.calls).toEqual([]);
  });

  it('accepts pages of its own origin only, even with the token', async () => {
    const own = `http://localhost:${rig.port}`;
    const foreign = [
      'https://evil.example',
      'null',
      'http://localhost',
      own.replace('http:', 'https:'),
      `${own}.evil.example`,
    ];
    for (const [origins, status] of [
      [[own], 200],
      [foreign, 403],
    ] as const) {
      for (const origin of origins) {
        const answer = await rig.authorized({ path: '/api/v1/models', headers: { origin } });
        expect(answer.status).toBe(status);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  it.skipIf(!OUTSIDE_ADDRESS)('cannot be reached from the network', async () => {
    const socket = connect({ host: String(OUTSIDE_ADDRESS), port: rig.port });
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1 with one entry per operation', async () => {
    const description = (await rig.authorized({ path: '/openapi.json' })).json();
    const { valid, errors } = await new Validator().validate(structuredClone(description));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const paths = Object.values(
      description.paths as Record<string, Record<string, { operationId: string }>>,
    );
    const ids = paths.flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(
      [
        ...OPERATION_NAMES,
        ...['api.description', 'api.events', 'api.reference'],
        ...['gateway.chat', 'gateway.completion', 'gateway.embedding', 'gateway.models'],
      ].sort(),
    );
  });

  it('splits inputs as the routes read them', async () => {
    const { paths } = (await rig.authorized({ path: '/openapi.json' })).json() as never as {
      paths: Record<string, Record<string, never>>;
    };
    expect(paths['/api/v1/models/{id}']).toMatchObject({
      delete: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'toTrash',
            in: 'query',
            required: false,
            schema: { type: 'boolean', default: true },
          },
        ],
      },
    });
    expect(paths['/api/v1/models']).toMatchObject({
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { required: ['ref'] } } },
        },
      },
    });
    expect(paths['/health/live']).toMatchObject({ get: { security: [] } });
  });

  it('is a page without scripts that loads nothing', async () => {
    const { headers, text } = await rig.authorized({ path: '/docs' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(DOCS_CSP);
    expect(DOCS_CSP).not.toContain('unsafe');
    expect(text).not.toMatch(
      /<script|\ssrc=|\sstyle=|\son\w+=|https?:\/\/(?!huggingface|registry\.ollama|civitai)/,
    );
    for (const name of OPERATION_NAMES) {
      const { method, path } = OPERATIONS[name].http;
      expect(text).toContain(`<code>${method} ${path}</code>`);
    }
  });
});
