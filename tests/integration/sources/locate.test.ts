import { describe, expect, it } from 'vitest';
import type { Origin, SourceFile } from '../../../src-shared/domain/model.ts';
import { bytesContent } from '../../hub/content.ts';
import { serve } from '../../support/small-server.ts';
import { createTestSource, locateFirst, reference, startSource } from './source-fixture.ts';

const COMMIT = 'c'.repeat(40);
const SHA256 = 'd'.repeat(64);

/** Everything a test needs to ask for the files of one repository. */
async function openRepository(repository: string, options: Parameters<typeof startSource>[0] = {}) {
  const { hub, source } = await startSource(options);
  const { origin, files } = await source.inspect(reference(repository));
  const fileAt = (path: string) => {
    const file = files.find((one) => one.path === path);
    if (!file) throw new Error(`no ${path}`);
    return file;
  };
  hub.clearLog();
  return { hub, source, origin, fileAt };
}

describe('locate', () => {
  it('finds a large file at the other host, for as long as its link lasts', async () => {
    const now = Date.parse('2025-01-06T09:00:00.000Z');
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF', {
      now: () => now,
      token: 'hf_member',
    });
    const location = await locateFirst(source, { origin, file: fileAt('aster-Q4_K_M.gguf') });
    expect(location).toEqual({
      url: expect.stringContaining(`${hub.cdnUrl}/cdn/`),
      headers: {},
      redirected: true,
      expiresAt: now + 60 * 60 * 1000,
    });
    const answer = await fetch(location.url, { headers: location.headers });
    expect((await answer.arrayBuffer()).byteLength).toBe(5000);
  });

  it('asks once with HEAD, and nobody but the hub', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF', {
      token: 'hf_member',
    });
    await locateFirst(source, { origin, file: fileAt('aster-Q4_K_M.gguf') });
    expect(
      hub.log.map(({ origin: at, method, sawAuthorization }) => [at, method, sawAuthorization]),
    ).toEqual([['hub', 'HEAD', true]]);
    expect(hub.leaks).toEqual([]);
  });

  it('finds a small file at the hub itself, and brings the token along', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/private', {
      token: 'hf_member',
    });
    const location = await locateFirst(source, { origin, file: fileAt('README.md') });
    expect(location).toEqual({
      url: expect.stringContaining(`${hub.url}/api/resolve-cache/`),
      headers: { authorization: 'Bearer hf_member' },
      redirected: false,
    });
    const answer = await fetch(location.url, { headers: location.headers });
    expect(await answer.text()).toBe('# Aster\n');
  });

  it('brings nothing along without a token', async () => {
    const { source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    expect((await locateFirst(source, { origin, file: fileAt('README.md') })).headers).toEqual({});
  });

  it('finds names with spaces and signs', async () => {
    const { source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    const { url } = await locateFirst(source, {
      origin,
      file: fileAt('sub folder/config #1.json'),
    });
    expect(await (await fetch(url)).text()).toBe('{"a":1}\n');
  });

  it('never takes the token to the other host, even through a whole download', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/gated', {
      token: 'hf_member',
    });
    for (const path of ['aster-Q4_K_M.gguf', 'README.md']) {
      const { url, headers } = await locateFirst(source, { origin, file: fileAt(path) });
      expect((await fetch(url, { headers })).status).toBe(200);
    }
    expect(hub.log.some((record) => record.origin === 'cdn')).toBe(true);
    expect(hub.leaks).toEqual([]);
  });

  it('does not show the token of one hub to another', async () => {
    const { hub, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    const elsewhere = createTestSource('https://corp.invalid', 'hf_member');
    const { headers } = await locateFirst(elsewhere, { origin, file: fileAt('README.md') });
    expect(headers).toEqual({});
    expect(hub.log.some(({ sawAuthorization }) => sawAuthorization)).toBe(false);
  });

  it('keeps to the commit when the repository moves on', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    hub.pushCommit('maker/Aster-GGUF', {
      files: [{ path: 'README.md', content: bytesContent('new') }],
    });
    const { url } = await locateFirst(source, { origin, file: fileAt('README.md') });
    expect(await (await fetch(url)).text()).toBe('# Aster\n');
  });

  it('follows a repository to its new name', async () => {
    const { source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    const former = { ...origin, repository: 'maker/old-name' };
    expect(
      (await locateFirst(source, { origin: former, file: fileAt('aster-Q4_K_M.gguf') })).redirected,
    ).toBe(true);
  });

  it.each([
    ['ACCESS_GATED', undefined, { signedIn: false }],
    ['ACCESS_GATED', 'hf_outsider', { signedIn: true }],
  ])('of a gated file is %s with %s', async (code, token, params) => {
    const { source, origin, fileAt } = await openRepository('maker/gated', {
      ...(token && { token }),
    });
    await expect(locateFirst(source, { origin, file: fileAt('README.md') })).rejects.toMatchObject({
      code,
      params,
    });
  });

  it('says that a file is gone, or its commit, or the repository', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF', {
      token: 'hf_outsider',
    });
    const file = fileAt('README.md');
    const ask = (changes: Partial<Origin>, path = file.path) =>
      locateFirst(source, { origin: { ...origin, ...changes }, file: { ...file, path } });
    await expect(ask({}, 'gone.json')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      params: { path: 'gone.json' },
    });
    await expect(ask({ revision: COMMIT })).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' });
    hub.removeRepository('maker/Aster-GGUF');
    await expect(ask({})).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });
});

describe('a small file', () => {
  it('costs no request at first, and is there with the token', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/private', {
      token: 'hf_member',
    });
    const [route] = source.routes(origin, fileAt('README.md'));
    const location = await route?.locate();
    expect(hub.log).toHaveLength(0);
    expect(location).toEqual({
      url: `${hub.url}/maker/private/resolve/${origin.revision}/README.md`,
      headers: { authorization: 'Bearer hf_member' },
      redirected: false,
      assumed: true,
    });
    const answer = await fetch(location?.url ?? '', { headers: location?.headers ?? {} });
    expect(await answer.text()).toBe('# Aster\n');
  });

  it('that is too large to be fetched whole is asked for at once', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    const file = { ...fileAt('README.md'), sizeBytes: 2 ** 20 + 1 };
    expect((await source.routes(origin, file)[0]?.locate())?.url).toContain('/api/resolve-cache/');
    expect(hub.log.length).toBeGreaterThan(0);
  });

  it('that is refused is explained when asked for again', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/gated');
    const [route] = source.routes(origin, fileAt('README.md'));
    await route?.locate();
    expect(hub.log).toHaveLength(0);
    await expect(route?.locate()).rejects.toMatchObject({ code: 'ACCESS_GATED' });
  });
});

describe('content that is not what was planned', () => {
  it.each<[string, string, Partial<SourceFile>]>([
    ['digest', 'aster-Q4_K_M.gguf', { sha256: SHA256 }],
    ['size', 'aster-Q4_K_M.gguf', { sizeBytes: 5001 }],
    ['git digest', 'README.md', { gitSha1: COMMIT }],
  ])('is found by its %s', async (_, path, changes) => {
    const { source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    await expect(
      locateFirst(source, { origin, file: { ...fileAt(path), ...changes } }),
    ).rejects.toMatchObject({
      code: 'CONTENT_CHANGED',
      params: { path },
    });
  });

  it('is found when the hub changes its mind', async () => {
    const { hub, source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    hub.setFaults('aster-Q4_K_M.gguf', { kind: 'etag-flip', origin: 'hub' });
    await expect(
      locateFirst(source, { origin, file: fileAt('aster-Q4_K_M.gguf') }),
    ).rejects.toMatchObject({
      code: 'CONTENT_CHANGED',
    });
  });

  it('is found by the commit', async () => {
    const { source, origin, fileAt } = await openRepository('maker/Aster-GGUF');
    const branch = { ...origin, revision: 'main' };
    await expect(
      locateFirst(source, { origin: branch, file: fileAt('README.md') }),
    ).rejects.toMatchObject({
      code: 'CONTENT_CHANGED',
    });
  });
});

const FILE: SourceFile = { path: 'model.gguf', sizeBytes: 10, sha256: SHA256 };

async function locateAt(url: string, token: string | null = null) {
  const origin: Origin = {
    source: 'hf',
    endpoint: url,
    repository: 'org/name',
    requestedRevision: 'main',
    revision: COMMIT,
  };
  return locateFirst(createTestSource(url, token), { origin, file: FILE });
}

describe('other servers', () => {
  const told = { 'x-repo-commit': COMMIT, 'x-linked-etag': `"${SHA256}"`, 'x-linked-size': '10' };

  it.each([403, 405])('are asked for one byte when they refuse HEAD with %d', async (status) => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push([request.method, request.headers.range, request.headers['accept-encoding']]);
      if (request.method === 'HEAD') response.writeHead(status).end();
      else
        response
          .writeHead(302, {
            ...told,
            location: 'https://cdn.invalid/x?X-Amz-Date=20250106T090000Z&X-Amz-Expires=60',
          })
          .end();
    });
    expect(await locateAt(url)).toMatchObject({
      redirected: true,
      expiresAt: Date.parse('2025-01-06T09:01:00.000Z'),
    });
    expect(asked).toEqual([
      ['HEAD', undefined, 'identity'],
      ['GET', 'bytes=0-0', 'identity'],
    ]);
  });

  it('do not pour out the file when they do not know ranges either', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(405).end();
      else
        response
          .writeHead(200, { 'x-repo-commit': COMMIT, 'content-length': 10 ** 12 })
          .write('endless');
    });
    expect(await locateAt(url)).toMatchObject({
      redirected: false,
      url: expect.stringContaining(url),
    });
  });

  it.each([
    [
      'to a page of another host',
      302,
      { location: 'http://login.hotel.invalid/' },
      'NETWORK_SIGN_IN',
    ],
    ['with a page', 200, { 'content-type': 'text/html' }, 'NETWORK_SIGN_IN'],
    ['with a redirect to nowhere', 302, told, 'ANSWER_UNREADABLE'],
    ['to no web address', 302, { ...told, location: 'file:///etc/passwd' }, 'REDIRECT_REFUSED'],
    [
      'to a service of the data centre',
      302,
      { ...told, location: 'http://169.254.169.254/x' },
      'REDIRECT_REFUSED',
    ],
  ])('that answer %s are not believed', async (_, status, headers, code) => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end());
    await expect(locateAt(url)).rejects.toMatchObject({ code });
  });

  it.each([
    ['the commit', 200, {}],
    ['the commit, but the digest', 302, { 'x-linked-etag': `"${SHA256}"`, location: '/elsewhere' }],
  ])(
    'that do not name %s may be asked: the digest of the bytes decides',
    async (_, status, headers) => {
      const url = await serve((request, response) =>
        response.writeHead(request.url === '/elsewhere' ? 200 : status, headers).end(),
      );
      expect(await locateAt(url)).toMatchObject({ url: expect.stringContaining(url) });
    },
  );

  it('do not lead in circles', async () => {
    const url = await serve((request, response) =>
      response.writeHead(307, { location: `${request.url}x` }).end(),
    );
    await expect(locateAt(url)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
  });

  it('mark a digest as weak and it is still a digest', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'x-repo-commit': COMMIT, etag: `W/"${SHA256}"` }).end(),
    );
    expect(await locateAt(url)).toMatchObject({ redirected: false });
  });

  it('may name a digest of a kind we do not know', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'x-repo-commit': COMMIT, etag: '"5d41402abc"' }).end(),
    );
    expect(await locateAt(url)).toMatchObject({ redirected: false });
  });

  it('are not asked again when they are busy: that is the engine to decide', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    await expect(locateAt(url)).rejects.toMatchObject({ code: 'SERVER_FAILED' });
    expect(asked).toBe(1);
  });
});
