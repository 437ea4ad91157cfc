import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createHosts, type Lease } from '../../../src-main/engines/download/hosts.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { turn } from './fake-engine.ts';

const HOST = 'hub.example';
const { signal } = new AbortController();
setMaxListeners(0, signal);
const busy = (retryAfterMs: number) =>
  new AppError('RATE_LIMITED', { host: HOST }, { retryAfterMs });

function createGate({ isLimited = false } = {}) {
  const { clock, advance } = createManualClock();
  const hosts = createHosts({
    clock,
    random: () => 0,
    retry: () => ({ attempts: 3, baseMs: 1_000, capMs: 60_000 }),
    cap: () => 16,
    isLimited: () => isLimited,
    remembered: new Map(),
    remember: () => {},
  });
  /** Asks for a connection; `count` is how many have one so far. */
  const leases: Lease[] = [];
  const ask = (who = 'a', giveWay?: () => void, weight?: number) => {
    const options = { ...(giveWay && { giveWay }), ...(weight !== undefined && { weight }) };
    const acquired = hosts.acquire(HOST, { who, signal, ...options });
    void acquired.then((lease) => leases.push(lease));
    return turn();
  };
  /** A request of its own, that ends at once. */
  const askOnce = () => hosts.acquire(HOST, { who: 'z', signal, weight: 0 });
  const answer = async () => {
    const lease = await askOnce();
    lease.answered();
    lease.release();
    await turn();
  };
  const fail = async (error: AppError) => {
    const lease = await askOnce();
    const trouble = lease.failed(error);
    lease.release();
    return trouble;
  };
  return { hosts, advance, ask, askOnce, leases, answer, fail };
}

describe('the gate of a host', () => {
  it('lets one in until the host has answered, then several', async () => {
    const { ask, leases } = createGate();
    for (let asked = 0; asked < 6; asked += 1) await ask();
    expect(leases).toHaveLength(1);
    leases[0]?.answered();
    await turn();
    expect(leases).toHaveLength(4);
  });

  it('who has several connections soon gives one up to who has none', async () => {
    const { answer, advance, ask, leases } = createGate({ isLimited: true });
    const asked: number[] = [];
    await answer();
    for (let index = 0; index < 4; index += 1) await ask('large', () => asked.push(index));
    await ask('small');
    expect(leases).toHaveLength(4);
    advance(1_000);
    expect(asked).toEqual([0]);
    leases[0]?.release();
    await turn();
    expect(leases).toHaveLength(5);
    advance(10_000);
    expect(asked).toEqual([0]);
  });

  it('a trouble in between does not make the starving wait for ever', async () => {
    const { answer, fail, advance, ask, leases } = createGate({ isLimited: true });
    const asked: number[] = [];
    await answer();
    for (let index = 0; index < 4; index += 1) await ask('large', () => asked.push(index));
    await ask('small');
    await ask('smaller');
    await fail(busy(1_500));
    advance(1_500);
    await turn();
    expect(leases).toHaveLength(5);
    leases[4]?.answered();
    advance(1_000);
    expect(asked).toEqual([0]);
  });

  it('nobody is asked to give way for another connection of their own', async () => {
    const { answer, advance, ask } = createGate({ isLimited: true });
    let asked = 0;
    await answer();
    for (let index = 0; index < 6; index += 1) {
      await ask('large', () => {
        asked += 1;
      });
    }
    advance(10_000);
    expect(asked).toBe(0);
  });

  it('criterion 8: stays shut as long as the host asked, then lets one in', async () => {
    const { answer, fail, advance, ask, leases } = createGate();
    await answer();
    await fail(busy(7_000));
    await ask();
    await ask();
    advance(6_999);
    await turn();
    expect(leases).toHaveLength(0);
    advance(1);
    await turn();
    expect(leases).toHaveLength(1);
  });

  it('criterion 8: of mere questions, one goes ahead too', async () => {
    const { answer, fail, advance, ask, leases } = createGate();
    await answer();
    await fail(busy(7_000));
    for (let index = 0; index < 16; index += 1) await ask(`file ${index}`, undefined, 0);
    advance(7_000);
    await turn();
    expect(leases).toHaveLength(1);
    leases[0]?.answered();
    await turn();
    expect(leases).toHaveLength(16);
  });

  it('criterion 8: an answer to what was asked before does not open it', async () => {
    const { hosts, askOnce, fail, advance } = createGate();
    const before = await askOnce();
    await fail(busy(7_000));
    before.answered();
    expect(hosts.trouble(HOST)?.error.code).toBe('RATE_LIMITED');
    advance(7_000);
    const after = await askOnce();
    after.answered();
    expect(hosts.trouble(HOST)).toBeNull();
  });

  it('criterion 7: failures of requests from before count once, in the same instant as well', async () => {
    const { askOnce, fail } = createGate();
    const before = await askOnce();
    expect((await fail(busy(0))).attempt).toBe(1);
    expect(before.failed(busy(0)).attempt).toBe(1);
    expect((await fail(busy(0))).attempt).toBe(2);
  });

  it('criterion 8: a longer wait asked of a request from before holds too', async () => {
    const { askOnce, fail, advance, ask, leases } = createGate();
    const before = await askOnce();
    await fail(busy(500));
    before.failed(busy(60_000));
    before.release();
    await ask();
    advance(59_999);
    await turn();
    expect(leases).toHaveLength(0);
    advance(1);
    await turn();
    expect(leases).toHaveLength(1);
  });

  it('is not kept shut by a long transfer from before', async () => {
    const { answer, fail, advance, ask, leases } = createGate();
    await answer();
    await ask('fifty gigabytes in one stream');
    await fail(busy(1_000));
    await ask('another');
    advance(1_000);
    await turn();
    expect(leases).toHaveLength(2);
  });

  it('shares connections evenly among those who wait', async () => {
    const { hosts, ask, leases } = createGate();
    for (let asked = 0; asked < 4; asked += 1) await ask('a');
    leases[0]?.answered();
    await turn();
    await ask('a');
    await ask('b');
    leases[0]?.release();
    await turn();
    leases[1]?.release();
    await turn();
    expect(leases).toHaveLength(6);
    expect(hosts.count(HOST)).toBe(4);
  });

  it('opens at once when the network is back', async () => {
    const { hosts, fail, ask, leases } = createGate();
    await fail(new AppError('NETWORK_OFFLINE', { host: HOST }));
    await fail(new AppError('NETWORK_SIGN_IN', { host: HOST }));
    await ask();
    expect(leases).toHaveLength(0);
    hosts.forgive();
    await turn();
    expect(leases).toHaveLength(1);
  });

  it('what the host asked for itself holds whatever becomes of the network', async () => {
    const { hosts, fail, ask, leases } = createGate();
    await fail(busy(60_000));
    await ask();
    hosts.forgive();
    await turn();
    expect(leases).toHaveLength(0);
  });
});
