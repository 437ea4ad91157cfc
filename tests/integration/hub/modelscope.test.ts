import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  ask,
  createTestRepositories,
  LARGE,
  LARGE_BYTES,
  LARGE_PATH,
  README,
  sha256,
  TOKENS,
} from './hub-fixture.ts';

let hub: Hub;

beforeEach(async () => {
  hub = await startHub({ repositories: createTestRepositories(), tokens: TOKENS });
});
afterEach(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  ask(hub.url + path, { headers });
const LISTING = '/api/v1/models/shop/plain/repo/files';
const FILE = '/api/v1/models/shop/plain/repo?Revision=master&FilePath=model.gguf';
const RESOLVED = '/models/shop/plain/resolve/master/model.gguf';

describe('a listing', () => {
  it('has size and digest of every file, small ones too', async () => {
    const { body } = await get(`${LISTING}?Revision=master&Recursive=true`);
    const { Code, Data } = JSON.parse(body.toString());
    expect(Code).toBe(200);
    expect(Data.Files.map(({ Path, Type }: Record<string, string>) => [Path, Type])).toEqual([
      ['extra', 'tree'],
      ['extra/deep', 'tree'],
      ['README.md', 'blob'],
      ['extra/config.json', 'blob'],
      ['extra/deep/empty.txt', 'blob'],
      ['model.gguf', 'blob'],
    ]);
    expect(Data.Files).toContainEqual(
      expect.objectContaining({ Size: LARGE_BYTES, Sha256: await LARGE.sha256() }),
    );
    expect(Data.Files).toContainEqual(
      expect.objectContaining({ Size: README.length, Sha256: sha256(Buffer.from(README)) }),
    );
    expect(Data.Files[2].Revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is of one folder unless asked for more, and of any revision', async () => {
    const names = async (query: string) =>
      JSON.parse((await get(LISTING + query)).body.toString()).Data.Files.map(
        ({ Path }: { Path: string }) => Path,
      );
    expect(await names('')).toEqual(['extra', 'README.md', 'model.gguf']);
    expect(await names('?Root=extra')).toEqual(['extra/deep', 'extra/config.json']);
    expect(await names('?Revision=old/style&Recursive=True')).toEqual(['model.gguf']);
  });

  it('of what is not there is refused in its own words', async () => {
    const missing = await get('/api/v1/models/shop/none/repo/files', {
      cookie: 'm_session_id=member',
    });
    expect([missing.status, JSON.parse(missing.body.toString())]).toMatchObject([
      404,
      { Code: 404, Success: false },
    ]);
  });
});

describe('a file', () => {
  it.each([FILE, RESOLVED])('%s: a part comes as 200 with a right Content-Range', async (path) => {
    const { status, headers, body } = await get(path, { range: 'bytes=100-199' });
    expect([status, headers['content-range'], headers['content-length']]).toEqual([
      200,
      `bytes 100-199/${LARGE_BYTES}`,
      '100',
    ]);
    expect(body.equals((await readAll(LARGE)).subarray(100, 200))).toBe(true);
    expect(hub.log.at(-1)?.file).toBe(LARGE_PATH);
  });

  it('comes whole without one, and 416 past the end', async () => {
    const { status, headers, body } = await get(RESOLVED);
    expect([status, headers['content-range'], sha256(body)]).toEqual([
      200,
      undefined,
      await LARGE.sha256(),
    ]);
    expect((await get(RESOLVED, { range: `bytes=${LARGE_BYTES}-` })).status).toBe(416);
  });

  it('of a private or gated repository asks for the token as a cookie', async () => {
    const status = async (name: string, token: string | null) =>
      (
        await get(
          `/models/shop/${name}/resolve/master/model.gguf`,
          token === null ? {} : { cookie: `a=b; m_session_id=${token}` },
        )
      ).status;
    expect(await status('gated', null)).toBe(401);
    expect(await status('gated', 'outsider')).toBe(403);
    expect(await status('gated', 'member')).toBe(200);
    expect(await status('private', 'outsider')).toBe(404);
    expect(await status('private', 'member')).toBe(200);
    expect(await status('plain', 'nobody')).toBe(401);
  });
});
