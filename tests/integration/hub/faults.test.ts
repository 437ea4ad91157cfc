import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../../hub/content.ts';
import type { FaultPlan } from '../../hub/fault-plan.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  ask,
  askThrough,
  createTestRepositories,
  LARGE,
  LARGE_ADDRESS,
  LARGE_BYTES,
  LARGE_PATH,
  PATH,
  README_ADDRESS,
} from './hub-fixture.ts';

let hub: Hub;
let whole: Buffer;

beforeEach(async () => {
  whole = await readAll(LARGE);
  hub = await startHub({ repositories: createTestRepositories() });
});
afterEach(() => hub.close());

/** Fetches the large file, or a range of it, with this fault set. */
function fetchWith(plans: FaultPlan | readonly FaultPlan[], range?: string) {
  hub.setFaults(LARGE_PATH, plans);
  return fetchLarge(range);
}

function fetchLarge(range?: string) {
  return askThrough(hub.url + LARGE_ADDRESS, range === undefined ? {} : { headers: { range } });
}

describe('a cut', () => {
  it.each(['fin', 'rst'] as const)(
    '%s ends the connection before the announced length',
    async (kind) => {
      const { status, headers, body, isCut } = await fetchWith({ kind, afterBytes: 70_000 });
      expect([status, headers['content-length'], isCut]).toEqual([200, String(LARGE_BYTES), true]);
      expect(body.length).toBeLessThanOrEqual(70_000);
      expect(body.equals(whole.subarray(0, body.length))).toBe(true);
      expect(hub.bytesSent((record) => record.fault === kind)).toBe(70_000);
    },
  );

  it.each(['fin', 'rst'] as const)('%s can come before the status line', async (kind) => {
    expect(await fetchWith({ kind, beforeHeaders: true })).toMatchObject({
      status: 0,
      isCut: true,
    });
  });

  it('a polite one brings every byte sent before it', async () => {
    expect((await fetchWith({ kind: 'fin' }, 'bytes=1000-1999')).body).toEqual(
      whole.subarray(1000, 1500),
    );
  });
});

describe('slowness', () => {
  it('stall goes silent until it is released', async () => {
    const answer = fetchWith({ kind: 'stall', afterBytes: 1000 });
    await hub.until(() => hub.bytesSent((record) => record.origin === 'cdn') === 1000);
    hub.releaseStalls();
    expect((await answer).body.equals(whole)).toBe(true);
  });

  it('trickle crawls but arrives', async () => {
    const { body } = await fetchWith(
      { kind: 'trickle', afterBytes: 100, bytesPerSecond: 100_000 },
      'bytes=0-9999',
    );
    expect(body.equals(whole.subarray(0, 10_000))).toBe(true);
    expect(hub.log.at(-1)?.fault).toBe('trickle');
  });
});

describe('error answers', () => {
  it('status 503 by default, with XML from the second origin', async () => {
    const { status, body } = await fetchWith({ kind: 'status' });
    expect(status).toBe(503);
    expect(body.toString()).toContain('<Error><Code>');
  });

  it('429 tells the wait in seconds, as a date, or by the rate window', async () => {
    const base = { kind: 'status', status: 429, origin: 'hub' } as const;
    const date = 'Sun, 06 Nov 2044 08:49:37 GMT';
    expect((await fetchWith({ ...base, retryAfter: 7 })).headers['retry-after']).toBe('7');
    expect((await fetchWith({ ...base, retryAfter: date })).headers['retry-after']).toBe(date);
    expect((await fetchWith({ ...base, rateLimitResetSeconds: 9 })).headers.ratelimit).toBe(
      '"resolvers";r=0;t=9',
    );
  });

  it('html is a page with status 200, under any content type', async () => {
    const page = await fetchWith({ kind: 'html' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const disguised = await fetchWith({
      kind: 'html',
      contentType: 'application/octet-stream',
      body: '{"error":"no"}',
    });
    expect(disguised.body.toString()).toBe('{"error":"no"}');
  });

  it('lfs-pointer gives the pointer in place of the file', async () => {
    expect((await fetchWith({ kind: 'lfs-pointer' })).body.toString()).toContain(
      await LARGE.sha256(),
    );
  });
});

describe('lies about the range', () => {
  const range = 'bytes=100-199';

  it('ignore-range sends the whole file as 200', async () => {
    const { status, headers, body } = await fetchWith({ kind: 'ignore-range' }, range);
    expect([status, headers['content-range'], body.length]).toEqual([200, undefined, LARGE_BYTES]);
  });

  it('200-with-content-range sends the right part under the wrong status', async () => {
    const { status, headers, body } = await fetchWith({ kind: '200-with-content-range' }, range);
    expect([status, headers['content-range']]).toEqual([200, `bytes 100-199/${LARGE_BYTES}`]);
    expect(body.equals(whole.subarray(100, 200))).toBe(true);
  });

  it.each([
    ['start', `bytes 99-199/${LARGE_BYTES}`],
    ['total', `bytes 100-199/${LARGE_BYTES + 1}`],
    ['missing', undefined],
  ] as const)('wrong-range: %s', async (wrong, contentRange) => {
    const { status, headers } = await fetchWith({ kind: 'wrong-range', wrong }, range);
    expect([status, headers['content-range']]).toEqual([206, contentRange]);
  });
});

describe('bodies that are not what was asked for', () => {
  const range = 'bytes=1000-1999';

  it.each([
    ['short', 'chunked', 984],
    ['short', 'length', 984],
    ['long', 'chunked', 1016],
    ['long', 'length', 1016],
  ] as const)('%s, delimited by %s', async (kind, framing, length) => {
    const { headers, body, isCut } = await fetchWith({ kind, framing }, range);
    expect(headers['content-range']).toBe(`bytes 1000-1999/${LARGE_BYTES}`);
    expect([body.length, isCut]).toEqual([length, false]);
    expect(headers['content-length']).toBe(framing === 'length' ? String(length) : undefined);
  });

  it('no-length brings the right bytes without an announced length', async () => {
    const { headers, body } = await fetchWith({ kind: 'no-length' });
    expect(headers['transfer-encoding']).toBe('chunked');
    expect(body.equals(whole)).toBe(true);
  });

  it('gzip compresses although nobody asked', async () => {
    const { headers, body } = await fetchWith({ kind: 'gzip' }, range);
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).equals(whole.subarray(1000, 2000))).toBe(true);
  });

  it('bitflip harms one bit at the offset, and only requests that cover it', async () => {
    const fault = { kind: 'bitflip', offset: 1500, times: 1 } as const;
    expect((await fetchWith(fault, 'bytes=0-999')).body.equals(whole.subarray(0, 1000))).toBe(true);
    const harmed = (await fetchLarge(range)).body;
    const wrong = [...harmed.keys()].filter((index) => harmed[index] !== whole[1000 + index]);
    expect(wrong).toEqual([500]);
    expect((await fetchLarge(range)).body.equals(whole.subarray(1000, 2000))).toBe(true);
  });

  it('etag-flip shows a new ETag each time, at either origin', async () => {
    const first = await fetchWith({ kind: 'etag-flip' });
    expect((await fetchLarge()).headers.etag).not.toBe(first.headers.etag);
    hub.setFaults(LARGE_PATH, { kind: 'etag-flip', origin: 'hub' });
    const { headers } = await ask(hub.url + LARGE_ADDRESS);
    expect(headers['x-linked-etag']).toMatch(/^"[0-9a-f]{64}"$/);
    expect(headers['x-linked-etag']).not.toBe(`"${await LARGE.sha256()}"`);
  });
});

describe('expire', () => {
  it('refuses every address issued so far, once, as soon as enough bytes were sent', async () => {
    hub.setFaults(LARGE_PATH, { kind: 'expire', afterBytes: 1000 });
    const addresses = await Promise.all([1, 2].map(() => ask(hub.url + LARGE_ADDRESS)));
    const [first = '', second = ''] = addresses.map(({ headers }) => headers.location);
    const statusOf = async (url: string) =>
      (await ask(url, { headers: { range: 'bytes=0-999' } })).status;
    expect(await statusOf(first)).toBe(206);
    expect([await statusOf(first), await statusOf(second), await statusOf(first)]).toEqual([
      403, 403, 403,
    ]);
    expect((await fetchLarge('bytes=0-999')).status).toBe(206);
  });

  it('by the hub itself refuses them all', async () => {
    const { location = '' } = (await ask(hub.url + LARGE_ADDRESS)).headers;
    hub.expireSignedUrls();
    expect((await ask(location)).status).toBe(403);
    expect((await fetchLarge()).status).toBe(200);
  });
});

describe('which requests are hit', () => {
  const statuses = async (count: number) => {
    const answers = [];
    for (let n = 0; n < count; n += 1) answers.push((await fetchLarge('bytes=0-0')).status);
    return answers;
  };

  it('a number of times', async () => {
    hub.setFaults('**/model.gguf', { kind: 'status', times: 2 });
    expect(await statuses(4)).toEqual([503, 503, 206, 206]);
  });

  it('each n-th', async () => {
    hub.setFaults('*.gguf', { kind: 'status', everyNth: 3 });
    expect(await statuses(6)).toEqual([206, 206, 503, 206, 206, 503]);
  });

  it('by chance, the same for the same seed', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const other = await startHub({ repositories: createTestRepositories(), seed: 42 });
        other.setFaults('model.gguf', { kind: 'status', origin: 'hub', probability: 0.5 });
        const answers = [];
        for (let n = 0; n < 20; n += 1) answers.push((await ask(other.url + LARGE_ADDRESS)).status);
        await other.close();
        return answers;
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
    expect(new Set(runs[0])).toEqual(new Set([302, 503]));
  });

  it('plans are tried in turn until they are cleared', async () => {
    const twice = [
      { kind: 'status', times: 1 },
      { kind: 'status', status: 500, times: 1 },
    ] as const;
    hub.setFaults(LARGE_PATH, twice);
    expect(await statuses(3)).toEqual([503, 500, 206]);
    hub.setFaults(LARGE_PATH, { kind: 'status' });
    hub.clearFaults(LARGE_PATH);
    expect(await statuses(1)).toEqual([206]);
  });

  it('the API and small files too, redirects only when the hub is named', async () => {
    hub.setFaults('/api/models/**', { kind: 'status' });
    expect((await ask(`${hub.url}/api/models/${PATH}`)).status).toBe(503);
    hub.clearFaults();
    hub.setFaults('README.md', { kind: 'status' });
    expect((await ask(hub.url + README_ADDRESS)).status).toBe(307);
    expect((await askThrough(hub.url + README_ADDRESS)).status).toBe(503);
    hub.setFaults('README.md', { kind: 'status', origin: 'hub' });
    expect((await ask(hub.url + README_ADDRESS)).status).toBe(503);
  });
});
