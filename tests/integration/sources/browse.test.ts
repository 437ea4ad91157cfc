import { describe, expect, it } from 'vitest';
import { searchHitSchema } from '../../../src-shared/domain/hub.ts';
import { bytesContent } from '../../hub/content.ts';
import { serve } from '../../support/small-server.ts';
import { createTestSource, reference, startSource } from './source-fixture.ts';

describe('search', () => {
  it('gives what a list needs, the most downloaded first', async () => {
    const { source } = await startSource();
    const { items, nextCursor } = await source.search({ text: 'maker', limit: 10 });
    expect(items.map(({ ref }) => ref)).toEqual([
      'hf:maker/Aster-GGUF',
      'hf:maker/gated',
      'hf:maker/empty',
      'hf:maker/disabled',
    ]);
    expect(items[0]).toEqual({
      ref: 'hf:maker/Aster-GGUF',
      name: 'Aster-GGUF',
      author: 'maker',
      downloads: 300,
      likes: 7,
      task: 'text-generation',
      tags: expect.arrayContaining(['en', 'license:mit']),
      gated: false,
      private: false,
      updatedAt: expect.any(String),
    });
    expect(items[1]).toMatchObject({ gated: true });
    expect(nextCursor).toBeUndefined();
    for (const item of items) searchHitSchema.parse({ ...item, variants: [] });
  });

  it('goes from page to page until there is no more', async () => {
    const { source } = await startSource();
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await source.search({ text: '', limit: 2, ...(cursor && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(found[0]).toBe('disabled');
    expect(found.toSorted()).toEqual(['Aster-GGUF', 'disabled', 'empty', 'gated']);
  });

  it('filters by words and task', async () => {
    const { source } = await startSource();
    const names = async (text: string, task?: string) =>
      (await source.search({ text, limit: 10, ...(task && { task }) })).items.map(
        ({ name }) => name,
      );
    expect(await names('aster maker')).toEqual(['Aster-GGUF']);
    expect(await names('', 'text-generation')).toEqual(['Aster-GGUF']);
    expect(await names('nothing like it')).toEqual([]);
  });

  it('shows private models to those who may see them', async () => {
    const { source } = await startSource({ token: 'hf_member' });
    const { items } = await source.search({ text: 'private', limit: 10 });
    expect(items).toMatchObject([{ ref: 'hf:maker/private', private: true }]);
  });

  it('leaves out what no reference could name, and does without what is missing or odd', async () => {
    const entries = [
      { id: 'gpt2' },
      {
        id: 'org/name',
        downloads: 'many',
        tags: null,
        lastModified: 'yesterday',
        gated: 'auto',
        more: {},
      },
    ];
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entries));
    });
    expect((await createTestSource(url).search({ text: 'x', limit: 5 })).items).toEqual([
      { ref: 'hf:org/name', name: 'name', author: 'org', tags: [], gated: true, private: false },
    ]);
  });

  it('says that the token is refused', async () => {
    const { source } = await startSource({ token: 'hf_revoked' });
    await expect(source.search({ text: '', limit: 5 })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });
});

describe('inspect', () => {
  it('pins the commit and lists every file with its size and digest', async () => {
    const { hub, source } = await startSource();
    const listing = await source.inspect(reference('maker/Aster-GGUF'));
    expect(listing).toEqual({
      origin: {
        source: 'hf',
        endpoint: hub.url,
        repository: 'maker/Aster-GGUF',
        requestedRevision: 'main',
        revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      },
      name: 'Aster-GGUF',
      author: 'maker',
      downloads: 300,
      likes: 7,
      task: 'text-generation',
      license: 'mit',
      tags: expect.arrayContaining(['en']),
      gated: false,
      private: false,
      access: 'open',
      updatedAt: expect.any(String),
      pageUrl: `${hub.url}/maker/Aster-GGUF`,
      files: [
        { path: 'README.md', sizeBytes: 8, gitSha1: expect.stringMatching(/^[0-9a-f]{40}$/) },
        {
          path: 'aster-Q4_K_M.gguf',
          sizeBytes: 5000,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        { path: 'sub folder/config #1.json', sizeBytes: 8, gitSha1: expect.any(String) },
      ],
    });
  });

  it('reads all pages of a long list', async () => {
    const { hub, source } = await startSource({ pageSize: 2 });
    const files = Array.from({ length: 9 }, (_, index) => ({
      path: `part-${index}.json`,
      content: bytesContent(`${index}`),
    }));
    hub.addRepository({ id: 'maker/long', commits: [{ files }] });
    const listing = await source.inspect(reference('maker/long'));
    expect(listing.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    expect(hub.log.filter(({ path }) => path.includes('/tree/'))).toHaveLength(5);
  });

  it.each(['v1', 'a/branch'])('takes the revision %s', async (revision) => {
    const { source } = await startSource();
    const listing = await source.inspect(reference('maker/Aster-GGUF', { revision }));
    expect(listing.origin.requestedRevision).toBe(revision);
    expect(listing.files.map(({ path }) => path)).toEqual(['README.md']);
    expect(listing.pageUrl).toContain(`/tree/${encodeURIComponent(revision)}`);
  });

  it('goes on with the present name of a repository that moved, or in its proper letter case', async () => {
    const { source } = await startSource();
    for (const name of ['maker/old-name', 'MAKER/aster-gguf']) {
      const listing = await source.inspect(reference(name));
      expect(listing.origin.repository).toBe('maker/Aster-GGUF');
      expect(listing.files).toHaveLength(3);
    }
  });

  it('takes a repository without files', async () => {
    const { source } = await startSource();
    expect((await source.inspect(reference('maker/empty'))).files).toEqual([]);
  });

  it.each([
    ['needs-token', undefined],
    ['needs-grant', 'hf_outsider'],
    ['open', 'hf_member'],
  ])('finds that a gated model %s for %s', async (access, token) => {
    const { source } = await startSource({ ...(token && { token }) });
    const listing = await source.inspect(reference('maker/gated'));
    expect(listing).toMatchObject({ gated: true, access });
    expect(listing.files).toHaveLength(2);
  });

  it.each([
    ['maker/nothing', undefined, 'REPOSITORY_HIDDEN'],
    ['maker/nothing', 'hf_outsider', 'REPOSITORY_NOT_FOUND'],
    ['maker/private', undefined, 'REPOSITORY_HIDDEN'],
    ['maker/private', 'hf_outsider', 'REPOSITORY_NOT_FOUND'],
    ['maker/disabled', undefined, 'REPOSITORY_DISABLED'],
    ['maker/Aster-GGUF', 'hf_revoked', 'TOKEN_INVALID'],
  ])('of %s with %s is %s', async (repository, token, code) => {
    const { source } = await startSource({ ...(token && { token }) });
    await expect(source.inspect(reference(repository))).rejects.toMatchObject({ code });
  });

  it('shows a private model to those who may see it', async () => {
    const { source } = await startSource({ token: 'hf_member' });
    expect(await source.inspect(reference('maker/private'))).toMatchObject({ private: true });
  });

  it('says that there is no such revision', async () => {
    const { source } = await startSource();
    await expect(
      source.inspect(reference('maker/empty', { revision: 'v9' })),
    ).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
      params: { repository: 'maker/empty', revision: 'v9' },
    });
  });
});

describe('a network or server in between', () => {
  it('is a sign-in page when every answer is a web page', async () => {
    const { hub, source } = await startSource();
    hub.setMode('captive-portal');
    await expect(source.search({ text: '', limit: 1 })).rejects.toMatchObject({
      code: 'NETWORK_SIGN_IN',
    });
    await expect(source.inspect(reference('maker/empty'))).rejects.toMatchObject({
      code: 'NETWORK_SIGN_IN',
    });
  });

  it('is a sign-in page when the API sends us to another host', async () => {
    const url = await serve((_, response) =>
      response.writeHead(302, { location: 'http://login.hotel.invalid/?back=1' }).end(),
    );
    await expect(createTestSource(url).search({ text: '', limit: 1 })).rejects.toMatchObject({
      code: 'NETWORK_SIGN_IN',
    });
  });

  it('is a wrong address when the API sends us to another port, or shows a page for what it lacks', async () => {
    const moved = await serve((_, response) =>
      response.writeHead(301, { location: 'https://127.0.0.1/' }).end(),
    );
    const other = await serve((_, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>'),
    );
    for (const url of [moved, other]) {
      await expect(createTestSource(url).inspect(reference('org/name'))).rejects.toMatchObject({
        code: 'ANSWER_UNREADABLE',
      });
    }
  });

  it('is a failing server after three attempts, and a slow one that recovers is not noticed', async () => {
    const { hub, source } = await startSource();
    hub.setFaults('/api/models', { kind: 'status', status: 503, times: 2 });
    expect((await source.search({ text: '', limit: 1 })).items).toHaveLength(1);
    hub.setMode('server-error');
    hub.clearLog();
    await expect(source.search({ text: '', limit: 1 })).rejects.toMatchObject({
      code: 'SERVER_FAILED',
    });
    expect(hub.log).toHaveLength(3);
  });

  it('is a request to slow down, asked once', async () => {
    const { hub, source } = await startSource();
    hub.setFaults('/api/models', { kind: 'status', status: 429, retryAfter: 7 });
    await expect(source.search({ text: '', limit: 1 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 7_000,
    });
    expect(hub.log).toHaveLength(1);
  });

  it('is offline when the hub is', async () => {
    const { hub, source } = await startSource();
    await hub.goOffline();
    await expect(source.inspect(reference('maker/empty'))).rejects.toMatchObject({
      code: 'NETWORK_OFFLINE',
    });
    await hub.goOnline();
  });

  it('is unreadable when the list of files never ends, or names the commit badly', async () => {
    const sha = 'a'.repeat(40);
    const serveInfo = (info: object) =>
      serve((request, response) => {
        const isTree = request.url?.includes('/tree/');
        response.writeHead(200, {
          'content-type': 'application/json',
          ...(isTree && { link: `<http://x.invalid${request.url}>; rel="next"` }),
        });
        response.end(JSON.stringify(isTree ? [] : info));
      });
    for (const info of [
      { id: 'org/name', sha },
      { id: 'org/name', sha: 'main' },
      { id: '../..', sha },
    ]) {
      const source = createTestSource(await serveInfo(info));
      await expect(source.inspect(reference('org/name'))).rejects.toMatchObject({
        code: 'ANSWER_UNREADABLE',
      });
    }
  });

  it('never sees the token when it is not the configured hub', async () => {
    const seen: unknown[] = [];
    const stranger = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('[]');
    });
    const hub = await serve((request, response) => {
      const page = request.url?.includes('cursor=2') ? 'last' : 'first';
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(page === 'first' && { link: `<${stranger}/api/models?cursor=2>; rel="next"` }),
      });
      response.end('[]');
    });
    const source = createTestSource(hub, 'hf_member');
    const { nextCursor } = await source.search({ text: '', limit: 1 });
    await source.search({ text: '', limit: 1, cursor: nextCursor ?? '' });
    expect(seen).toEqual([]);
  });

  it('can be left in the middle', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    const source = createTestSource(url);
    await expect(source.inspect(reference('org/name'), controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
