import { Agent, request } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../hub/hub.ts';
import { createRates } from '../../hub/rates.ts';
import { ask, LARGE, LARGE_BYTES } from './hub-fixture.ts';

let hub: Hub;

beforeEach(async () => {
  hub = await startHub({
    repositories: [],
    plainFiles: { a: { content: LARGE }, b: { content: LARGE } },
  });
});
afterEach(() => hub.close());

const get = (path: string) => ask(`${hub.url}/plain/${path}`);

describe('crawling connections', () => {
  it('are the first few that carry a file, for as long as they live', () => {
    const rates = createRates();
    const sockets = [new Socket(), new Socket(), new Socket()];
    const limits = () =>
      sockets.map((socket) =>
        rates.bucketsFor(socket, 'x').flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []),
      );
    rates.set({ crawl: { connections: 2, bytesPerSecond: 9 } });
    expect(limits()).toEqual([[9], [9], []]);
    expect(limits()).toEqual([[9], [9], []]);
    rates.set({ crawl: { connections: 1, bytesPerSecond: 5 } });
    expect(limits()).toEqual([[5], [], []]);
    rates.set({});
    expect(limits()).toEqual([[], [], []]);
  });

  it('are slow while others are served', async () => {
    hub.setRates({ crawl: { connections: 1, bytesPerSecond: 1000 } });
    const crawling = get('a');
    await hub.until(() => hub.bytesSent('a') > 0);
    expect((await get('b')).body.length).toBe(LARGE_BYTES);
    expect(hub.bytesSent('a')).toBeLessThan(LARGE_BYTES / 2);
    hub.setRates({});
    expect((await crawling).body.length).toBe(LARGE_BYTES);
  });
});

describe('a cap on connections', () => {
  /** Resolves while the answer is under way; it goes on when stalls are released. */
  const holdOne = async () => {
    hub.setFaults('a', { kind: 'stall', afterBytes: 10 });
    const held = get('a');
    await hub.until(() => hub.bytesSent('a') === 10);
    return { held };
  };

  it.each([503, 429] as const)('refuses those beyond it with %i', async (beyondStatus) => {
    hub.setRates({ maxConnections: 1, beyondStatus });
    const { held } = await holdOne();
    expect((await get('b')).status).toBe(beyondStatus);
    hub.releaseStalls();
    expect((await held).body.length).toBe(LARGE_BYTES);
    await hub.until((records) => records.every(({ outcome }) => outcome === 'complete'));
    expect((await get('b')).status).toBe(200);
  });

  it('is none on a connection that only waits for its next use', async () => {
    hub.setRates({ maxConnections: 1 });
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<void>((resolve) => {
      request(`${hub.url}/plain/a`, { agent }, (response) =>
        response.resume().once('end', resolve),
      ).end();
    });
    await answered;
    await hub.until((records) => records.every(({ outcome }) => outcome === 'complete'));
    const { status } = await get('b');
    agent.destroy();
    expect(status).toBe(200);
  });

  it('goes when it is lifted', async () => {
    hub.setRates({ maxConnections: 1 });
    const { held } = await holdOne();
    hub.setRates({});
    expect((await get('b')).status).toBe(200);
    hub.releaseStalls();
    await held;
  });
});

describe('a long way', () => {
  it('delays each answer, and no others once it is short', async () => {
    const HOUR_MS = 60 * 60 * 1000;
    hub.setRates({ delayMs: HOUR_MS });
    const delayed = get('a');
    await hub.until((records) => records.length === 1);
    hub.setRates({ delayMs: 1 });
    expect((await get('b')).status).toBe(200);
    await hub.until(([, second]) => second?.outcome === 'complete');
    expect(hub.log.map(({ status, outcome }) => [status, outcome])).toEqual([
      [0, 'open'],
      [200, 'complete'],
    ]);
    await hub.goOffline();
    expect(await delayed).toMatchObject({ status: 0, isCut: true });
  });
});
