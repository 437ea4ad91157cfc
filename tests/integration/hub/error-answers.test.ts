import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../hub/hub.ts';
import { ask, createTestRepositories, LARGE_ADDRESS, PATH, TOKENS } from './hub-fixture.ts';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ repositories: createTestRepositories(), tokens: TOKENS });
});
afterAll(() => hub.close());

/** Status, error code and message of an answer. */
async function refusalOf(path: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { status, headers: answered } = await ask(hub.url + path, { headers });
  return [status, answered['x-error-code'], answered['x-error-message']];
}

describe('a repository that is not to be had', () => {
  it.each([
    '/api/models/shop/nothing',
    '/shop/nothing/resolve/main/a.gguf',
    '/api/models/shop/private',
    '/shop/private/resolve/main/model.gguf',
  ])('is a bare 401 for anonymous clients, missing or private: %s', async (path) => {
    const { status, headers } = await ask(hub.url + path);
    expect(status).toBe(401);
    expect(headers['x-error-message']).toBe('Invalid username or password.');
    expect(headers).not.toHaveProperty('x-error-code');
    expect(headers['www-authenticate']).toContain('Bearer realm=');
  });

  it.each([
    '/api/models/shop/nothing',
    '/api/models/shop/private',
    '/shop/private/resolve/main/model.gguf',
  ])('is RepoNotFound for those who are signed in: %s', async (path) => {
    expect((await refusalOf(path, 'outsider')).slice(0, 2)).toEqual([404, 'RepoNotFound']);
  });

  it('is there for those who may see it', async () => {
    expect((await refusalOf('/api/models/shop/private', 'member'))[0]).toBe(200);
    expect((await refusalOf('/shop/private/resolve/main/model.gguf', 'member'))[0]).toBe(302);
  });

  it('answers 403 when it is disabled', async () => {
    const message = 'Access to this resource is disabled.';
    expect(await refusalOf('/api/models/shop/disabled')).toEqual([403, undefined, message]);
  });
});

describe('a gated repository', () => {
  const file = '/shop/gated/resolve/main/model.gguf';

  it('tells about itself to everyone', async () => {
    const { status, body } = await ask(`${hub.url}/api/models/shop/gated`);
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ id: 'shop/gated', gated: 'manual' });
  });

  it('gives files only to those admitted', async () => {
    expect((await refusalOf(file)).slice(0, 2)).toEqual([401, 'GatedRepo']);
    expect((await refusalOf(file, 'outsider')).slice(0, 2)).toEqual([403, 'GatedRepo']);
    expect((await refusalOf(file, 'member'))[0]).toBe(302);
  });

  it('says so to a check without a body', async () => {
    expect((await refusalOf('/api/models/shop/gated/auth-check', 'outsider'))[0]).toBe(403);
    expect((await refusalOf('/api/models/shop/gated/auth-check', 'member'))[0]).toBe(200);
  });
});

describe('wrong questions', () => {
  it('a token nobody has is 401 everywhere', async () => {
    const message = 'Invalid credentials in Authorization header';
    for (const path of ['/api/whoami-v2', `/api/models/${PATH}`, LARGE_ADDRESS]) {
      expect(await refusalOf(path, 'forged')).toEqual([401, undefined, message]);
    }
  });

  it('an unknown revision is RevisionNotFound', async () => {
    for (const path of [
      `/api/models/${PATH}/revision/none`,
      `/api/models/${PATH}/tree/none`,
      `/${PATH}/resolve/none/model.gguf`,
    ]) {
      expect((await refusalOf(path)).slice(0, 2)).toEqual([404, 'RevisionNotFound']);
    }
  });

  it('an unknown file is EntryNotFound and tells the commit', async () => {
    const { status, headers } = await ask(`${hub.url}/${PATH}/resolve/main/none.gguf`, {
      method: 'HEAD',
    });
    expect([status, headers['x-error-code']]).toEqual([404, 'EntryNotFound']);
    expect(headers['x-repo-commit']).toMatch(/^[0-9a-f]{40}$/);
    expect((await refusalOf(`/api/models/${PATH}/tree/main/none`))[1]).toBe('EntryNotFound');
  });

  it('an unknown expand key is 400 and lists the good ones', async () => {
    const { status, body } = await ask(`${hub.url}/api/models/${PATH}?expand=sha&expand=nonsense`);
    expect(status).toBe(400);
    expect(body.toString()).toContain('safetensors');
  });

  it('a forged cursor, a strange limit and a broken address are 400', async () => {
    for (const path of [
      '/api/models?cursor=abc',
      '/api/models?limit=0',
      `/${PATH}/resolve/main/%E0%A4%A`,
    ]) {
      expect((await refusalOf(path))[0]).toBe(400);
    }
  });

  it('too many requests in a window are 429 with the time to wait', async () => {
    const quotas = { api: 2, resolvers: 2, pages: 2 };
    const strict = await startHub({ repositories: createTestRepositories(), quotas });
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await ask(`${strict.url}/api/models`));
    await strict.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers.ratelimit).toMatch(/^"api";r=0;t=\d+$/);
    expect(answers[2]?.headers['ratelimit-policy']).toBe('"fixed window";"api";q=2;w=300');
  });
});
