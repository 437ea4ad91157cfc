import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '../../hub/content.ts';
import type { FaultKind, FaultPlan } from '../../hub/fault-plan.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  ask,
  askThrough,
  createTestRepositories,
  LARGE,
  LARGE_BYTES,
  type RawAnswer,
} from './hub-fixture.ts';

const RANGE = 'bytes=1000-1999';
const BLOB = `/v2/library/tiny/blobs/sha256:${await LARGE.sha256()}`;
const file = { name: 'model.gguf', content: LARGE };

/** Where each route's bytes come from, and what a part of them is answered with. */
const ROUTES = [
  { name: 'plain', path: '/plain/model.gguf', fault: '/plain/*', origin: 'hub', part: 206 },
  { name: 'plain, signed', path: '/plain/away.gguf', fault: 'away.gguf', origin: 'cdn', part: 206 },
  { name: 'registry', path: BLOB, fault: 'library/tiny/*', origin: 'cdn', part: 206 },
  {
    name: 'civitai',
    path: '/api/download/models/71',
    fault: 'civitai/7/**',
    origin: 'cdn',
    part: 206,
  },
  {
    name: 'modelscope',
    path: '/models/shop/plain/resolve/master/model.gguf',
    fault: 'shop/plain/*',
    origin: 'hub',
    part: 200,
  },
] as const;

let hub: Hub;
let part: Buffer;

beforeAll(async () => {
  part = (await readAll(LARGE)).subarray(1000, 2000);
  hub = await startHub({
    repositories: createTestRepositories(),
    plainFiles: {
      'model.gguf': { content: LARGE },
      'away.gguf': { content: LARGE, redirectTo: 'cdn' },
    },
    ollamaModels: [
      { name: 'library/tiny', layers: [{ mediaType: 'model', content: LARGE }] },
      { name: 'private/tiny', layers: [] },
    ],
    civitaiModels: [{ id: 7, name: 'One', versions: [{ id: 71, name: 'v1', files: [file] }] }],
  });
});
afterEach(() => {
  hub.clearFaults();
  hub.clearLog();
});
afterAll(() => hub.close());

/** What each kind makes of a request for a part. */
const EFFECTS: Readonly<
  Record<
    Exclude<FaultKind, 'expire' | 'stall'>,
    { readonly plan?: Partial<FaultPlan>; readonly check: (answer: RawAnswer) => void }
  >
> = {
  fin: { check: ({ isCut, body }) => expect([isCut, body]).toEqual([true, part.subarray(0, 500)]) },
  rst: { check: ({ isCut }) => expect(isCut).toBe(true) },
  trickle: {
    plan: { bytesPerSecond: 100_000 },
    check: ({ body }) => expect(body).toEqual(part),
  },
  status: {
    plan: { status: 429, retryAfter: 3 },
    check: ({ status, headers }) => expect([status, headers['retry-after']]).toEqual([429, '3']),
  },
  'ignore-range': {
    check: ({ status, headers, body }) =>
      expect([status, headers['content-range'], body.length]).toEqual([
        200,
        undefined,
        LARGE_BYTES,
      ]),
  },
  'wrong-range': {
    check: ({ headers }) => expect(headers['content-range']).toBe(`bytes 999-1999/${LARGE_BYTES}`),
  },
  '200-with-content-range': {
    check: ({ status, headers, body }) =>
      expect([status, headers['content-range'], body]).toEqual([
        200,
        `bytes 1000-1999/${LARGE_BYTES}`,
        part,
      ]),
  },
  short: { check: ({ body }) => expect(body).toEqual(part.subarray(0, 984)) },
  long: { check: ({ body }) => expect(body.length).toBe(1016) },
  'no-length': {
    check: ({ headers, body }) =>
      expect([headers['transfer-encoding'], body]).toEqual(['chunked', part]),
  },
  gzip: {
    check: ({ headers, body }) =>
      expect([headers['content-encoding'], gunzipSync(body)]).toEqual(['gzip', part]),
  },
  html: {
    check: ({ status, headers }) =>
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']),
  },
  'lfs-pointer': {
    check: ({ body }) => expect(body.toString()).toContain(`\nsize ${LARGE_BYTES}\n`),
  },
  'etag-flip': {
    check: ({ headers, body }) => {
      expect(headers.etag).toMatch(/^"[0-9a-f]{8}.*"$/);
      expect(body).toEqual(part);
    },
  },
  bitflip: {
    plan: { offset: 1500 },
    check: ({ body }) => {
      expect([...body.keys()].filter((index) => body[index] !== part[index])).toEqual([500]);
    },
  },
};

const fetchPart = (path: string) => askThrough(hub.url + path, { headers: { range: RANGE } });

describe.each(ROUTES)('$name', ({ path, fault, origin, part: status }) => {
  it('is sound without a fault', async () => {
    const answer = await fetchPart(path);
    expect([answer.status, answer.body]).toEqual([status, part]);
  });

  it.each(Object.entries(EFFECTS))('%s', async (kind, { plan, check }) => {
    hub.setFaults(fault, { kind: kind as FaultKind, origin, ...plan });
    check(await fetchPart(path));
    expect(hub.log.at(-1)).toMatchObject({ origin, fault: kind });
  });

  it('stall', async () => {
    hub.setFaults(fault, { kind: 'stall', origin, afterBytes: 100 });
    const answer = fetchPart(path);
    await hub.until(() => hub.bytesSent((record) => record.fault === 'stall') === 100);
    hub.releaseStalls();
    expect((await answer).body).toEqual(part);
  });
});

describe.each(ROUTES.filter(({ origin }) => origin === 'cdn'))('$name', ({ path, fault }) => {
  it('expire refuses the addresses issued so far', async () => {
    hub.setFaults(fault, { kind: 'expire', afterBytes: 1000 });
    const { location = '' } = (await ask(hub.url + path)).headers;
    const statusOf = async () => (await ask(location, { headers: { range: RANGE } })).status;
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([206, 403, 403]);
    expect((await fetchPart(path)).status).toBe(206);
  });

  it('a redirect is hit when the first origin is named', async () => {
    hub.setFaults(fault, { kind: 'status', origin: 'hub' });
    expect((await ask(hub.url + path)).status).toBe(503);
  });
});

describe('answers in JSON', () => {
  it.each([
    '/v2/library/tiny/manifests/latest',
    '/token?service=larder-registry&scope=repository:private/tiny:pull',
    '/api/v1/models?query=one',
    '/api/v1/models/7',
    '/api/v1/model-versions/71',
    '/api/v1/models/shop/plain/repo/files?Recursive=true',
  ])('%s', async (path) => {
    expect((await ask(hub.url + path)).status).toBe(200);
    hub.setFaults('**', [
      { kind: 'status', status: 502, times: 1 },
      { kind: 'rst', times: 1 },
      { kind: 'html', times: 1 },
    ]);
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await ask(hub.url + path));
    expect(answers.map(({ status }) => status)).toEqual([502, 0, 200, 200]);
    expect(answers[2]?.body.toString()).toContain('<!doctype html>');
  });

  it('a network that wants a sign-in first answers everything', async () => {
    hub.setMode('captive-portal');
    for (const { path } of ROUTES) {
      expect((await ask(hub.url + path)).body.toString()).toContain('Sign in to this network');
    }
    hub.setMode('normal');
  });
});
