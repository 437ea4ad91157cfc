import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../src-shared/domain/model.ts';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import { serve } from '../../support/small-server.ts';
import { createTestSource, REPOSITORIES, reference, startSource } from './source-fixture.ts';

const PATH = 'aster-Q4_K_M.gguf';
/** As large as the file itself. */
const another = syntheticContent({ sizeBytes: 5000, seed: 9 });

/** A hub with a file, and a source that has mirrors beside it. */
async function withMirrors(mirrors: readonly string[], path = PATH) {
  const { hub } = await startSource();
  const source = createTestSource(hub.url, 'hf_member', mirrors);
  const { origin, files } = await source.inspect(reference('maker/Aster-GGUF'));
  const file = files.find((one) => one.path === path);
  if (!file) throw new Error('no file');
  return { hub, source, origin, file };
}

type Answer = (file: SourceFile, request: IncomingMessage, response: ServerResponse) => void;

/** Where a mirror that answers like this, and is no ModelScope, finds the file. */
async function locateAt(answer: Answer) {
  let file: SourceFile | undefined;
  const asked: { path: string; authorization: string | undefined }[] = [];
  const mirror = await serve((request, response) => {
    const { url = '', headers } = request;
    asked.push({ path: url, authorization: headers.authorization });
    if (url.startsWith('/api/v1/')) response.writeHead(404).end('Not Found');
    else if (file) answer(file, request, response);
  });
  const rig = await withMirrors([mirror]);
  file = rig.file;
  const route = rig.source.routes(rig.origin, rig.file)[1];
  if (!route) throw new Error('no mirror');
  return { ...rig, route, mirror, asked, location: route.locate() };
}

const facts = ({ sha256, sizeBytes }: SourceFile) => ({
  'x-linked-etag': `"${sha256}"`,
  'x-linked-size': String(sizeBytes),
});

describe('ways to a file', () => {
  it('are the hub, then the mirrors, each once', async () => {
    const { hub, source, origin, file } = await withMirrors([
      'https://a.example/',
      'https://b.example',
      'https://a.example',
    ]);
    const names = source.routes(origin, file).map(({ name }) => name);
    expect(names).toEqual([new URL(hub.url).host, 'a.example', 'b.example']);
  });

  it('do not name the hub a second time', async () => {
    const { hub, origin, file } = await withMirrors([]);
    const source = createTestSource(hub.url, null, [hub.url]);
    expect(source.routes(origin, file)).toHaveLength(1);
  });

  it('are only one for files without a SHA-256', async () => {
    const { source, origin, file } = await withMirrors(['https://a.example'], 'README.md');
    expect(source.routes(origin, file)).toHaveLength(1);
  });
});

describe('a mirror that speaks as the hub does', () => {
  it('is asked without the token, and leads to its storage', async () => {
    const { location, asked, mirror, origin } = await locateAt((file, _, response) =>
      response
        .writeHead(302, { ...facts(file), location: 'http://cdn.invalid/x?Expires=1800000000' })
        .end(),
    );
    expect(await location).toEqual({
      url: 'http://cdn.invalid/x?Expires=1800000000',
      headers: {},
      redirected: true,
      expiresAt: 1_800_000_000_000,
    });
    expect(asked.at(-1)?.path).toBe(`/maker/Aster-GGUF/resolve/${origin.revision}/${PATH}`);
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    expect(mirror).toContain('127.0.0.1');
  });

  it('is found out once not to be ModelScope', async () => {
    const { location, route, asked } = await locateAt((file, _, response) =>
      response.writeHead(302, { ...facts(file), location: 'http://cdn.invalid/x' }).end(),
    );
    await location;
    await route.locate();
    expect(asked.filter(({ path }) => path.startsWith('/api/v1/'))).toHaveLength(1);
  });

  it('may send the bytes itself', async () => {
    const { location, mirror } = await locateAt((file, _, response) =>
      response.writeHead(200, { etag: `"${file.sha256}"`, 'content-length': file.sizeBytes }).end(),
    );
    expect(await location).toMatchObject({
      url: expect.stringContaining(mirror),
      headers: {},
      redirected: false,
    });
  });

  it.each<[string, string, (file: SourceFile) => Record<string, string | number>]>([
    [
      'another digest',
      'CONTENT_CHANGED',
      (file) => ({ ...facts(file), 'x-linked-etag': `"${'f'.repeat(64)}"` }),
    ],
    ['another size', 'CONTENT_CHANGED', (file) => ({ ...facts(file), 'x-linked-size': '4999' })],
    [
      'another length',
      'CONTENT_CHANGED',
      ({ sha256 }) => ({ etag: `"${sha256}"`, 'content-length': 4999 }),
    ],
    ['no digest', 'ANSWER_UNREADABLE', () => ({ 'content-length': 5000 })],
    [
      'a digest of another kind',
      'ANSWER_UNREADABLE',
      () => ({ etag: '"abc"', 'content-length': 5000 }),
    ],
    [
      'another commit',
      'CONTENT_CHANGED',
      (file) => ({ ...facts(file), 'x-repo-commit': 'c'.repeat(40) }),
    ],
  ])('is not used when it tells %s', async (_, code, headers) => {
    const { location } = await locateAt((file, _request, response) =>
      response.writeHead(200, headers(file)).end(),
    );
    await expect(location).rejects.toMatchObject({ code });
  });

  it.each(['http://169.254.169.254/', 'file:///etc/passwd'])(
    'is not followed to %s',
    async (to) => {
      const { location } = await locateAt((file, _, response) =>
        response.writeHead(302, { ...facts(file), location: to }).end(),
      );
      await expect(location).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });
    },
  );

  it('may lack the repository', async () => {
    const { location } = await locateAt((_, _request, response) => response.writeHead(404).end());
    await expect(location).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('ModelScope as a mirror', () => {
  async function withModelScope(repositories = REPOSITORIES) {
    const { hub: mirror } = await startSource({ repositories });
    const rig = await withMirrors([mirror.url]);
    const route = rig.source.routes(rig.origin, rig.file)[1];
    if (!route) throw new Error('no mirror');
    return { ...rig, mirror, route };
  }

  it('has a file of the same path, size and digest', async () => {
    const { route, mirror } = await withModelScope();
    const location = await route.locate();
    expect(location).toMatchObject({ headers: {}, redirected: false });
    expect(new URL(location.url).pathname).toBe('/api/v1/models/maker/Aster-GGUF/repo');
    const range = { range: 'bytes=0-9' };
    expect((await (await fetch(location.url, { headers: range })).arrayBuffer()).byteLength).toBe(
      10,
    );
    expect(mirror.log.some(({ sawAuthorization }) => sawAuthorization)).toBe(false);
  });

  it('is asked for the list once', async () => {
    const { route, mirror } = await withModelScope();
    await route.locate();
    await route.locate();
    expect(mirror.log.filter(({ path }) => path.endsWith('/files'))).toHaveLength(1);
  });

  it.each([
    ['FILE_NOT_FOUND', 'lacks the repository', []],
    ['FILE_NOT_FOUND', 'lacks the file', [{ path: 'other.gguf', content: bytesContent('x') }]],
    ['CONTENT_CHANGED', 'has another file', [{ path: PATH, content: another }]],
  ])('is %s when it %s', async (code, _, files) => {
    const repositories =
      files.length === 0 ? [] : [{ id: 'maker/Aster-GGUF', commits: [{ files }] }];
    const { route } = await withModelScope(repositories);
    await expect(route.locate()).rejects.toMatchObject({ code });
  });
});
