import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import {
  BROKEN,
  ENDLESS,
  hello,
  LARGE,
  OTHER,
  SAYS,
  startGateway,
  TINY,
} from '../support/gateway-rig.ts';

describe('the gateway, asked by the official client', () => {
  it('answers a chat, and says who did', async () => {
    const { client, have } = await startGateway();
    await have(TINY);
    const { data, response } = await client.chat.completions.create(hello(TINY)).withResponse();
    expect(data.choices[0]?.message.content).toBe(SAYS);
    expect(data).toMatchObject({ object: 'chat.completion', model: TINY });
    expect(data.usage?.total_tokens).toBe(
      (data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0),
    );
    expect(response.headers.get('x-larder-model')).toBe(TINY);
    expect(response.headers.get('x-larder-strategy')).toBe('exact');
  });

  it('streams it word by word, with the count at its end', async () => {
    const { client, have } = await startGateway();
    await have(TINY);
    const stream = await client.chat.completions.create({
      ...hello(TINY),
      stream: true,
      stream_options: { include_usage: true },
    });
    const words: string[] = [];
    let tokens = 0;
    let reason: string | null = null;
    for await (const chunk of stream) {
      words.push(chunk.choices[0]?.delta.content ?? '');
      tokens = chunk.usage?.completion_tokens ?? tokens;
      reason = chunk.choices[0]?.finish_reason ?? reason;
    }
    expect(words.filter((word) => word !== '').length).toBeGreaterThan(3);
    expect(words.join('')).toBe(SAYS);
    expect(tokens).toBeGreaterThan(3);
    expect(reason).toBe('stop');
  });

  it('completes a text, makes vectors, and lists what can be asked', async () => {
    const { client, core, have } = await startGateway();
    await have(TINY);
    const completed = await client.completions.create({
      model: 'tiny-GGUF',
      prompt: 'tests like',
      max_tokens: 3,
      temperature: 0,
    });
    expect(completed.choices[0]).toMatchObject({
      text: expect.stringContaining('answers that never'),
      finish_reason: 'length',
    });
    const vectors = await client.embeddings.create({
      model: TINY,
      input: ['hello there', 'the quick fox'],
    });
    expect(vectors.data).toHaveLength(2);
    expect(vectors.data[0]?.embedding.length).toBeGreaterThan(10);
    expect(vectors.data[0]?.embedding).not.toEqual(vectors.data[1]?.embedding);
    await core.value('settings.patch', {
      generation: { aliases: [{ name: 'gpt-4o', models: ['hf:maker/none', TINY] }] },
    });
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(['gpt-4o', TINY]);
    expect((await client.models.retrieve(TINY)).owned_by).toBe('larder');
    const aliased = await client.chat.completions.create(hello('gpt-4o')).withResponse();
    expect(aliased.response.headers.get('x-larder-model')).toBe(TINY);
    expect(aliased.response.headers.get('x-larder-requested')).toBe('gpt-4o');
  });

  it('R8.1, R6.1: a use is recorded with what it took, and nothing of what was said', async () => {
    const { client, core, have, userData } = await startGateway();
    await have(TINY);
    const secret = { role: 'user' as const, content: 'my secret plan' };
    await client.chat.completions.create(
      { ...hello(TINY), messages: [secret] },
      { headers: { 'x-larder-app': 'notes' } },
    );
    const { items } = await core.value('analytics.get', {});
    expect(items).toMatchObject([{ modelId: TINY, uses: 1, successRate: 1 }]);
    expect(items[0]?.tokens).toBeGreaterThan(3);
    const [request] = (await core.value('requests.list', {})).items;
    expect(request).toMatchObject({ app: 'notes', modelId: TINY, state: { kind: 'done' } });
    expect(JSON.stringify(core.events)).not.toContain('secret');
    await core.stop();
    for (const file of await readdir(userData, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || file.name.endsWith('.gguf')) continue;
      const text = await readFile(path.join(file.parentPath, file.name), 'latin1');
      expect(text.includes('secret plan'), file.name).toBe(false);
    }
  });

  it('answers only what a schema allows', async () => {
    const { client, have } = await startGateway();
    await have(TINY);
    const answer = await client.chat.completions.create({
      ...hello(TINY),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'decision', schema: { type: 'boolean' } },
      },
    });
    expect(['true', 'false']).toContain(answer.choices[0]?.message.content);
  });
});

describe('bad input at the gateway', () => {
  it.each([
    ['malformed JSON', '{"model":', 400, 'invalid_request_error'],
    ['no model', '{"messages":[{"role":"user","content":"hi"}]}', 400, 'invalid_request_error'],
    ['no messages', '{"model":"x","messages":[]}', 400, 'invalid_request_error'],
    [
      'a wrong type',
      '{"model":"x","messages":[{"role":"user","content":"hi"}],"temperature":"hot"}',
      400,
      'invalid_request_error',
    ],
    [
      'an unknown field of Larder',
      '{"model":"x","messages":[{"role":"user","content":"hi"}],"larder":{"fallbak":"auto"}}',
      400,
      'invalid_request_error',
    ],
    [
      'more than one answer',
      '{"model":"x","messages":[{"role":"user","content":"hi"}],"n":3}',
      400,
      'invalid_request_error',
    ],
    [
      'a prompt of 50 MB',
      JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'a'.repeat(50_000_000) }] }),
      413,
      'invalid_request_error',
    ],
  ])('%s is refused in the shape clients know', async (_, body, status, type) => {
    const { post } = await startGateway();
    const response = await post('/v1/chat/completions', body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe(type);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  it('a wrong token is an authentication error of the client', async () => {
    const { url } = await startGateway();
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.chat.completions.create(hello(TINY))).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
  });

  it('fields that nobody here heeds are named, not refused', async () => {
    const { post, have } = await startGateway();
    await have(TINY);
    const response = await post(
      '/v1/chat/completions',
      JSON.stringify({ ...hello(TINY), logit_bias: {}, mirostat: 2, user: 'me' }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('x-larder-ignored')).toBe('logit_bias, mirostat');
  });

  it('too long a conversation says so with the code that clients look for', async () => {
    const { client, have } = await startGateway();
    await have(TINY);
    const long = {
      ...hello(TINY),
      messages: [{ role: 'user' as const, content: 'hello there '.repeat(2_000) }],
    };
    await expect(client.chat.completions.create(long)).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
  });

  it('a client that goes away in the middle ends the work on its answer', async () => {
    const { client, core, have } = await startGateway();
    await have(ENDLESS);
    const stream = await client.chat.completions.create({
      ...hello(ENDLESS),
      max_tokens: 400,
      stream: true,
    });
    for await (const _ of stream) break;
    stream.controller.abort();
    const event = await core.untilEvent(
      (one) => one.type === 'request.state' && one.data.request?.state.kind === 'cancelled',
    );
    expect(event).toBeDefined();
    const { items } = await core.value('runtimes.list', {});
    expect(items[0]?.loaded).toMatchObject([{ modelId: ENDLESS }]);
  });

  it('a runtime that is killed in the middle ends the stream with an error, and the next request is answered', async () => {
    const { client, have, processes } = await startGateway();
    await have(ENDLESS);
    const body = { ...hello(ENDLESS), max_tokens: 400 };
    const stream = await client.chat.completions.create({ ...body, stream: true });
    const read = async () => {
      for await (const _ of stream) processes[0]?.kill();
    };
    await expect(read()).rejects.toMatchObject({ code: 'runtime_crashed' });
    const next = await client.chat.completions.create({ ...body, max_tokens: 3 });
    expect(next.usage?.completion_tokens).toBe(3);
    expect(processes).toHaveLength(2);
  });

  it('R6.1: how fast an answer was is told to whoever watches over the speed of models', async () => {
    const { client, core, have, userData } = await startGateway();
    await have(ENDLESS);
    await client.chat.completions.create({ ...hello(ENDLESS), max_tokens: 100 });
    await core.stop();
    const { data } = JSON.parse(await readFile(path.join(userData, 'health.json'), 'utf8')) as {
      data: { speed: { modelId: string; samples: { rate: number }[] }[] };
    };
    expect(data.speed).toMatchObject([{ modelId: ENDLESS, runtime: 'llama', task: 'chat' }]);
    expect(data.speed[0]?.samples[0]?.rate).toBeGreaterThan(0);
  });

  it('a model that is removed while it is loaded answers no more, and says why', async () => {
    const { client, core, have } = await startGateway();
    await have(TINY);
    await client.chat.completions.create(hello(TINY));
    await core.value('models.remove', { id: TINY, toTrash: false });
    expect((await core.value('runtimes.list', {})).items[0]?.loaded).toEqual([]);
    await expect(
      client.chat.completions.create({
        ...hello('tiny-GGUF'),
        larder: { fallback: 'never' },
      } as never),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

describe('R4: when the model is not there', () => {
  /** `wanted` is known and comes slowly, `here` is ready. */
  async function missing(fallback: object = {}) {
    const rig = await startGateway({ settings: { fallback: { maxWaitMs: 0, ...fallback } } });
    await rig.have(OTHER);
    rig.hub.throttle('**/tiny-GGUF.gguf', 60_000);
    await rig.core.value('models.ensure', { modelId: TINY, maxWaitMs: 0 });
    return rig;
  }
  const ANY_QUALITY = { minQuality: 'significantly lower' };
  const withLarder = (larder: object) => ({ ...hello(TINY), larder }) as never;

  it('R4.1, R4.4: the best one at hand answers, says so, and that is told and counted', async () => {
    const { client, core } = await missing();
    const { data, response } = await client.chat.completions.create(hello(TINY)).withResponse();
    expect(data.choices[0]?.message.content).not.toBe('');
    expect(data.model).toBe(OTHER);
    expect(response.headers.get('x-larder-strategy')).toBe('alternative');
    expect(response.headers.get('x-larder-requested')).toBe(TINY);
    const decision = core.events.flatMap((event) =>
      event.type === 'fallback.decision' ? event.data.decision : [],
    );
    expect(decision[0]).toMatchObject({
      requestedId: TINY,
      strategy: 'alternative',
      modelId: OTHER,
    });
    expect(decision[0]?.suggestions[0]?.reasons.length).toBeGreaterThan(0);
    const { items } = await core.value('analytics.get', {});
    expect(items).toMatchObject([{ modelId: OTHER, uses: 1 }]);
  });

  it('a stand-in that cannot be loaded makes room for the next, and is passed over from then on', async () => {
    const { client, core, have } = await missing(ANY_QUALITY);
    await have(BROKEN);
    const ask = () => client.chat.completions.create(hello('Qwen2.5-1.5B-Instruct'));
    const before = core.events.length;
    expect((await ask()).model).toBe(OTHER);
    const taken = () =>
      core.events
        .slice(before)
        .flatMap((event) =>
          event.type === 'fallback.decision' ? [event.data.decision.modelId] : [],
        );
    expect(taken()).toEqual([BROKEN, OTHER]);
    await ask();
    await ask();
    const tried = taken().length;
    expect((await ask()).model).toBe(OTHER);
    expect(taken().slice(tried)).toEqual([OTHER]);
  });

  it('a model that cannot be loaded is left to another, unless no other may answer', async () => {
    const { client, have } = await missing(ANY_QUALITY);
    await have(BROKEN);
    expect((await client.chat.completions.create(hello(BROKEN))).model).toBe(OTHER);
    const alone = { ...hello(BROKEN), larder: { fallback: 'never' } } as never;
    await expect(client.chat.completions.create(alone)).rejects.toMatchObject({ status: 502 });
  });

  it('a request that takes no other waits in the queue', async () => {
    const { post } = await missing();
    const response = await post(
      '/v1/chat/completions',
      JSON.stringify(withLarder({ fallback: 'never' })),
    );
    expect(response.status).toBe(202);
  });

  it('a request that may wait so long is answered by its own model once that is here', async () => {
    const { client, core, hub } = await startGateway();
    hub.throttle('**/large-GGUF.gguf', 2_000_000);
    await core.value('models.ensure', { modelId: LARGE, maxWaitMs: 0 });
    await core.untilEvent(
      (event) => event.type === 'download.progress' && event.data.download.etaMs !== null,
    );
    const waiting = { ...hello(LARGE), larder: { maxWaitMs: 60_000, fallback: 'never' } };
    const asked = client.chat.completions.create(waiting as never).withResponse();
    hub.throttle('**/large-GGUF.gguf', 50_000_000);
    const { response } = await asked;
    expect(response.headers.get('x-larder-strategy')).toBe('waited');
    expect(response.headers.get('x-larder-model')).toBe(LARGE);
  });

  it('a person is asked, and the choice is done', async () => {
    const { client, core } = await missing();
    const asked = client.chat.completions.create(withLarder({ fallback: 'ask' })).withResponse();
    await core.untilEvent(({ type }) => type === 'fallback.question');
    const [question] = (await core.value('fallback.questions', {})).items;
    const choice = question?.choices.find(({ strategy }) => strategy === 'alternative');
    await core.value('fallback.answer', { id: question?.id ?? '', choice: choice?.id ?? '' });
    const { response } = await asked;
    expect(response.headers.get('x-larder-model')).toBe(OTHER);
  });

  it('nobody answers the question: after its time the default holds', async () => {
    const { client, core, clock } = await missing({ askForMs: 5_000 });
    const asked = client.chat.completions.create(withLarder({ fallback: 'ask' })).withResponse();
    await core.untilEvent(({ type }) => type === 'fallback.question');
    clock.forward(5_001);
    const { response } = await asked;
    expect(['alternative', 'queued']).toContain(response.headers.get('x-larder-strategy'));
    expect((await core.value('fallback.questions', {})).items).toEqual([]);
  });

  it('R4.2: with nothing at all the error says what to do on this computer', async () => {
    const { post } = await startGateway();
    const response = await post('/v1/chat/completions', JSON.stringify(hello('gpt-4o')));
    expect(response.status).toBe(404);
    const { error } = (await response.json()) as {
      error: { code: string; larder: { setup: string[] } };
    };
    expect(error.code).toBe('model_not_found');
    expect(error.larder.setup.length).toBeGreaterThan(0);
  });

  it('a placeholder is marked as one, and only where it was switched on', async () => {
    const { client } = await startGateway({ settings: { fallback: { placeholder: true } } });
    const { data, response } = await client.chat.completions.create(hello('gpt-4o')).withResponse();
    expect(response.headers.get('x-larder-strategy')).toBe('placeholder');
    expect(data.choices[0]?.message.content).toMatch(/^\[This is not an answer\./);
  });

  it('a server elsewhere answers where the user named one: here, another Larder', async () => {
    const far = await startGateway();
    await far.have(TINY);
    const near = await startGateway({
      environment: { LARDER_REMOTE_KEY: far.token },
      settings: { fallback: { remoteUrl: `${far.url}/v1`, remoteModel: TINY } },
    });
    const { data, response } = await near.client.chat.completions
      .create(hello('gpt-4o'))
      .withResponse();
    expect(response.headers.get('x-larder-strategy')).toBe('remote');
    expect(data.choices[0]?.message.content).toBe(SAYS);
    const [request] = (await far.core.value('requests.list', {})).items;
    expect(request).toMatchObject({ modelId: TINY, state: { kind: 'done' } });
  });

  it('models of a server on this computer are asked and listed like any other', async () => {
    const far = await startGateway();
    await far.have(TINY);
    const near = await startGateway({ settings: { generation: { servers: [far.url] } } });
    await near.core.value('runtimes.refresh', {});
    const { items } = await near.core.value('runtimes.list', {});
    expect(items.find(({ kind }) => kind === 'openai')).toMatchObject({ state: 'unreachable' });
  });
});
