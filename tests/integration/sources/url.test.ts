import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUrlSource } from '../../../src-main/sources/url.ts';
import { originSchema } from '../../../src-shared/domain/model.ts';
import { type ModelReference, parseReference } from '../../../src-shared/domain/reference.ts';
import { syntheticContent } from '../../hub/content.ts';
import { startHub } from '../../hub/hub.ts';
import type { PlainFile } from '../../hub/plain-files.ts';
import { serve } from '../../support/small-server.ts';
import { createTestHttp, locateFirst } from './source-fixture.ts';

const content = syntheticContent({ sizeBytes: 5000 });
const source = createUrlSource({ http: createTestHttp() });
const url = (repository: string, revision?: string): ModelReference => ({
  source: 'url',
  repository,
  ...(revision && { revision }),
});

/** A web server with one file. */
async function startPlain(file: Partial<PlainFile> = {}, path = 'm.gguf') {
  const hub = await startHub({ repositories: [], plainFiles: { [path]: { content, ...file } } });
  onTestFinished(() => hub.close());
  return { hub, address: `${hub.url}/plain/${path}` };
}

const answering = (status: number, headers: Record<string, string | number>) =>
  serve((_, response) => response.writeHead(status, headers).end());

describe('inspect', () => {
  it('tells name, size and validator, and pins them together', async () => {
    const { hub, address } = await startPlain({ etag: '"v1"' }, 'files/Aster-Q4_K_M.gguf');
    const listing = await source.inspect(parseReference(address));
    expect(listing).toEqual({
      origin: {
        source: 'url',
        endpoint: hub.url,
        repository: address,
        requestedRevision: 'latest',
        revision: createHash('sha256').update(`${address}\n5000\n"v1"\n`).digest('hex'),
      },
      name: 'Aster-Q4_K_M',
      author: new URL(hub.url).host,
      tags: [],
      gated: false,
      private: false,
      access: 'open',
      pageUrl: `${hub.url}/`,
      files: [{ path: 'Aster-Q4_K_M.gguf', sizeBytes: 5000, validator: '"v1"' }],
    });
    originSchema.parse(listing.origin);
  });

  it('asks once, with GET, for one byte', async () => {
    const { hub, address } = await startPlain({ headRefused: 405 });
    await source.inspect(url(address));
    expect(hub.log.map(({ method, range }) => [method, range])).toEqual([['GET', 'bytes=0-0']]);
  });

  it('takes the digest that came with the address', async () => {
    const { address } = await startPlain();
    const digest = 'ab'.repeat(32);
    const plain = await source.inspect(url(address));
    const pinned = await source.inspect(parseReference(`${address}#sha256=${digest}`));
    expect(pinned.files[0]).toMatchObject({ sha256: digest });
    expect(pinned.origin.requestedRevision).toBe(digest);
    expect(pinned.origin.revision).not.toBe(plain.origin.revision);
  });

  it('is content with servers that know no ranges', async () => {
    const { address } = await startPlain({ acceptRanges: false });
    expect((await source.inspect(url(address))).files[0]?.sizeBytes).toBe(5000);
  });

  it.each([
    [`attachment; filename="plain.gguf"; filename*=UTF-8''na%C3%AFve.gguf`, 'naïve.gguf'],
    ['attachment; filename="../../up.gguf"', 'up.gguf'],
    ['inline', 'm.gguf'],
  ])('takes the name from %s', async (contentDisposition, name) => {
    const { address } = await startPlain({ contentDisposition });
    expect((await source.inspect(url(address))).files[0]?.path).toBe(name);
  });

  it('finds the name that storage tells, or that of the address that was given', async () => {
    const told = { redirectTo: 'cdn', contentDisposition: 'attachment; filename="told.gguf"' };
    for (const [file, name] of [
      [told, 'told.gguf'],
      [{ redirectTo: 'cdn' }, 'm.gguf'],
    ] as const) {
      const { address } = await startPlain(file);
      expect((await source.inspect(url(address))).files[0]?.path).toBe(name);
    }
  });

  it.each([
    ['"strong"', 'Mon, 06 Jan 2025 09:00:00 GMT', '"strong"'],
    ['W/"weak"', 'Mon, 06 Jan 2025 09:00:00 GMT', 'Mon, 06 Jan 2025 09:00:00 GMT'],
    ['W/"weak"', null, 'W/"weak"'],
    [null, null, undefined],
  ])('of %s and %s remembers %s', async (etag, lastModified, validator) => {
    const { address } = await startPlain({ etag, lastModified });
    expect((await source.inspect(url(address))).files[0]?.validator).toBe(validator);
  });

  it('takes a file without bytes', async () => {
    const address = await answering(416, { 'content-range': 'bytes */0' });
    expect((await source.inspect(url(`${address}/empty.bin`))).files[0]).toMatchObject({
      sizeBytes: 0,
    });
  });

  it.each([
    ['SIZE_UNKNOWN', 206, { 'content-range': 'bytes 0-0/*' }],
    ['SIZE_UNKNOWN', 200, { 'transfer-encoding': 'chunked' }],
    ['SIZE_UNKNOWN', 200, { 'content-length': 0, 'content-encoding': 'gzip' }],
    ['NOT_A_MODEL_FILE', 200, { 'content-type': 'text/html', 'content-length': 0 }],
    ['FILE_NOT_FOUND', 404, {}],
    ['FILE_NOT_FOUND', 410, {}],
    ['SERVER_REFUSED', 401, {}],
    ['SERVER_REFUSED', 403, {}],
    ['SERVER_REFUSED', 302, {}],
  ] as [string, number, Record<string, string | number>][])(
    'is %s after %d %o',
    async (code, status, headers) => {
      const address = await answering(status, headers);
      await expect(source.inspect(url(`${address}/m.gguf`))).rejects.toMatchObject({ code });
    },
  );

  it('cannot be searched for', async () => {
    await expect(source.search({ text: 'x', limit: 1 })).rejects.toMatchObject({
      code: 'SEARCH_UNSUPPORTED',
    });
  });
});

describe('redirects', () => {
  it('lead at most five times on', async () => {
    let asked = 0;
    const address = await serve((request, response) => {
      asked += 1;
      response.writeHead(302, { location: `${request.url}x` }).end();
    });
    await expect(source.inspect(url(`${address}/m`))).rejects.toMatchObject({
      code: 'ANSWER_UNREADABLE',
    });
    expect(asked).toBe(6);
  });

  it.each(['http://169.254.169.254/latest', 'file:///etc/passwd', 'http://[fe80::1]/'])(
    'to %s are refused',
    async (location) => {
      const address = await answering(302, { location });
      await expect(source.inspect(url(`${address}/m`))).rejects.toMatchObject({
        code: 'REDIRECT_REFUSED',
      });
    },
  );
});

async function planned(file: Partial<PlainFile> = {}, digest?: string) {
  const { hub, address } = await startPlain(file);
  const { origin, files } = await source.inspect(url(address, digest));
  const [first] = files;
  if (!first) throw new Error('no file');
  hub.clearLog();
  return { hub, wanted: { origin, file: first } };
}

describe('locate', () => {
  it('makes the server refuse another file', async () => {
    const { hub, wanted } = await planned({ etag: '"v1"' });
    const location = await locateFirst(source, wanted);
    expect(location).toEqual({
      url: wanted.origin.repository,
      headers: { 'if-match': '"v1"' },
      validator: '"v1"',
      redirected: false,
    });
    hub.setPlainFile('m.gguf', { content, etag: '"v2"' });
    expect((await fetch(location.url, { headers: location.headers })).status).toBe(412);
  });

  it.each<[Partial<PlainFile>, string | undefined, Record<string, string>]>([
    [
      { etag: null, lastModified: 'Mon, 06 Jan 2025 09:00:00 GMT' },
      undefined,
      { 'if-unmodified-since': 'Mon, 06 Jan 2025 09:00:00 GMT' },
    ],
    [{ etag: 'W/"weak"', lastModified: null }, undefined, {}],
    [{ etag: null, lastModified: null }, undefined, {}],
    [{ etag: '"v1"' }, 'ab'.repeat(32), {}],
  ])('with %o and the digest %s asks on the condition %o', async (file, digest, headers) => {
    const { wanted } = await planned(file, digest);
    expect((await locateFirst(source, wanted)).headers).toEqual(headers);
  });

  it('finds the signed address, for as long as it lasts', async () => {
    const { hub, wanted } = await planned({ redirectTo: 'cdn' });
    const location = await locateFirst(source, wanted);
    expect(location).toMatchObject({
      url: expect.stringContaining(hub.cdnUrl),
      redirected: true,
      expiresAt: expect.any(Number),
    });
    const answer = await fetch(location.url, { headers: location.headers });
    expect((await answer.arrayBuffer()).byteLength).toBe(5000);
  });

  it.each<[string, PlainFile, string | undefined]>([
    ['another size', { content: syntheticContent({ sizeBytes: 5001 }), etag: '"v1"' }, undefined],
    ['another state', { content, etag: '"v2"' }, undefined],
    ['another state by a weak tag', { content, etag: 'W/"v2"' }, undefined],
    ['another size', { content: syntheticContent({ sizeBytes: 5001 }) }, 'ab'.repeat(32)],
  ])('finds %s', async (_, changed, digest) => {
    const { hub, wanted } = await planned({ etag: '"v1"' }, digest);
    hub.setPlainFile('m.gguf', changed);
    await expect(locateFirst(source, wanted)).rejects.toMatchObject({ code: 'CONTENT_CHANGED' });
  });

  it('does not mind another ETag of what has a digest', async () => {
    const { hub, wanted } = await planned({ etag: '"v1"' }, 'ab'.repeat(32));
    hub.setPlainFile('m.gguf', { content, etag: '"v2"' });
    expect(await locateFirst(source, wanted)).toMatchObject({ redirected: false });
  });

  it('has one way, named after its host', async () => {
    const { hub, wanted } = await planned();
    const names = source.routes(wanted.origin, wanted.file).map(({ name }) => name);
    expect(names).toEqual([new URL(hub.url).host]);
  });
});
