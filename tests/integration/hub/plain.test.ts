import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesContent, readAll } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import { ask, askThrough, LARGE, LARGE_BYTES } from './hub-fixture.ts';

const ETAG = '"v1"';
const DATE = 'Wed, 01 Jan 2025 10:00:00 GMT';
const LATER = 'Thu, 02 Jan 2025 10:00:00 GMT';
const RANGE = 'bytes=100-199';
const PART = `bytes 100-199/${LARGE_BYTES}`;

let hub: Hub;

beforeEach(async () => {
  const content = LARGE;
  hub = await startHub({
    repositories: [],
    plainFiles: {
      'models/model.gguf': {
        content,
        etag: ETAG,
        lastModified: DATE,
        contentDisposition: `attachment; filename*=UTF-8''a%20name.gguf`,
        contentType: 'model/gguf',
      },
      'weak.gguf': { content, etag: 'W/"v1"', lastModified: null },
      'bare.gguf': { content, etag: null, lastModified: null },
      'ranges/none.gguf': { content, acceptRanges: false },
      'default.gguf': { content },
      'moved.gguf': { content, redirectTo: '/plain/default.gguf', redirectStatus: 301 },
      'elsewhere.gguf': { content, redirectTo: 'cdn' },
      'a folder/né.gguf': { content: bytesContent('named') },
    },
  });
});
afterEach(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(`${hub.url}/plain/${path}`, { headers, method });

describe('a plain file', () => {
  it('comes whole, with its validators and its name', async () => {
    const { status, headers, body } = await get('models/model.gguf');
    expect([status, body.equals(await readAll(LARGE))]).toEqual([200, true]);
    expect(headers).toMatchObject({
      etag: ETAG,
      'last-modified': DATE,
      'content-type': 'model/gguf',
      'content-disposition': `attachment; filename*=UTF-8''a%20name.gguf`,
      'accept-ranges': 'bytes',
      'content-length': String(LARGE_BYTES),
    });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(hub.log.at(-1)?.file).toBe('models/model.gguf');
  });

  it('can have any name, and be missing', async () => {
    expect((await get('a%20folder/n%C3%A9.gguf')).body.toString()).toBe('named');
    expect((await get('nothing')).status).toBe(404);
    expect((await get('default.gguf', {}, 'POST')).status).toBe(405);
  });

  it('has validators only as it is told to', async () => {
    const { headers } = await get('bare.gguf');
    expect([headers.etag, headers['last-modified']]).toEqual([undefined, undefined]);
    expect((await get('weak.gguf')).headers.etag).toBe('W/"v1"');
    expect((await get('default.gguf')).headers.etag).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
  });

  it('ignores ranges when it does not accept them', async () => {
    const { status, headers, body } = await get('ranges/none.gguf', { range: RANGE });
    expect([status, headers['accept-ranges'], headers['content-range'], body.length]).toEqual([
      200,
      'none',
      undefined,
      LARGE_BYTES,
    ]);
  });

  it('becomes another one at run time, with other validators', async () => {
    const before = (await get('default.gguf')).headers;
    hub.setPlainFile('default.gguf', { content: bytesContent('new') });
    const { headers, body } = await get('default.gguf');
    expect(body.toString()).toBe('new');
    expect(headers.etag).not.toBe(before.etag);
    expect(headers['last-modified']).not.toBe(before['last-modified']);
    hub.setPlainFile('default.gguf', null);
    expect((await get('default.gguf')).status).toBe(404);
  });

  it('redirects within the origin and to a signed address of the other', async () => {
    const moved = await get('moved.gguf');
    expect([moved.status, moved.headers.location]).toEqual([301, '/plain/default.gguf']);
    const { status, headers } = await get('elsewhere.gguf');
    expect([status, headers.location?.startsWith(`${hub.cdnUrl}/plain-files/`)]).toEqual([
      302,
      true,
    ]);
    const part = await askThrough(`${hub.url}/plain/elsewhere.gguf`, { headers: { range: RANGE } });
    expect([part.status, part.headers['content-range']]).toEqual([206, PART]);
    expect((await ask(headers.location ?? '', { method: 'HEAD' })).status).toBe(403);
    hub.expireSignedUrls();
    expect((await ask(headers.location ?? '')).status).toBe(403);
  });
});

describe('HEAD', () => {
  it('tells the same without a body', async () => {
    const { status, headers, body } = await get('models/model.gguf', {}, 'HEAD');
    expect([status, headers['content-length'], body.length]).toEqual([200, String(LARGE_BYTES), 0]);
  });

  it('can be refused by a file or by the hub', async () => {
    hub.setPlainFile('no-head', { content: LARGE, headRefused: 403 });
    expect((await get('no-head', {}, 'HEAD')).status).toBe(403);
    expect((await get('no-head', { range: RANGE })).status).toBe(206);
    const other = await startHub({
      repositories: [],
      plainFiles: { a: { content: LARGE } },
      headRefused: 405,
    });
    const { status } = await ask(`${other.url}/plain/a`, { method: 'HEAD' });
    await other.close();
    expect(status).toBe(405);
  });
});

describe('conditions', () => {
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await get(path, { range: RANGE, ...headers })).status;

  it.each([
    ['models/model.gguf', { 'if-range': ETAG }, 206],
    ['models/model.gguf', { 'if-range': '"v2"' }, 200],
    ['models/model.gguf', { 'if-range': DATE }, 206],
    ['models/model.gguf', { 'if-range': LATER }, 200],
    ['weak.gguf', { 'if-range': 'W/"v1"' }, 200],
    ['weak.gguf', { 'if-range': '"v1"' }, 200],
    ['bare.gguf', { 'if-range': DATE }, 200],
    ['models/model.gguf', { 'if-match': ETAG }, 206],
    ['models/model.gguf', { 'if-match': '"v0", "v1"' }, 206],
    ['models/model.gguf', { 'if-match': '"v2"' }, 412],
    ['models/model.gguf', { 'if-match': '*' }, 206],
    ['weak.gguf', { 'if-match': 'W/"v1"' }, 412],
    ['models/model.gguf', { 'if-unmodified-since': DATE }, 206],
    ['models/model.gguf', { 'if-unmodified-since': 'Tue, 31 Dec 2024 10:00:00 GMT' }, 412],
    ['bare.gguf', { 'if-unmodified-since': DATE }, 206],
    [
      'models/model.gguf',
      { 'if-match': ETAG, 'if-unmodified-since': 'Tue, 31 Dec 2024 10:00:00 GMT' },
      206,
    ],
  ] as const)('%s with %o is answered with %i', async (path, headers, status) => {
    expect(await statusOf(path, headers)).toBe(status);
  });

  it('a date does not count in the second of the change', async () => {
    const lastModified = new Date(Date.now() + 60_000).toUTCString();
    hub.setPlainFile('fresh', { content: LARGE, lastModified });
    expect(await statusOf('fresh', { 'if-range': lastModified })).toBe(200);
  });

  it('a range past the end is refused with the length', async () => {
    const { status, headers } = await get('bare.gguf', { range: `bytes=${LARGE_BYTES}-` });
    expect([status, headers['content-range']]).toEqual([416, `bytes */${LARGE_BYTES}`]);
  });
});
