import { describe, expect, it, onTestFinished } from 'vitest';
import { createCivitaiSource } from '../../../src-main/sources/civitai.ts';
import { searchHitSchema } from '../../../src-shared/domain/hub.ts';
import { originSchema } from '../../../src-shared/domain/model.ts';
import { parseReference } from '../../../src-shared/domain/reference.ts';
import type { CivitaiFile, CivitaiModel, CivitaiVersion } from '../../hub/civitai-models.ts';
import { syntheticContent } from '../../hub/content.ts';
import { type HubOptions, startHub } from '../../hub/hub.ts';
import { serve } from '../../support/small-server.ts';
import { createTestHttp, locateFirst } from './source-fixture.ts';

const content = syntheticContent({ sizeBytes: 5000 });
const full: CivitaiFile = { name: 'aster.safetensors', content, fp: 'fp16', size: 'pruned' };
const other: CivitaiFile = {
  name: 'aster.safetensors',
  content: syntheticContent({ sizeBytes: 9001, seed: 2 }),
  fp: 'fp32',
  size: 'full',
};
const training: CivitaiFile = { name: 'pictures.zip', content, type: 'Training Data' };

const version = (id: number, more: Partial<CivitaiVersion> = {}): CivitaiVersion => ({
  id,
  name: `v${id}`,
  baseModel: 'SDXL 1.0',
  files: [full],
  ...more,
});
const MODELS: readonly CivitaiModel[] = [
  {
    id: 10,
    name: 'Aster',
    creator: 'maker',
    tags: ['flower'],
    versions: [version(102, { files: [full, other, training] }), version(101)],
  },
  { id: 20, name: 'Locked', type: 'LORA', versions: [version(201, { needsToken: true })] },
  {
    id: 30,
    name: 'Early',
    versions: [version(301, { earlyAccessUntil: '2999-12-31T00:00:00.000Z' })],
  },
  { id: 40, name: 'Archived', versions: [version(401, { archived: true })] },
];

const createSource = (endpoint: string, token: string | null = null) =>
  createCivitaiSource({
    http: createTestHttp(),
    endpoint: () => endpoint,
    token: async () => token,
  });

async function startSource(options: Partial<HubOptions> & { token?: string } = {}) {
  const { token, ...rest } = options;
  const tokens = { civitai_member: { user: 'member' } };
  const hub = await startHub({ repositories: [], civitaiModels: MODELS, tokens, ...rest });
  onTestFinished(() => hub.close());
  return { hub, source: createSource(hub.url, token) };
}

async function openVersion(id: number, options: Parameters<typeof startSource>[0] = {}) {
  const { hub, source } = await startSource(options);
  const { origin, files } = await source.inspect(parseReference(`civitai:${id}`));
  const [file] = files;
  if (!file) throw new Error('no file');
  hub.clearLog();
  return { hub, source, origin, file };
}

describe('inspect', () => {
  it('tells exact sizes and digests of one version', async () => {
    const { hub, source } = await startSource();
    const listing = await source.inspect(parseReference('civitai:101'));
    expect(listing).toEqual({
      origin: {
        source: 'civitai',
        endpoint: hub.url,
        repository: '101',
        requestedRevision: '101',
        revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      name: 'Aster v101',
      tags: ['SDXL 1.0', 'Checkpoint'],
      gated: false,
      private: false,
      access: 'open',
      pageUrl: `${hub.url}/models/10?modelVersionId=101`,
      updatedAt: expect.any(String),
      downloads: 1101,
      files: [{ path: 'aster.safetensors', sizeBytes: 5000, sha256: await content.sha256() }],
    });
    originSchema.parse(listing.origin);
  });

  it('tells files of one name apart, and leaves training data out', async () => {
    const { source } = await startSource();
    const { files } = await source.inspect(parseReference('civitai:102'));
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['aster-1020.safetensors', 5000],
      ['aster-1021.safetensors', 9001],
    ]);
  });

  it('takes the newest version of a model', async () => {
    const { source } = await startSource();
    const { origin } = await source.inspect(parseReference('civitai:models/10'));
    expect(origin.repository).toBe('102');
  });

  it('pins the contents, whoever asks', async () => {
    const { origin } = await openVersion(201, { token: 'civitai_member' });
    expect((await openVersion(201)).origin.revision).toBe(origin.revision);
    expect((await openVersion(102)).origin.revision).not.toBe(origin.revision);
  });

  it.each([
    ['needs-token', 201, undefined],
    ['needs-token', 201, 'civitai_revoked'],
    ['open', 201, 'civitai_member'],
    ['early-access', 301, undefined],
  ])('says %s of version %d to %s', async (access, id, token) => {
    const { source } = await startSource({ ...(token && { token }) });
    const listing = await source.inspect(parseReference(`civitai:${id}`));
    expect(listing).toMatchObject({ access, gated: access !== 'open' });
    // Rounded by the hub to whole KiB where the download may not be asked.
    expect(listing.files[0]?.sizeBytes).toBe(access === 'open' ? 5000 : 5120);
  });

  it('says until when access is early', async () => {
    const { source } = await startSource();
    const { earlyAccessUntil } = await source.inspect(parseReference('civitai:301'));
    expect(earlyAccessUntil).toBe('2999-12-31');
  });

  it.each([
    ['civitai:999', 'REPOSITORY_NOT_FOUND'],
    ['civitai:models/999', 'REPOSITORY_NOT_FOUND'],
    ['civitai:401', 'REPOSITORY_ARCHIVED'],
  ])('of %s is %s', async (ref, code) => {
    const { source } = await startSource();
    await expect(source.inspect(parseReference(ref))).rejects.toMatchObject({ code });
  });

  it('is a request to slow down', async () => {
    const { hub, source } = await startSource();
    hub.setFaults('/api/v1/**', { kind: 'status', status: 429, retryAfter: 7 });
    await expect(source.inspect(parseReference('civitai:101'))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 7_000,
    });
  });
});

describe('locate', () => {
  it('finds the signed address, and leaves the token behind', async () => {
    const { hub, source, origin, file } = await openVersion(201, { token: 'civitai_member' });
    const location = await locateFirst(source, { origin, file });
    expect(location).toEqual({
      url: expect.stringContaining(hub.cdnUrl),
      headers: {},
      redirected: true,
      expiresAt: expect.any(Number),
    });
    expect(hub.log.map(({ path, sawAuthorization }) => [path, sawAuthorization])).toEqual([
      ['/api/download/models/201', true],
    ]);
    expect((await (await fetch(location.url)).arrayBuffer()).byteLength).toBe(5000);
    expect(hub.leaks).toEqual([]);
  });

  it('finds the right one of several files', async () => {
    const { source } = await startSource();
    const { origin, files } = await source.inspect(parseReference('civitai:102'));
    for (const file of files) {
      const { url } = await locateFirst(source, { origin, file });
      expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(file.sizeBytes);
    }
  });

  it.each([
    ['SIGN_IN_NEEDED', 201, undefined, {}],
    ['TOKEN_INVALID', 201, 'civitai_revoked', {}],
    ['EARLY_ACCESS', 301, undefined, { repository: '301', until: '2999-12-31' }],
  ])('is %s for version %d with %s', async (code, id, token, params) => {
    const { source, origin, file } = await openVersion(id, { ...(token && { token }) });
    await expect(locateFirst(source, { origin, file })).rejects.toMatchObject({
      code,
      params: expect.objectContaining(params),
    });
  });

  it('says that the version was archived, or lacks the file, or has another', async () => {
    const { hub, source, origin, file } = await openVersion(101);
    const ask = (changes: Partial<typeof file>) =>
      locateFirst(source, { origin, file: { ...file, ...changes } });
    await expect(ask({ path: 'x.bin' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(ask({ sha256: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'CONTENT_CHANGED',
    });
    hub.setCivitaiModel({ id: 10, name: 'Aster', versions: [version(101, { archived: true })] });
    await expect(ask({})).rejects.toMatchObject({ code: 'REPOSITORY_ARCHIVED' });
  });

  it('knows the page where people sign in', async () => {
    const { origin, file, hub } = await openVersion(101);
    const login = await serve(async (request, response) => {
      if (request.url?.startsWith('/api/v1/')) {
        const answer = await fetch(`${hub.url}${request.url}`);
        response.end(await answer.text());
      } else if (request.url?.startsWith('/login')) {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
      } else response.writeHead(307, { location: '/login?returnUrl=x' }).end();
    });
    await expect(
      locateFirst(createSource(login), { origin: { ...origin, endpoint: login }, file }),
    ).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
  });

  it('does not show the token of one site to another', async () => {
    const { hub, origin, file } = await openVersion(101);
    await locateFirst(createSource('https://civitai.invalid', 'civitai_member'), { origin, file });
    expect(hub.log.some(({ sawAuthorization }) => sawAuthorization)).toBe(false);
  });
});

describe('search', () => {
  it('gives what a list needs', async () => {
    const { source } = await startSource();
    const { items, nextCursor } = await source.search({ text: 'aster', limit: 10 });
    expect(items).toEqual([
      {
        ref: 'civitai:102',
        name: 'Aster',
        author: 'maker',
        downloads: 1010,
        likes: 10,
        tags: ['Checkpoint', 'flower'],
        gated: false,
        private: false,
        updatedAt: expect.any(String),
      },
    ]);
    for (const item of items) searchHitSchema.parse({ ...item, variants: [] });
    expect(nextCursor).toBeUndefined();
  });

  it('goes from page to page until there is no more', async () => {
    const { source } = await startSource();
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await source.search({ text: '', limit: 1, ...(cursor && { cursor }) });
      found.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(found).toEqual(['Aster', 'Locked', 'Early', 'Archived']);
  });
});

it('has pages for versions and models', () => {
  const source = createSource('https://civitai.com');
  expect(source.pageUrl(parseReference('civitai:5'))).toBe('https://civitai.com/model-versions/5');
  expect(source.pageUrl(parseReference('civitai:models/5'))).toBe('https://civitai.com/models/5');
});
