import {
  downloadFile,
  fileDownloadInfo,
  listFiles,
  listModels,
  modelInfo,
  pathsInfo,
  whoAmI,
} from '@huggingface/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  collect,
  createTestRepositories,
  LARGE,
  LARGE_BYTES,
  PATH,
  README,
  sha256,
  TOKENS,
} from './hub-fixture.ts';

type ModelSearch = NonNullable<NonNullable<Parameters<typeof listModels>[0]>['search']>;

let hub: Hub;
let options: { hubUrl: string };

beforeAll(async () => {
  hub = await startHub({ repositories: createTestRepositories(), tokens: TOKENS, pageSize: 2 });
  options = { hubUrl: hub.url };
});
afterAll(() => hub.close());

describe('the official JavaScript client', () => {
  it('finds every public model over several pages, most downloaded first', async () => {
    const found = await collect(listModels({ ...options, sort: 'downloads' }));
    expect(found.map(({ name }) => name)).toEqual([
      'shop/gated',
      'other/second',
      PATH,
      'shop/disabled',
    ]);
  });

  it('searches by words, owner, task and tag', async () => {
    const namesFor = async (search: ModelSearch) =>
      (await collect(listModels({ ...options, search }))).map(({ name }) => name);
    expect(await namesFor({ query: 'PLAIN' })).toEqual([PATH]);
    expect(await namesFor({ owner: 'other' })).toEqual(['other/second']);
    expect(await namesFor({ task: 'text-generation', tags: ['license:mit', 'en'] })).toEqual([
      PATH,
    ]);
  });

  it('reads a model with its additional fields', async () => {
    const info = await modelInfo({
      ...options,
      name: PATH,
      additionalFields: ['sha', 'tags', 'author', 'filePaths'],
    });
    expect(info).toMatchObject({ name: PATH, likes: 3, gated: false, author: 'shop' });
    expect(info.sha).toMatch(/^[0-9a-f]{40}$/);
    expect(info.tags).toContain('gguf');
    expect(info.filePaths).toContain('model.gguf');
  });

  it('lists all files through pages of two', async () => {
    const files = await collect(listFiles({ ...options, repo: PATH, recursive: true }));
    expect(files.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'directory extra',
      'directory extra/deep',
      'file README.md',
      'file extra/config.json',
      'file extra/deep/empty.txt',
      'file model.gguf',
    ]);
    const large = files.find(({ path }) => path === 'model.gguf');
    expect(large?.lfs).toMatchObject({ oid: await LARGE.sha256(), size: LARGE_BYTES });
    expect(hub.log.filter(({ path }) => path.endsWith('/tree/main'))).toHaveLength(3);
  });

  it('asks about single paths and is not told of unknown ones', async () => {
    const entries = await pathsInfo({
      ...options,
      repo: PATH,
      paths: ['extra', 'model.gguf', 'nowhere'],
    });
    expect(entries.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'directory extra',
      'file model.gguf',
    ]);
  });

  it('learns size and address of a large file', async () => {
    const info = await fileDownloadInfo({ ...options, repo: PATH, path: 'model.gguf' });
    expect(info?.size).toBe(LARGE_BYTES);
    expect(await fileDownloadInfo({ ...options, repo: PATH, path: 'nowhere.gguf' })).toBeNull();
  });

  it('downloads a large file whole, and its token stays at home', async () => {
    hub.setAccount('hf_member', { user: 'member', admittedTo: ['shop/gated'] });
    const blob = await downloadFile({
      ...options,
      repo: 'shop/gated',
      path: 'model.gguf',
      accessToken: 'hf_member',
    });
    expect(sha256(new Uint8Array((await blob?.arrayBuffer()) ?? []))).toBe(await LARGE.sha256());
    expect(hub.leaks).toEqual([]);
  });

  it('downloads a small file, and the pointer when raw is asked', async () => {
    const small = await downloadFile({ ...options, repo: PATH, path: 'README.md' });
    expect(await small?.text()).toBe(README);
    const pointer = await downloadFile({ ...options, repo: PATH, path: 'model.gguf', raw: true });
    expect(await pointer?.text()).toContain(`oid sha256:${await LARGE.sha256()}`);
  });

  it('reports a gated file, signed in or not', async () => {
    const fetchGated = (accessToken?: string) =>
      downloadFile({
        ...options,
        repo: 'shop/gated',
        path: 'model.gguf',
        ...(accessToken ? { accessToken } : {}),
      });
    hub.setAccount('hf_outsider', { user: 'outsider' });
    await expect(fetchGated()).rejects.toMatchObject({ statusCode: 401 });
    await expect(fetchGated('hf_outsider')).rejects.toMatchObject({ statusCode: 403 });
  });

  it('learns whose token it has', async () => {
    hub.setAccount('hf_outsider', { user: 'outsider', fullname: 'Out Sider' });
    const who = await whoAmI({ ...options, accessToken: 'hf_outsider' });
    expect(who).toMatchObject({ type: 'user', name: 'outsider', fullname: 'Out Sider' });
  });
});
