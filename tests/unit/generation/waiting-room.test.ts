import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRequests } from '../../../src-main/engines/generation/requests.ts';
import {
  createWaitingRoom,
  NotNow,
  type WaitingRequest,
  type WaitingRoomPorts,
} from '../../../src-main/engines/generation/waiting-room.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { createForwardClock } from '../../support/forward-clock.ts';

const SHORT = new AppError('MEMORY_SHORT', { model: 'm', neededBytes: 2, freeBytes: 1 });
const UNKNOWN = new AppError('MODEL_UNKNOWN', { modelId: 'm' });

function rig(ports: Partial<WaitingRoomPorts> = {}) {
  const clock = createForwardClock();
  let items: readonly WaitingRequest[] = [];
  const bodies = new Map<string, unknown>();
  const ran: string[] = [];
  const requests = createRequests({ clock, publish: () => {}, newId: randomUUID });
  const room = createWaitingRoom({
    ...{ clock, requests },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    document: {
      get: () => items,
      update: (change) => {
        items = change(items);
      },
      flush: async () => {},
    },
    bodies: {
      put: async (id, body) => void bodies.set(id, body),
      get: async (id) => bodies.get(id) ?? null,
      remove: async (id) => void bodies.delete(id),
    },
    settings: () => ({ queueLimit: 100, queueForMs: 3_600_000 }),
    canAnswer: () => true,
    outlook: () => ({ etaMs: null, downloadedBytes: 0, totalBytes: 0 }),
    fetch: async (modelId) => modelId,
    run: async (record, { id }) => {
      ran.push(id);
      record.keep({ text: 'hi' });
      record.change({ modelId: 'm' });
      const endedAt = new Date(clock.now()).toISOString();
      const times = { durationMs: 1, firstTokenMs: null, tokens: 1, tokensPerSecond: null };
      record.state({ kind: 'done', endedAt, ...times });
    },
    ...ports,
  });
  const add = async (requestedId = 'm', signal = new AbortController().signal) => {
    const facts = { kind: 'chat' as const, requested: requestedId, requestedId, app: null };
    const record = requests.open({ ...facts, priority: 0 });
    await room.add({ record, kind: 'chat', requestedId, body: { asked: true }, signal });
    return record;
  };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  };
  return { room, clock, requests, bodies, ran, add, settle, items: () => items };
}

describe('the waiting room', () => {
  it('keeps the answer for who comes back, and nothing of the question', async () => {
    const { add, bodies, settle, room } = rig();
    const { id } = await add();
    await settle();
    expect([...bodies.keys()]).toEqual([`${id}.answer`]);
    expect(await room.answerOf(id)).toEqual({ text: 'hi' });
  });

  it('an answer that is kept is not forgotten however many come after it', async () => {
    const { add, settle, requests } = rig();
    const { id } = await add();
    await settle();
    for (let count = 0; count < 250; count += 1) {
      const facts = { kind: 'chat' as const, requested: 'm', requestedId: 'm', app: null };
      const endedAt = '2026-01-01T00:00:00.000Z';
      requests.open({ ...facts, priority: 0 }).state({ kind: 'cancelled', endedAt });
    }
    expect(requests.find(id).view().state.kind).toBe('done');
    expect(requests.list()).toHaveLength(201);
  });

  it('what comes too early waits a while, and longer each time, instead of being lost', async () => {
    let isShort = true;
    let asked = 0;
    const { add, clock, settle } = rig({
      run: async (record) => {
        asked += 1;
        if (isShort) throw new NotNow('short', { cause: SHORT });
        record.state({ kind: 'cancelled', endedAt: '2026-01-01T00:00:00.000Z' });
      },
    });
    const record = await add();
    await settle();
    expect(record.view().state.kind).toBe('waiting');
    for (let second = 0; second < 60; second += 1) {
      clock.forward(1_000);
      await settle();
    }
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(8);
    isShort = false;
    clock.forward(300_000);
    await settle();
    expect(record.view().state.kind).toBe('cancelled');
  });

  it('one that is cancelled while its question is read is not asked', async () => {
    let read = () => {};
    const reading = new Promise<void>((resolve) => {
      read = resolve;
    });
    const { add, room, ran, settle, items } = rig({
      bodies: {
        put: async () => {},
        get: async () => {
          await reading;
          return {};
        },
        remove: async () => {},
      },
    });
    const record = await add();
    room.cancel(record.id);
    read();
    await settle();
    expect(ran).toEqual([]);
    expect(record.view().state.kind).toBe('cancelled');
    expect(items()).toEqual([]);
  });

  it('one whose caller went away before it was taken in does not wait', async () => {
    const gone = new AbortController();
    gone.abort(new Error('gone'));
    const { add, items, bodies, settle } = rig();
    await expect(add('m', gone.signal)).rejects.toThrow('gone');
    await settle();
    expect(items()).toEqual([]);
    expect([...bodies]).toEqual([]);
  });

  it('for what no hub has nobody waits', async () => {
    const { add, settle } = rig({
      canAnswer: () => false,
      fetch: () => Promise.reject(UNKNOWN),
    });
    const record = await add();
    await settle();
    expect(record.view().state).toMatchObject({
      kind: 'failed',
      error: { code: 'MODEL_UNKNOWN' },
    });
  });

  it('a reference that became a model is waited for under its id', async () => {
    const { add, settle, ran } = rig({
      canAnswer: (modelId) => modelId === 'hf:maker/model:Q4',
      fetch: async () => 'hf:maker/model:Q4',
    });
    const record = await add('hf:maker/model');
    await settle();
    expect(record.view().requestedId).toBe('hf:maker/model:Q4');
    expect(ran).toEqual([record.id]);
  });

  it('a model that takes its time holds up no other', async () => {
    const { add, settle, ran } = rig({
      run: async (_record, { id, requestedId }) => {
        ran.push(id);
        if (requestedId === 'slow') await new Promise(() => {});
      },
    });
    for (let count = 0; count < 6; count += 1) await add('slow');
    const quick = await add('quick');
    await settle();
    expect(ran).toHaveLength(5);
    expect(ran).toContain(quick.id);
  });
});
