import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesContent, readAll } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import { ask, askThrough, LARGE, LARGE_BYTES, OLD_LARGE, sha256, TOKENS } from './hub-fixture.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const TEMPLATE = bytesContent('{{ .Prompt }}');
const LAYERS = [
  { mediaType: 'model', content: LARGE },
  { mediaType: 'template', content: TEMPLATE },
];

let hub: Hub;
let now: number;

beforeEach(async () => {
  now = START;
  hub = await startHub({
    repositories: [],
    tokens: TOKENS,
    now: () => now,
    signedUrlTtlMs: 2000,
    ollamaModels: [
      { name: 'library/tiny', layers: LAYERS },
      { name: 'private/open', layers: LAYERS },
      { name: 'private/closed', layers: LAYERS, needsAccount: true },
    ],
  });
});
afterEach(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(hub.url + path, { headers, method });
const json = ({ body }: { body: Buffer }) => JSON.parse(body.toString());
const blobOf = async (name: string) => `/v2/${name}/blobs/sha256:${await LARGE.sha256()}`;

describe('a manifest', () => {
  it('is exact bytes under a type that is not theirs', async () => {
    const answer = await get('/v2/library/tiny/manifests/latest');
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ]);
    expect(answer.headers['docker-content-digest']).toBe(`sha256:${sha256(answer.body)}`);
    expect(json(answer)).toMatchObject({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json' },
      layers: [
        {
          mediaType: 'application/vnd.ollama.image.model',
          digest: `sha256:${await LARGE.sha256()}`,
          size: LARGE_BYTES,
        },
        { mediaType: 'application/vnd.ollama.image.template', size: TEMPLATE.sizeBytes },
      ],
    });
    const same = await get(`/v2/library/tiny/manifests/sha256:${sha256(answer.body)}`);
    expect(same.body.equals(answer.body)).toBe(true);
  });

  it('knows neither HEAD nor a list of tags', async () => {
    expect((await get('/v2/library/tiny/manifests/latest', {}, 'HEAD')).status).toBe(405);
    expect((await get('/v2/library/tiny/tags/list')).status).toBe(404);
  });

  it('that is unknown is refused in the words of the specification', async () => {
    for (const path of ['library/none/manifests/latest', 'library/tiny/manifests/v9']) {
      const answer = await get(`/v2/${path}`);
      expect(answer.status).toBe(404);
      expect(json(answer).errors).toMatchObject([{ code: 'MANIFEST_UNKNOWN' }]);
    }
  });

  it('of a tag given again is another one, and the old blobs stay', async () => {
    const before = (await get('/v2/library/tiny/manifests/latest')).body;
    hub.setOllamaModel({
      name: 'library/tiny',
      layers: [{ mediaType: 'model', content: OLD_LARGE }],
    });
    const answer = await get('/v2/library/tiny/manifests/latest');
    expect(json(answer).layers[0].digest).toBe(`sha256:${await OLD_LARGE.sha256()}`);
    expect((await get(await blobOf('library/tiny'))).status).toBe(307);
    const old = await get(`/v2/library/tiny/manifests/sha256:${sha256(before)}`);
    expect(old.body.equals(before)).toBe(true);
  });
});

describe('a blob', () => {
  it('is behind a presigned address at the second origin', async () => {
    const { status, headers } = await get(await blobOf('library/tiny'));
    const location = new URL(headers.location ?? '');
    expect([status, location.origin]).toEqual([307, hub.cdnUrl]);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': '20260101T000000Z',
      'X-Amz-Expires': '2',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const part = await ask(location.href, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers['content-range']]).toEqual([
      206,
      `bytes 10-19/${LARGE_BYTES}`,
    ]);
    expect(part.body.equals((await readAll(LARGE)).subarray(10, 20))).toBe(true);
  });

  it('tells its size to HEAD, and its address is signed for GET alone', async () => {
    const path = await blobOf('library/tiny');
    const { status, headers } = await get(path, {}, 'HEAD');
    expect([status, headers['content-length']]).toEqual([200, String(LARGE_BYTES)]);
    const { location = '' } = (await get(path)).headers;
    expect((await ask(location, { method: 'HEAD' })).status).toBe(403);
  });

  it('has an address that expires, is signed, and wants no token', async () => {
    const { location = '' } = (await get(await blobOf('library/tiny'))).headers;
    expect((await ask(location, { headers: { authorization: 'Bearer x' } })).status).toBe(400);
    expect(hub.leaks).toHaveLength(1);
    expect((await ask(location.replace('X-Amz-Expires=2', 'X-Amz-Expires=9'))).status).toBe(403);
    now += 1999;
    expect((await ask(location)).status).toBe(200);
    now += 1;
    expect((await ask(location)).status).toBe(403);
  });

  it('has the same address at a hub started again on the same key', async () => {
    const { location = '' } = (await get(await blobOf('library/tiny'))).headers;
    const other = await startHub({
      repositories: [],
      now: () => now,
      ollamaModels: [{ name: 'library/tiny', layers: LAYERS }],
    });
    const there = new URL(location);
    const { status } = await ask(other.cdnUrl + there.pathname + there.search);
    await other.close();
    expect(status).toBe(200);
  });

  it('that is unknown is refused', async () => {
    const answer = await get(`/v2/library/tiny/blobs/sha256:${'0'.repeat(64)}`);
    expect([answer.status, json(answer).errors[0].code]).toEqual([404, 'BLOB_UNKNOWN']);
  });
});

describe('a private namespace', () => {
  const challengeOf = async (name: string) => {
    const { status, headers } = await get(`/v2/${name}/manifests/latest`);
    expect(status).toBe(401);
    const challenge = headers['www-authenticate'] ?? '';
    const read = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const query = new URLSearchParams({ service: read('service'), scope: read('scope') });
    return `${read('realm').replace(hub.url, '')}?${query}`;
  };

  it('asks for a token of one scope, which holds for a minute', async () => {
    const { token, expires_in: seconds } = json(await get(await challengeOf('private/open')));
    const headers = { authorization: `Bearer ${token}` };
    expect(seconds).toBe(60);
    expect((await get('/v2/private/open/manifests/latest', headers)).status).toBe(200);
    expect((await askThrough(hub.url + (await blobOf('private/open')), { headers })).status).toBe(
      200,
    );
    expect(hub.leaks).toEqual([]);
    expect((await get('/v2/private/closed/manifests/latest', headers)).status).toBe(401);
    now += 60_000;
    expect((await get('/v2/private/open/manifests/latest', headers)).status).toBe(401);
  });

  it('can give tokens to those with an account only', async () => {
    const path = await challengeOf('private/closed');
    expect((await get(path)).status).toBe(401);
    expect((await get(path, { authorization: 'Bearer nobody' })).status).toBe(401);
    const basic = Buffer.from('me:member').toString('base64');
    expect((await get(path, { authorization: 'Bearer member' })).status).toBe(200);
    expect((await get(path, { authorization: `Basic ${basic}` })).status).toBe(200);
  });
});
