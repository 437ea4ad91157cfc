import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  ask,
  askThrough,
  createTestRepositories,
  LARGE,
  LARGE_ADDRESS,
  LARGE_BYTES,
  LARGE_PATH,
  OLD_LARGE,
  PATH,
  README,
  README_ADDRESS,
  sha256,
  TOKENS,
} from './hub-fixture.ts';

const GIT_OID = /^"[0-9a-f]{40}"$/;
const WIDE = {
  path: 'wide.gguf',
  content: syntheticContent({ sizeBytes: 100e9, seed: 9, sha256: 'f'.repeat(64) }),
};

let hub: Hub;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-01-05T12:00:00.000Z');
  hub = await startHub({
    repositories: createTestRepositories(),
    tokens: TOKENS,
    pageSize: 2,
    signedUrlTtlMs: 60_000,
    now: () => nowMs,
  });
});
afterEach(() => hub.close());

const json = async (path: string) => JSON.parse((await ask(hub.url + path)).body.toString());
const signedUrl = async (address = LARGE_ADDRESS): Promise<string> =>
  (await ask(hub.url + address)).headers.location ?? '';

describe('a large file', () => {
  it('is a redirect to the other origin that tells commit, digest and size', async () => {
    const { status, headers } = await ask(hub.url + LARGE_ADDRESS, { method: 'HEAD' });
    expect(status).toBe(302);
    expect(headers.location?.startsWith(`${hub.cdnUrl}/cdn/`)).toBe(true);
    expect(headers).toMatchObject({
      'x-repo-commit': (await json(`/api/models/${PATH}`)).sha,
      'x-linked-etag': `"${await LARGE.sha256()}"`,
      'x-linked-size': String(LARGE_BYTES),
      'x-powered-by': 'huggingface-moon',
    });
    expect(headers['x-xet-hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(headers.link).toContain('rel="xet-auth"');
    expect(headers.ratelimit).toMatch(/^"resolvers";r=\d+;t=\d+$/);
  });

  it('has the xet hash as ETag there and no Last-Modified', async () => {
    const { headers, body } = await ask(await signedUrl());
    expect(headers.etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(headers.etag).not.toBe(`"${await LARGE.sha256()}"`);
    expect(headers).not.toHaveProperty('last-modified');
    expect(sha256(body)).toBe(await LARGE.sha256());
  });

  it('comes in single ranges', async () => {
    const whole = (await ask(await signedUrl())).body;
    const askRange = async (range: string) => ask(await signedUrl(), { headers: { range } });
    const middle = await askRange('bytes=100-299');
    expect(middle.status).toBe(206);
    expect(middle.headers['content-range']).toBe(`bytes 100-299/${LARGE_BYTES}`);
    expect(middle.body.equals(whole.subarray(100, 300))).toBe(true);
    expect((await askRange('bytes=-7')).body.equals(whole.subarray(-7))).toBe(true);
    expect((await askRange(`bytes=${LARGE_BYTES - 3}-`)).body.length).toBe(3);
    expect((await askRange('bytes=1-2,5-6')).status).toBe(200);
    const beyond = await askRange(`bytes=${LARGE_BYTES}-`);
    expect([beyond.status, beyond.headers['content-range']]).toEqual([
      416,
      `bytes */${LARGE_BYTES}`,
    ]);
  });

  it('is answered whole when If-Range names another validator, 412 when If-Match does', async () => {
    const url = await signedUrl();
    const range = 'bytes=0-9';
    const { etag = '' } = (await ask(url, { method: 'HEAD' })).headers;
    const statusWith = async (headers: Record<string, string>) =>
      (await ask(url, { headers })).status;
    expect(await statusWith({ range, 'if-range': etag })).toBe(206);
    expect(await statusWith({ range, 'if-range': `"${await LARGE.sha256()}"` })).toBe(200);
    expect(await statusWith({ range, 'if-match': '"other"' })).toBe(412);
  });

  it('is refused with XML once its address has expired, or is forged', async () => {
    const url = await signedUrl();
    expect((await ask(url, { method: 'HEAD' })).status).toBe(200);
    nowMs += 60_000;
    const expired = await ask(url);
    expect(expired.status).toBe(403);
    expect(expired.body.toString()).toContain('<Code>AccessDenied</Code>');
    expect(expired.headers).not.toHaveProperty('x-error-code');
    expect(
      (await ask((await signedUrl()).replace(/Expires=\d+/, 'Expires=9999999999'))).status,
    ).toBe(403);
    expect((await ask((await signedUrl()).split('?')[0] ?? '')).status).toBe(403);
  });

  it('is refused, and recorded as a leak, when a token arrives at the other origin', async () => {
    const { status } = await ask(await signedUrl(), {
      headers: { authorization: 'Bearer member' },
    });
    expect(status).toBe(400);
    expect(hub.leaks.map(({ file }) => file)).toEqual([LARGE_PATH]);
  });

  it('is a pointer when asked for raw', async () => {
    const { status, body } = await ask(`${hub.url}/${PATH}/raw/main/model.gguf`);
    expect(status).toBe(200);
    expect(body.toString()).toBe(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${await LARGE.sha256()}\nsize ${LARGE_BYTES}\n`,
    );
  });
});

describe('a small file', () => {
  it('is a relative redirect within the hub, then the bytes', async () => {
    const { status, headers } = await ask(hub.url + README_ADDRESS);
    expect(status).toBe(307);
    expect(headers.location).toMatch(
      /^\/api\/resolve-cache\/models\/shop\/plain\/[0-9a-f]{40}\/README\.md\?etag=/,
    );
    const answer = await ask(hub.url + headers.location);
    expect(answer.body.toString()).toBe(README);
    expect(answer.headers.etag).toMatch(GIT_OID);
    expect(answer.headers.etag).toBe(headers.etag);
  });

  it('has the name git gives it', async () => {
    const entries = await json(`/api/models/${PATH}/tree/main/extra?recursive=true&limit=2`);
    const empty = (await json(`/api/models/${PATH}/tree/main/extra/deep`))[0];
    expect(empty).toMatchObject({ size: 0, oid: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' });
    expect(entries).toHaveLength(2);
  });

  it('is compressed, without a length, only for those who accept it', async () => {
    const packed = await askThrough(hub.url + README_ADDRESS, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers).not.toHaveProperty('content-length');
    const plain = await askThrough(hub.url + README_ADDRESS, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(plain.headers['content-length']).toBe(String(README.length));
  });

  it('is 304 for those who have it', async () => {
    const { etag = '' } = (await ask(hub.url + README_ADDRESS)).headers;
    const { status } = await ask(hub.url + README_ADDRESS, { headers: { 'if-none-match': etag } });
    expect(status).toBe(304);
  });
});

describe('revisions', () => {
  it('branch, tag and commit each lead to their files', async () => {
    const { branches, tags } = await json(`/api/models/${PATH}/refs`);
    expect(branches.map(({ name }: { name: string }) => name)).toEqual(['old/style', 'main']);
    const digestAt = async (revision: string) =>
      sha256(
        (await askThrough(`${hub.url}/${PATH}/resolve/${encodeURIComponent(revision)}/model.gguf`))
          .body,
      );
    expect(await digestAt('old/style')).toBe(await OLD_LARGE.sha256());
    expect(await digestAt(branches[0].targetCommit)).toBe(await OLD_LARGE.sha256());
    expect(await digestAt('v2')).toBe(await LARGE.sha256());
    expect(tags[0].targetCommit).toBe(branches[1].targetCommit);
  });

  it('a pushed commit moves main and leaves the older ones', async () => {
    const before = (await json(`/api/models/${PATH}`)).sha;
    const pushed = hub.pushCommit(PATH, {
      title: 'Third',
      files: [{ path: 'a.txt', content: bytesContent('a') }],
    });
    const info = await json(`/api/models/${PATH}`);
    expect(info).toMatchObject({ sha: pushed, siblings: [{ rfilename: 'a.txt' }] });
    expect(
      (await json(`/api/models/${PATH}/revision/${before}?blobs=true`)).siblings,
    ).toContainEqual(expect.objectContaining({ rfilename: 'model.gguf', size: LARGE_BYTES }));
    const commits = await ask(`${hub.url}/api/models/${PATH}/commits/main`);
    expect(commits.headers['x-total-count']).toBe('3');
  });

  it('a renamed repository, or one in other letters, is a relative redirect', async () => {
    const { status, headers } = await ask(`${hub.url}/api/models/shop/former?blobs=true`);
    expect([status, headers.location]).toEqual([307, `/api/models/${PATH}?blobs=true`]);
    const other = await ask(`${hub.url}/Shop/PLAIN/resolve/main/model.gguf`);
    expect([other.status, other.headers.location]).toEqual([307, LARGE_ADDRESS]);
  });
});

describe('the hub itself', () => {
  it('pages through a tree by links', async () => {
    const first = await ask(`${hub.url}/api/models/${PATH}/tree/main?recursive=true&expand=true`);
    const entries = JSON.parse(first.body.toString());
    expect(entries).toHaveLength(2);
    expect(entries[0].lastCommit.title).toBe('Second');
    expect(first.headers.link).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/api\/.*cursor=.*>; rel="next"$/,
    );
  });

  it('can be stopped and started on the same ports, and old addresses still hold', async () => {
    const url = await signedUrl();
    await hub.goOffline();
    expect((await ask(hub.url)).status).toBe(0);
    await hub.goOnline();
    expect((await ask(url)).status).toBe(200);
    await hub.close();
    const ports = {
      port: Number(new URL(hub.url).port),
      cdnPort: Number(new URL(hub.cdnUrl).port),
    };
    hub = await startHub({ repositories: createTestRepositories(), now: () => nowMs, ...ports });
    expect((await ask(url)).status).toBe(200);
  });

  it('plays a captive portal, and a broken server', async () => {
    hub.setMode('captive-portal');
    const portal = await ask(hub.url + LARGE_ADDRESS);
    expect([portal.status, portal.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(portal.headers).not.toHaveProperty('x-request-id');
    hub.setMode('server-error');
    expect((await ask(`${hub.cdnUrl}/cdn/a/b`)).status).toBe(500);
    hub.setMode('normal');
    expect((await ask(hub.url + LARGE_ADDRESS)).status).toBe(302);
  });

  it('logs each request with the bytes really sent', async () => {
    await ask(await signedUrl(), { headers: { range: 'bytes=5-14', 'user-agent': 'test/1' } });
    expect(hub.log).toMatchObject([
      { origin: 'hub', method: 'GET', path: LARGE_ADDRESS, status: 302, file: LARGE_PATH },
      {
        origin: 'cdn',
        range: 'bytes=5-14',
        status: 206,
        bodyBytes: 10,
        file: LARGE_PATH,
        userAgent: 'test/1',
      },
    ]);
    expect(JSON.stringify(hub.log)).not.toContain('Signature');
    expect(hub.bytesSent((record) => record.origin === 'cdn')).toBe(10);
  });

  it.each(['total', 'connection', 'file'] as const)(
    'a limit per %s holds until it is lifted',
    async (kind) => {
      const limit = 2_000; // bytes a second: far too slow for the file to arrive within the test
      const limitAll = (bytesPerSecond: number | null): void => {
        if (kind === 'file') hub.throttle('model.gguf', bytesPerSecond);
        else
          hub.setRates({
            [kind === 'total' ? 'totalBytesPerSecond' : 'perConnectionBytesPerSecond']:
              bytesPerSecond,
          });
      };
      limitAll(limit);
      const answer = ask(await signedUrl());
      await hub.until((records) =>
        records.some(({ origin, bodyBytes }) => origin === 'cdn' && bodyBytes > limit / 20),
      );
      expect(hub.bytesSent('model.gguf')).toBeLessThan(LARGE_BYTES / 10);
      limitAll(null);
      expect((await answer).body.length).toBe(LARGE_BYTES);
    },
  );

  it('keeps little in memory of what a slow client does not read', async () => {
    hub.addRepository({ id: 'shop/wide', commits: [{ files: [WIDE] }] });
    const response = await fetch(`${hub.url}/shop/wide/resolve/main/wide.gguf`);
    await hub.until((records) =>
      records.some(({ file, bodyBytes }) => file === 'shop/wide/wide.gguf' && bodyBytes > 0),
    );
    await response.body?.cancel();
    await hub.until((records) => records.some(({ outcome }) => outcome === 'aborted'));
    expect(hub.bytesSent('wide.gguf')).toBeLessThan(WIDE.content.sizeBytes / 2);
  });
});
