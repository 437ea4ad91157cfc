import { describe, expect, it } from 'vitest';
import { createHosts } from '../../../src-main/engines/download/hosts.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { turn } from './fake-engine.ts';

const HOST = 'hub.example';
const { signal } = new AbortController();
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
  const leases: { grantedAt: number; release(): void }[] = [];
  const ask = (who = 'a', giveWay?: () => void) => {
    const acquired = hosts.acquire(HOST, { who, signal, ...(giveWay && { giveWay }) });
    void acquired.then((lease) => leases.push(lease));
    return turn();
  };
  return { hosts, clock, advance, ask, leases };
}

describe('the gate of a host', () => {
  it('lets one in until the host has answered, then several', async () => {
    const { hosts, clock, ask, leases } = createGate();
    for (let asked = 0; asked < 6; asked += 1) await ask();
    expect(leases).toHaveLength(1);
    hosts.answered(HOST, clock.now());
    await turn();
    expect(leases).toHaveLength(4);
  });

  it('who has several connections soon gives one up to who has none', async () => {
    const { hosts, clock, advance, ask, leases } = createGate({ isLimited: true });
    const asked: number[] = [];
    hosts.answered(HOST, clock.now());
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

  it('nobody is asked to give way for another connection of their own', async () => {
    const { hosts, clock, advance, ask } = createGate({ isLimited: true });
    let asked = 0;
    hosts.answered(HOST, clock.now());
    for (let index = 0; index < 6; index += 1) {
      await ask('large', () => {
        asked += 1;
      });
    }
    advance(10_000);
    expect(asked).toBe(0);
  });

  it('criterion 8: stays shut as long as the host asked, then lets one in', async () => {
    const { hosts, clock, advance, ask, leases } = createGate();
    hosts.answered(HOST, clock.now());
    hosts.failed(HOST, busy(7_000), clock.now());
    await ask();
    await ask();
    advance(6_999);
    await turn();
    expect(leases).toHaveLength(0);
    advance(1);
    await turn();
    expect(leases).toHaveLength(1);
  });

  it('criterion 8: an answer to what was asked before does not open it', () => {
    const { hosts, clock, advance } = createGate();
    const askedAt = clock.now();
    advance(100);
    hosts.failed(HOST, busy(7_000), clock.now());
    hosts.answered(HOST, askedAt);
    expect(hosts.trouble(HOST)?.error.code).toBe('RATE_LIMITED');
    advance(7_000);
    hosts.answered(HOST, clock.now());
    expect(hosts.trouble(HOST)).toBeNull();
  });

  it('criterion 7: failures of requests from before count once', () => {
    const { hosts, clock, advance } = createGate();
    const askedAt = clock.now();
    advance(10);
    expect(hosts.failed(HOST, busy(0), askedAt).attempt).toBe(1);
    advance(10);
    expect(hosts.failed(HOST, busy(0), askedAt).attempt).toBe(1);
    expect(hosts.failed(HOST, busy(0), clock.now()).attempt).toBe(2);
  });

  it('shares connections evenly among those who wait', async () => {
    const { hosts, clock, ask, leases } = createGate();
    for (let asked = 0; asked < 4; asked += 1) await ask('a');
    hosts.answered(HOST, clock.now());
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
    const { hosts, clock, ask, leases } = createGate();
    hosts.failed(HOST, busy(60_000), clock.now());
    await ask();
    expect(leases).toHaveLength(0);
    hosts.forgive();
    await turn();
    expect(leases).toHaveLength(1);
  });
});
