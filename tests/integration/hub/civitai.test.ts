import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CivitaiModel } from '../../hub/civitai-models.ts';
import { bytesContent } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  ask,
  askThrough,
  createTestRepositories,
  LARGE,
  LARGE_BYTES,
  sha256,
  TOKENS,
} from './hub-fixture.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const DEADLINE = '2026-01-02T00:00:00.000Z';
const PRUNED = bytesContent('pruned '.repeat(1000));

const MODELS: readonly CivitaiModel[] = [
  {
    id: 7,
    name: 'Plain painter',
    creator: 'someone',
    tags: ['style'],
    versions: [
      {
        id: 71,
        name: 'v2',
        baseModel: 'SDXL 1.0',
        files: [
          { name: 'painter.safetensors', content: LARGE, size: 'full', fp: 'fp16' },
          { name: 'painter-small.safetensors', content: PRUNED, size: 'pruned', fp: 'fp16' },
        ],
      },
      { id: 70, name: 'v1', archived: true, files: [{ name: 'old.ckpt', content: PRUNED }] },
    ],
  },
  {
    id: 8,
    name: 'Guarded painter',
    type: 'LORA',
    versions: [
      { id: 80, name: 'v1', needsToken: true, files: [{ name: 'g.safetensors', content: LARGE }] },
      { id: 81, name: 'v2', earlyAccessUntil: DEADLINE, files: [{ name: 'e', content: PRUNED }] },
    ],
  },
  { id: 9, name: 'Third', versions: [{ id: 90, name: 'v1', files: [] }] },
];

let hub: Hub;
let now: number;

beforeEach(async () => {
  now = START;
  hub = await startHub({
    repositories: createTestRepositories(),
    tokens: TOKENS,
    civitaiModels: MODELS,
    now: () => now,
  });
});
afterEach(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  ask(hub.url + path, { headers });
const json = async (path: string) => JSON.parse((await get(path)).body.toString());

describe('facts', () => {
  it('of a version: sizes in whole KiB, hashes in upper case', async () => {
    const version = await json('/api/v1/model-versions/71');
    const hash = (await LARGE.sha256()).toUpperCase();
    expect(version).toMatchObject({
      id: 71,
      modelId: 7,
      baseModel: 'SDXL 1.0',
      model: { name: 'Plain painter', type: 'Checkpoint' },
      downloadUrl: `${hub.url}/api/download/models/71`,
    });
    expect(version.files[0]).toMatchObject({
      name: 'painter.safetensors',
      sizeKB: Math.round(LARGE_BYTES / 1024),
      primary: true,
      metadata: { format: 'SafeTensor', size: 'full', fp: 'fp16' },
      hashes: { SHA256: hash, AutoV2: hash.slice(0, 10) },
    });
    expect(version.files[0].hashes.AutoV1).toMatch(/^[0-9A-F]{8}$/);
  });

  it('are found by any hash, in either case', async () => {
    const hash = await PRUNED.sha256();
    for (const asked of [hash, hash.toUpperCase(), hash.slice(0, 10)]) {
      expect(await json(`/api/v1/model-versions/by-hash/${asked}`)).toMatchObject({ id: 71 });
    }
    expect((await get('/api/v1/model-versions/by-hash/00')).status).toBe(404);
  });

  it('of a model, and none of an unknown one', async () => {
    const model = await json('/api/v1/models/7');
    expect(model).toMatchObject({ id: 7, creator: { username: 'someone' } });
    expect(model.modelVersions.map(({ id }: { id: number }) => id)).toEqual([71, 70]);
    const missing = await get('/api/v1/models/1234');
    expect([missing.status, JSON.parse(missing.body.toString())]).toEqual([
      404,
      { error: 'No model with id 1234' },
    ]);
  });

  it('come in pages, searched by word and type', async () => {
    const first = await json('/api/v1/models?limit=2');
    expect(first.items.map(({ id }: { id: number }) => id)).toEqual([7, 8]);
    const next = await json(first.metadata.nextPage.replace(hub.url, ''));
    expect(next.items.map(({ id }: { id: number }) => id)).toEqual([9]);
    expect(next.metadata.nextCursor).toBeUndefined();
    expect((await json('/api/v1/models?query=PAINTER&types=LORA')).items).toHaveLength(1);
  });

  it('lie beside the API of Hugging Face', async () => {
    expect((await json('/api/models/shop/plain')).id).toBe('shop/plain');
  });
});

describe('a download', () => {
  const path = '/api/download/models';

  it('leads to a signed address that tells the name', async () => {
    const answer = await get(`${path}/71`);
    expect([answer.status, answer.headers['cache-control']]).toEqual([307, 'no-store']);
    expect(new URL(answer.headers.location ?? '').origin).toBe(hub.cdnUrl);
    const { status, headers, body } = await askThrough(`${hub.url}${path}/71`);
    expect([status, sha256(body)]).toEqual([200, await LARGE.sha256()]);
    expect(headers['content-disposition']).toBe('attachment; filename="painter.safetensors"');
  });

  it('can be of another file than the primary one', async () => {
    const { files } = await json('/api/v1/model-versions/71');
    const { body } = await askThrough(files[1].downloadUrl);
    expect(sha256(body)).toBe(await PRUNED.sha256());
    expect((await get(`${path}/71?format=GGUF`)).status).toBe(404);
  });

  it('may ask for a token, in the header or the query, which goes no further', async () => {
    const refused = await get(`${path}/80`);
    expect([refused.status, JSON.parse(refused.body.toString()).error]).toEqual([
      401,
      'Unauthorized',
    ]);
    expect((await get(`${path}/80?token=nobody`)).status).toBe(401);
    const headers = { authorization: 'Bearer member' };
    expect((await askThrough(`${hub.url}${path}/80`, { headers })).status).toBe(200);
    expect((await askThrough(`${hub.url}${path}/80?token=member`)).status).toBe(200);
    expect(hub.leaks).toEqual([]);
    const { location } = (await get(`${path}/80?token=member`)).headers;
    expect((await ask(`${location}&token=member`)).status).toBe(400);
    expect(hub.leaks).toHaveLength(1);
  });

  it('shows a page to what looks like a browser', async () => {
    const { status, headers, body } = await get(`${path}/80`, { 'user-agent': 'Mozilla/5.0 x' });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.toString()).toContain('Sign in');
  });

  it('is refused while access is early, when archived and when unknown', async () => {
    const early = await get(`${path}/81`);
    expect([early.status, JSON.parse(early.body.toString())]).toMatchObject([
      403,
      { error: 'Early Access', deadline: DEADLINE },
    ]);
    now = Date.parse(DEADLINE);
    expect((await get(`${path}/81`)).status).toBe(307);
    expect((await get(`${path}/70`)).status).toBe(410);
    expect((await get(`${path}/1`)).status).toBe(404);
  });
});
