import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Core } from '../support/core-rig.ts';
import { hello, SAYS, startGateway, TINY } from '../support/gateway-rig.ts';

const SLOW = { totalBytesPerSecond: 100_000 };

/** Resolves with the request once it has ended. */
async function untilEnded(core: Core, id: string) {
  for (let from = 0; ; ) {
    const { request, next } = await core.value('requests.output', { id, from, waitMs: 20_000 });
    from = next;
    if (!['waiting', 'loading', 'running'].includes(request.state.kind)) return request;
  }
}

/** A model that is known, and whose bytes come slowly. */
async function slowly(options: Parameters<typeof startGateway>[0] = {}) {
  const rig = await startGateway({
    ...options,
    settings: { fallback: { maxWaitMs: 0 }, ...options.settings },
  });
  rig.hub.setRates(SLOW);
  await rig.core.value('models.ensure', { modelId: TINY, maxWaitMs: 0 });
  return rig;
}

/** It will come back for the answer. @see RFC 7240, section 4.1 */
const LATER = { prefer: 'respond-async' };

const queue = async (rig: Awaited<ReturnType<typeof slowly>>, prompt = 'hello') => {
  const body = { ...hello(TINY), messages: [{ role: 'user', content: prompt }] };
  const response = await rig.post('/v1/chat/completions', JSON.stringify(body), LATER);
  const request = (await response.json()) as { id: string; state: { kind: string } };
  return { response, request };
};

describe('R4.3 requests that wait for their model', () => {
  it('R1.3: one is taken in with its place and its time, and answered by the real model when that has arrived', async () => {
    const rig = await slowly();
    const { response, request } = await queue(rig);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/api/v1/requests/${request.id}`);
    expect(request).toMatchObject({
      state: { kind: 'waiting', position: 1 },
      can: { cancel: true },
    });
    rig.hub.setRates({});
    const ended = await untilEnded(rig.core, request.id);
    expect(ended).toMatchObject({ state: { kind: 'done' }, modelId: TINY, strategy: 'queued' });
    const { answer } = await rig.core.value('requests.get', { id: request.id });
    expect(answer).toMatchObject({ choices: [{ message: { content: SAYS } }] });
    const states = rig.core.events.flatMap((event) =>
      event.type === 'request.state' && event.data.requestId === request.id
        ? (event.data.request?.state.kind ?? [])
        : [],
    );
    expect([...new Set(states)]).toEqual(['waiting', 'loading', 'running', 'done']);
  });

  it('it outlives the program: what was asked lies encrypted, and is gone once it is answered', async () => {
    const seal = (text: string) => Buffer.from(text).toString('base64');
    const cipher = {
      kind: async () => 'encrypted' as const,
      encrypt: async (text: string) => seal(text),
      decrypt: async (text: string) => Buffer.from(text, 'base64').toString(),
    };
    const first = await slowly({ cipher });
    const { request } = await queue(first, 'my secret plan');
    await first.core.stop();
    const folder = path.join(first.userData, 'requests');
    const [name] = await readdir(folder);
    const kept = await readFile(path.join(folder, name as string), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ protection: 'encrypted' });
    expect(kept).not.toContain('secret');
    first.hub.setRates({});
    const second = await startGateway({ userData: first.userData, hub: first.hub, cipher });
    const ended = await untilEnded(second.core, request.id);
    expect(ended).toMatchObject({
      state: { kind: 'done' },
      strategy: 'queued',
      app: expect.any(String),
    });
    await second.core.stop();
    const third = await startGateway({ userData: first.userData, hub: first.hub, cipher });
    const { answer } = await third.core.value('requests.get', { id: request.id });
    expect(answer).toMatchObject({ object: 'chat.completion' });
    const names = await readdir(folder);
    expect(names).toHaveLength(1);
    expect(names).not.toContain(name);
    const answered = await readFile(path.join(folder, names[0] as string), 'utf8');
    expect(Buffer.from(JSON.parse(answered).text, 'base64').toString()).not.toContain('secret');
  });

  it('what an end of the program left behind of a request is gone at the next start', async () => {
    const { userData, hub, core } = await slowly();
    await core.stop();
    const folder = path.join(userData, 'requests');
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'nobody.json'),
      '{"protection":"plain-text","text":"secret"}',
    );
    await startGateway({ userData, hub });
    expect(await readdir(folder)).toEqual([]);
  });

  it('a program that would take it for the answer is told when to come again instead', async () => {
    const rig = await slowly();
    const response = await rig.post('/v1/chat/completions', JSON.stringify(hello(TINY)));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain('it is on its way');
  });

  it('a program that waits is held although nobody knows how long it takes', async () => {
    const rig = await slowly({ settings: { fallback: { maxWaitMs: 600_000 } } });
    const answer = rig.post('/v1/chat/completions', JSON.stringify(hello(TINY)));
    await rig.core.untilEvent(
      ({ type, data }) => type === 'request.state' && data.request?.state.kind === 'waiting',
    );
    rig.hub.setRates({});
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('x-larder-strategy')).toBe('waited');
  });

  it('can be put before others, and be cancelled', async () => {
    const rig = await slowly();
    const ids = [await queue(rig), await queue(rig), await queue(rig)].map(
      ({ request }) => request.id,
    );
    const [one, two, three] = ids as [string, string, string];
    await rig.core.value('requests.prioritize', { id: three, priority: 5 });
    const places = async () => {
      const { items } = await rig.core.value('requests.list', {});
      return Object.fromEntries(
        items.map(({ id, state }) => [id, state.kind === 'waiting' ? state.position : state.kind]),
      );
    };
    expect(await places()).toEqual({ [three]: 1, [one]: 2, [two]: 3 });
    await rig.core.value('requests.cancel', { id: one });
    expect(await places()).toEqual({ [three]: 1, [one]: 'cancelled', [two]: 2 });
    rig.hub.setRates({});
    await untilEnded(rig.core, two);
    await untilEnded(rig.core, three);
    expect(await places()).toEqual({ [three]: 'done', [one]: 'cancelled', [two]: 'done' });
  });

  it('a thousand at once cause one download and all are answered; beyond the limit they are told when to come again', async () => {
    const rig = await slowly({ settings: { generation: { queueLimit: 1_000 } } });
    const asked = await Promise.all(Array.from({ length: 1_000 }, () => queue(rig)));
    expect(asked.every(({ response }) => response.status === 202)).toBe(true);
    const refused = await queue(rig);
    expect(refused.response.status).toBe(429);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await rig.core.value('downloads.list', {})).items).toHaveLength(1);
    rig.hub.setRates({});
    const last = await untilEnded(rig.core, asked.at(-1)?.request.id ?? '');
    expect(last.state.kind).toBe('done');
    expect(rig.hub.bytesSent('**/tiny-GGUF.gguf')).toBeLessThan(1_200_000);
  }, 60_000);

  it('one that nobody asks for again does not wait for ever', async () => {
    const rig = await slowly({ settings: { generation: { queueForMs: 60_000 } } });
    const { request } = await queue(rig);
    rig.clock.forward(61_000);
    const ended = await untilEnded(rig.core, request.id);
    expect(ended.state.kind).toBe('expired');
    await rig.core.stop();
    expect(await readdir(path.join(rig.userData, 'requests'))).toEqual([]);
  });
});
