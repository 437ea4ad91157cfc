import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planManifest } from '../../../src-main/library/plan-manifest.ts';
import { createDiscover } from '../../../src-main/operations/discover.ts';
import { createSystemClock } from '../../../src-main/platform/clock.ts';
import { createOllamaSource } from '../../../src-main/sources/ollama.ts';
import { originSchema } from '../../../src-shared/domain/model.ts';
import { parseReference } from '../../../src-shared/domain/reference.ts';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import { type HubOptions, startHub } from '../../hub/hub.ts';
import type { OllamaModel } from '../../hub/ollama-models.ts';
import { serve } from '../../support/small-server.ts';
import { createTestHttp, locateFirst } from './source-fixture.ts';

const weights = syntheticContent({ sizeBytes: 5000 });
const layers: OllamaModel['layers'] = [
  { mediaType: 'model', content: weights },
  { mediaType: 'projector', content: syntheticContent({ sizeBytes: 700, seed: 2 }) },
  { mediaType: 'template', content: bytesContent('{{ .Prompt }}') },
  { mediaType: 'license', content: bytesContent('MIT') },
  { mediaType: 'license', content: bytesContent('and more') },
  { mediaType: 'params', content: bytesContent('{"stop":["x"]}') },
];
const MODELS: readonly OllamaModel[] = [
  { name: 'library/aster', layers },
  { name: 'library/aster', tag: '3b', layers: layers.slice(0, 1) },
  { name: 'private/aster', layers: layers.slice(0, 1) },
  { name: 'private/locked', layers: layers.slice(0, 1), needsAccount: true },
  { name: 'maker/tensors', layers: [{ mediaType: 'tensor', content: bytesContent('x') }] },
];

const createSource = (endpoint: string) =>
  createOllamaSource({ http: createTestHttp(), endpoint: () => endpoint });

async function startSource(options: Partial<HubOptions> = {}) {
  const hub = await startHub({ repositories: [], ollamaModels: MODELS, ...options });
  onTestFinished(() => hub.close());
  return { hub, source: createSource(hub.url) };
}

async function openModel(ref: string, options: Partial<HubOptions> = {}) {
  const { hub, source } = await startSource(options);
  const { origin, files } = await source.inspect(parseReference(ref));
  const [file] = files;
  if (!file) throw new Error('no file');
  hub.clearLog();
  return { hub, source, origin, file };
}

describe('inspect', () => {
  it('names the layers, with digests and exact sizes, and pins the manifest', async () => {
    const { hub, source } = await startSource();
    const listing = await source.inspect(parseReference('ollama:aster'));
    const manifest = await (await fetch(`${hub.url}/v2/library/aster/manifests/latest`)).text();
    expect(listing).toEqual({
      origin: {
        source: 'ollama',
        endpoint: hub.url,
        repository: 'library/aster',
        requestedRevision: 'latest',
        revision: createHash('sha256').update(manifest).digest('hex'),
      },
      name: 'aster',
      tags: [],
      gated: false,
      private: false,
      access: 'open',
      pageUrl: `${hub.url}/library/aster:latest`,
      files: [
        { path: 'aster-latest.gguf', sizeBytes: 5000, sha256: await weights.sha256() },
        { path: 'mmproj-aster-latest.gguf', sizeBytes: 700, sha256: expect.any(String) },
        { path: 'aster-latest.template.txt', sizeBytes: 13, sha256: expect.any(String) },
        { path: 'aster-latest.license.txt', sizeBytes: 3, sha256: expect.any(String) },
        { path: 'aster-latest.license-2.txt', sizeBytes: 8, sha256: expect.any(String) },
        { path: 'aster-latest.params.json', sizeBytes: 14, sha256: expect.any(String) },
        {
          path: 'aster-latest.config.json',
          sizeBytes: expect.any(Number),
          sha256: expect.any(String),
        },
      ],
    });
    originSchema.parse(listing.origin);
  });

  it('asks for the tag', async () => {
    const { source } = await startSource();
    const { files, origin } = await source.inspect(parseReference('ollama:aster:3b'));
    expect(files[0]?.path).toBe('aster-3b.gguf');
    expect(origin.requestedRevision).toBe('3b');
  });

  it('asks the host that the name brings', async () => {
    const { hub } = await startSource();
    const { host } = new URL(hub.url);
    const listing = await createSource('https://registry.invalid').inspect(
      parseReference(`ollama:${host}/library/aster`),
    );
    expect(listing.origin).toMatchObject({
      endpoint: hub.url,
      repository: `${host}/library/aster`,
    });
  });

  it.each([
    ['ollama:nothing', 'REPOSITORY_NOT_FOUND'],
    ['ollama:aster:9b', 'REPOSITORY_NOT_FOUND'],
    ['ollama:private/locked', 'REPOSITORY_HIDDEN'],
    ['ollama:maker/tensors', 'LAYOUT_FOREIGN'],
  ])('of %s is %s', async (ref, code) => {
    const { source } = await startSource();
    await expect(source.inspect(parseReference(ref))).rejects.toMatchObject({ code });
  });

  it('is a sign-in page when the registry answers with a web page', async () => {
    const { hub, source } = await startSource();
    hub.setMode('captive-portal');
    await expect(source.inspect(parseReference('ollama:aster'))).rejects.toMatchObject({
      code: 'NETWORK_SIGN_IN',
    });
  });

  it('is unreadable when the manifest names blobs badly', async () => {
    const layer = { mediaType: 'x', digest: 'sha256:../../up', size: 1 };
    const url = await serve((_, response) =>
      response.end(JSON.stringify({ config: layer, layers: [layer] })),
    );
    await expect(createSource(url).inspect(parseReference('ollama:x'))).rejects.toMatchObject({
      code: 'ANSWER_UNREADABLE',
    });
  });
});

describe('a registry that wants a token', () => {
  it('gives it to anybody, and is asked once', async () => {
    const { hub, source, origin, file } = await openModel('ollama:private/aster');
    expect(await locateFirst(source, { origin, file })).toMatchObject({ redirected: true });
    expect(hub.log.map(({ path }) => path)).toEqual([
      `/v2/private/aster/blobs/sha256:${file.sha256}`,
    ]);
    expect(hub.leaks).toEqual([]);
  });

  it('is asked for another token once the old one is refused', async () => {
    let now = Date.now();
    const { hub, source, origin, file } = await openModel('ollama:private/aster', {
      now: () => now,
    });
    now += 61_000;
    expect(await locateFirst(source, { origin, file })).toMatchObject({ redirected: true });
    expect(hub.log.map(({ path }) => path)).toContain('/token');
  });

  it('is not believed when it names another host', async () => {
    let asked = 0;
    const stranger = await serve((_, response) => {
      asked += 1;
      response.end('{"token":"x"}');
    });
    const url = await serve((_, response) =>
      response
        .writeHead(401, { 'www-authenticate': `Bearer realm="${stranger}/token",service="x"` })
        .end(),
    );
    await expect(createSource(url).inspect(parseReference('ollama:x'))).rejects.toMatchObject({
      code: 'REPOSITORY_HIDDEN',
    });
    expect(asked).toBe(0);
  });
});

describe('locate', () => {
  it('finds the signed address, for as long as it lasts', async () => {
    const { hub, source, origin, file } = await openModel('ollama:aster');
    const location = await locateFirst(source, { origin, file });
    expect(location).toEqual({
      url: expect.stringContaining(hub.cdnUrl),
      headers: {},
      redirected: true,
      expiresAt: expect.any(Number),
    });
    expect(hub.log).toHaveLength(1);
    const bytes = Buffer.from(await (await fetch(location.url)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
  });

  it('takes a registry that sends the blob itself', async () => {
    const url = await serve((_, response) => response.end('bytes'));
    const { origin, file } = await openModel('ollama:aster');
    expect(
      await locateFirst(createSource(url), { origin: { ...origin, endpoint: url }, file }),
    ).toMatchObject({
      url: expect.stringContaining(`${url}/v2/library/aster/blobs/`),
      redirected: false,
    });
  });

  it('says that a blob is gone', async () => {
    const { source, origin, file } = await openModel('ollama:aster');
    const gone = { ...file, sha256: 'f'.repeat(64) };
    await expect(locateFirst(source, { origin, file: gone })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});

it('offers a tag as one variant of that name, which becomes the model of the reference', async () => {
  const { source } = await startSource();
  const discover = createDiscover({
    source,
    clock: createSystemClock(),
    hardware: async () => ({ memoryBytes: 16e9, videoMemoryBytes: null, cpu: 'any', cores: 4 }),
    freeDiskBytes: async () => 1e12,
    keepFreeBytes: () => 0,
    isInLibrary: (id) => id === 'ollama:library/aster:3b',
  });
  const reference = parseReference('ollama:aster:3b');
  const described = await discover.describe(reference);
  expect(described).toMatchObject({
    ref: 'ollama:library/aster:3b',
    variants: [{ ref: 'ollama:library/aster:3b', name: '3b', format: 'gguf', inLibrary: true }],
  });
  const { listing, groups } = await discover.inspect(reference);
  const at = '2026-01-31T12:00:00.000Z';
  const manifest = planManifest({ reference, listing, groups, others: [], keep: false, at });
  expect(manifest).toMatchObject({ id: 'ollama:library/aster:3b', ref: 'ollama:library/aster:3b' });
  expect(manifest.files).toHaveLength(listing.files.length);
});

it('shows pages of Ollama’s own registry where people see them', () => {
  const source = createSource('https://registry.ollama.ai');
  const pageOf = (ref: string) => source.pageUrl(parseReference(ref));
  expect(pageOf('ollama:aster')).toBe('https://ollama.com/library/aster:latest');
  expect(pageOf('ollama:hub.example/a/b:c')).toBe('https://hub.example/a/b:c');
});
