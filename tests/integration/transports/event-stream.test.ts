import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import { type ApiRig, startApi, TOKEN } from './api-rig.ts';

let rig: ApiRig;

beforeEach(async () => {
  rig = await startApi();
});
afterEach(() => rig.api.stop());

interface ConnectOptions {
  readonly query?: string;
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
}

const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

function connect({ query = '', protocols = [], headers = {} }: ConnectOptions): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${rig.port}/api/v1/events${query}`, protocols, { headers });
}

async function connected(options: ConnectOptions): Promise<WebSocket> {
  const socket = connect(options);
  await once(socket, 'open');
  return socket;
}

/** The problem a refused connection was answered with. */
async function refusal(options: ConnectOptions): Promise<unknown> {
  const socket = connect(options);
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks = await answer.toArray();
  socket.on('error', () => undefined);
  socket.terminate();
  return JSON.parse(Buffer.concat(chunks as Buffer[]).toString('utf8'));
}

/** Collects events until the one about this alert. */
async function eventsUntil(socket: WebSocket, alertId: string): Promise<LarderEvent[]> {
  const events: LarderEvent[] = [];
  return new Promise((resolve) => {
    socket.on('message', (text) => {
      const event = JSON.parse(String(text)) as LarderEvent;
      events.push(event);
      if (event.type === 'health.alert' && event.data.alertId === alertId) resolve(events);
    });
  });
}

const alertGone = (alertId: string) => rig.bus.publish('health.alert', { alertId, alert: null });
const modelGone = (modelId: string) => rig.bus.publish('model.status', { modelId, model: null });

describe('the event stream', () => {
  it('sends whole events in order', async () => {
    const socket = await connected({ headers: AUTHORIZED });
    const receiving = eventsUntil(socket, 'end');
    modelGone('m');
    alertGone('end');
    expect(await receiving).toEqual([
      { type: 'model.status', at: expect.any(String), seq: 1, data: { modelId: 'm', model: null } },
      {
        type: 'health.alert',
        at: expect.any(String),
        seq: 2,
        data: { alertId: 'end', alert: null },
      },
    ]);
  });

  it('takes the token as a sub-protocol, and echoes it', async () => {
    const socket = await connected({ protocols: ['other', `larder.${TOKEN}`] });
    expect(socket.protocol).toBe(`larder.${TOKEN}`);
  });

  it.each([
    '?types=health.alert',
    '?types=health.alert,settings.changed',
    '?types=settings.changed&types=health.alert',
  ])('filters by type: %s', async (query) => {
    const socket = await connected({ headers: AUTHORIZED, query });
    const receiving = eventsUntil(socket, 'end');
    modelGone('m');
    alertGone('end');
    expect((await receiving).map(({ seq }) => seq)).toEqual([2]);
  });

  it.each([
    ['without a token', {}, 'UNAUTHORIZED'],
    ['with a wrong token', { headers: { authorization: 'Bearer x' } }, 'UNAUTHORIZED'],
    ['with a wrong sub-protocol', { protocols: ['larder.x'] }, 'UNAUTHORIZED'],
    [
      'from a foreign page',
      { headers: { ...AUTHORIZED, origin: 'https://evil.example' } },
      'ORIGIN_REFUSED',
    ],
    [
      'under a foreign name',
      { headers: { ...AUTHORIZED, host: 'evil.example' } },
      'ORIGIN_REFUSED',
    ],
    [
      'for unknown events',
      { headers: AUTHORIZED, query: '?types=health.alert,weather' },
      'INPUT_INVALID',
    ],
  ])('refuses a client %s', async (_, options, code) => {
    expect(await refusal(options)).toMatchObject({ code });
  });

  it('tells plain HTTP clients that it is a WebSocket', async () => {
    expect(await rig.authorized({ path: '/api/v1/events' })).toMatchObject({ status: 426 });
  });

  it('drops a client that does not read, and spares the others', async () => {
    await rig.api.stop();
    rig = await startApi({ bufferLimitBytes: 50_000 });
    const slow = await connected({ headers: AUTHORIZED });
    const quick = await connected({ headers: AUTHORIZED, query: '?types=health.alert' });
    const receiving = eventsUntil(quick, 'end');
    slow.pause();
    // More than the system buffers for one connection.
    for (let count = 0; count < 200; count += 1) modelGone('m'.repeat(100_000));
    alertGone('end');
    expect(await receiving).toHaveLength(1);
    slow.on('error', () => undefined);
    const closing = once(slow, 'close');
    slow.resume();
    expect((await closing)[0]).toBe(1006);
  });

  it('pings, keeps a client that answers, and drops one that does not', async () => {
    const lively = await connected({ headers: AUTHORIZED });
    const dead = new WebSocket(`ws://127.0.0.1:${rig.port}/api/v1/events`, {
      headers: AUTHORIZED,
      autoPong: false,
    });
    await once(dead, 'open');
    const pinged = [once(lively, 'ping'), once(dead, 'ping')];
    rig.advance(30_000);
    await Promise.all(pinged);
    // The answer to our own ping: by then the server has read ours to its ping too.
    lively.ping();
    await once(lively, 'pong');
    const closing = once(dead, 'close');
    const again = once(lively, 'ping');
    rig.advance(30_000);
    await Promise.all([closing, again]);
    expect(lively.readyState).toBe(WebSocket.OPEN);
  });

  it('forgets clients that leave', async () => {
    const socket = await connected({ headers: AUTHORIZED });
    expect(rig.pending()).toBe(1);
    socket.close();
    await once(socket, 'close');
    await rig.api.stop();
    expect(rig.pending()).toBe(0);
  });

  it('ends with the API', async () => {
    const socket = await connected({ headers: AUTHORIZED });
    const closing = once(socket, 'close');
    await rig.api.stop();
    await closing;
  });
});
