import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { FetchJob, FetchPorts } from '../../../src-main/engines/download/fetch-job.ts';
import { fetchSmall } from '../../../src-main/engines/download/fetch-small.ts';
import { createHosts } from '../../../src-main/engines/download/hosts.ts';
import { createLocator } from '../../../src-main/engines/download/locator.ts';
import { createRecovery } from '../../../src-main/engines/download/recovery.ts';
import type { FileLocation, Route } from '../../../src-main/engines/ports.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { turn as oneTurn } from './fake-engine.ts';

const HUB = 'hub.example';
const LOCATION: FileLocation = { url: 'https://cdn.example/x', headers: {}, redirected: true };
const { signal } = new AbortController();
setMaxListeners(0, signal);

async function turn(times = 1) {
  for (let turned = 0; turned < times; turned += 1) await oneTurn();
}
const retry = () => ({ attempts: 3, baseMs: 1_000, capMs: 60_000 });
const failed = () => new AppError('SERVER_FAILED', { host: HUB, status: 503 });
const refused = (status = 403) => new AppError('SERVER_REFUSED', { host: HUB, status });

function rig({ isOnline = true } = {}) {
  const { clock, advance } = createManualClock();
  const hosts = createHosts({
    clock,
    random: () => 0.5,
    retry,
    cap: () => 16,
    isLimited: () => false,
    remembered: new Map(),
    remember: () => {},
  });
  const ports = {
    clock,
    hosts,
    random: () => 0.5,
    isOnline: () => isOnline,
    proxyFor: async () => undefined,
  };
  const open = (routes: readonly Route[]) => {
    const locator = createLocator(ports, routes);
    const base = { who: 'a', retry, signal, onState: () => {}, isFlying: () => false };
    return { locator, recovery: createRecovery(ports, { ...base, locator }) };
  };
  /** Lets time go by, a second a step. */
  const wait = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      advance(1_000);
      await turn(5);
    }
  };
  return { clock, advance, wait, hosts, ports, open };
}

const routeTo = (name: string, locate: () => Promise<FileLocation>): Route => ({ name, locate });

describe('asking where a file lies', () => {
  it('a hub that fails now and then, and answers in between, is never given up', async () => {
    const { open, wait, hosts } = rig();
    for (let day = 1; day <= 6; day += 1) {
      const answers = [failed, () => LOCATION];
      const route = routeTo(HUB, async () => {
        const answer = answers.shift()?.() ?? LOCATION;
        if (answer instanceof AppError) throw answer;
        return answer;
      });
      const { recovery } = open([route]);
      const first = recovery.locate();
      await wait(5);
      expect(await first).toBeNull();
      expect(await recovery.locate()).toMatchObject({ location: LOCATION });
      expect(hosts.trouble(HUB)).toBeNull();
    }
  });

  it('an address that was only assumed says nothing of the hub', async () => {
    const { open, hosts } = rig();
    const lease = await hosts.acquire(HUB, { who: 'b', signal });
    lease.failed(failed());
    lease.release();
    hosts.trouble(HUB);
    const { recovery } = open([routeTo(HUB, async () => ({ ...LOCATION, assumed: true }))]);
    void recovery.locate();
    await turn(5);
    expect(hosts.trouble(HUB)).not.toBeNull();
  });

  it.each([
    ['DISK_FULL', new AppError('DISK_FULL', { neededBytes: 0, freeBytes: 0, folder: '/' })],
    ['LIBRARY_MISSING', new AppError('LIBRARY_MISSING', { folder: '/' })],
    ['INTERNAL', new AppError('INTERNAL', { problem: 'anything' })],
  ])('%s is not mended by a mirror', async (code, error) => {
    const { open } = rig();
    const routes = [HUB, 'mirror.example'].map((name) => routeTo(name, async () => LOCATION));
    const { locator, recovery } = open(routes);
    const located = await locator.current(signal);
    await expect(recovery.handle({ error, located, arrivedBytes: 0 })).rejects.toMatchObject({
      code,
    });
    expect(locator.originName()).toBe(HUB);
  });

  it('a refusal of what was good before asks anew; of a fresh answer it is final', async () => {
    const { open, wait } = rig();
    let asked = 0;
    const { recovery } = open([
      routeTo(HUB, async () => {
        asked += 1;
        return LOCATION;
      }),
    ]);
    const old = await recovery.locate();
    if (!old) throw new Error('not located');
    await wait(60);
    await recovery.handle({ error: refused(401), located: old, arrivedBytes: 0 });
    const fresh = await recovery.locate();
    if (!fresh) throw new Error('not located');
    expect(asked).toBe(2);
    await expect(
      recovery.handle({ error: refused(401), located: fresh, arrivedBytes: 0 }),
    ).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('a mirror is asked for ranges, whatever the hub did with them', async () => {
    const { open } = rig();
    const routes = [HUB, 'mirror.example'].map((name) => routeTo(name, async () => LOCATION));
    const { locator, recovery } = open(routes);
    recovery.goSequential();
    const located = await locator.current(signal);
    const error = new AppError('NOT_A_MODEL_FILE', { path: 'w', found: 'a web page' });
    await recovery.handle({ error, located, arrivedBytes: 0 });
    expect(locator.originName()).toBe('mirror.example');
    expect(recovery.isSequential()).toBe(false);
  });

  it('S1: a clock that is 8 hours ahead of the links costs no question', async () => {
    const { open, clock, advance } = rig();
    let asked = 0;
    const { locator } = open([
      routeTo(HUB, async () => {
        asked += 1;
        return { ...LOCATION, expiresAt: clock.now() - 7 * 3_600_000 };
      }),
    ]);
    for (let half = 0; half < 600; half += 1) {
      await locator.current(signal);
      advance(500);
    }
    expect(asked).toBe(1);
  });

  it('a link is renewed a minute before it expires', async () => {
    const { open, clock, advance } = rig();
    let asked = 0;
    const { locator } = open([
      routeTo(HUB, async () => {
        asked += 1;
        return { ...LOCATION, expiresAt: clock.now() + 3_600_000 };
      }),
    ]);
    await locator.current(signal);
    advance(3_539_000);
    await locator.current(signal);
    expect(asked).toBe(1);
    advance(1_001);
    await locator.current(signal);
    expect(asked).toBe(2);
  });
});

describe('small files', () => {
  const job = {
    downloadId: 'd',
    manifest: { origin: {} },
    file: { path: 'config.json', sizeBytes: 10, sha256: 'f'.repeat(64) },
    signal,
    limits: [],
    retry,
    stallTimeoutMs: () => 1_000,
    onState: () => {},
  } as unknown as FetchJob;

  /** Sixteen small files of a hub that always says the same. */
  function fetchSixteen(error: () => AppError, options: Parameters<typeof rig>[0] = {}) {
    const { clock, advance, wait, ports } = rig(options);
    const askedAt: number[] = [];
    const begunAt = clock.now();
    const source = {
      routes: () => [
        routeTo(HUB, async () => {
          askedAt.push(clock.now() - begunAt);
          throw error();
        }),
      ],
    };
    const failures: string[] = [];
    for (let file = 0; file < 16; file += 1) {
      const fetched = fetchSmall({ ...ports, source } as unknown as FetchPorts, job, '/nowhere');
      void fetched.catch(({ code }: AppError) => failures.push(code));
    }
    return { advance, wait, askedAt, failures };
  }

  it('criterion 8: a hub that asked for seven seconds is left alone by all of them', async () => {
    const limited = () => new AppError('RATE_LIMITED', { host: HUB }, { retryAfterMs: 7_000 });
    const { advance, askedAt } = fetchSixteen(limited);
    await turn(5);
    const atOnce = askedAt.length;
    expect(atOnce).toBeLessThanOrEqual(16);
    advance(6_999);
    await turn(5);
    expect(askedAt).toHaveLength(atOnce);
    advance(1);
    await turn(5);
    expect(askedAt).toHaveLength(atOnce + 1);
  });

  it('criterion 7: refused together, one at a time asks again until they give up', async () => {
    const { wait, askedAt, failures } = fetchSixteen(failed);
    await wait(600);
    expect(failures).toEqual(Array.from({ length: 16 }, () => 'SERVER_FAILED'));
    expect(new Set(askedAt.slice(16)).size).toBe(askedAt.length - 16);
    // All at first; three more attempts; each of the others learns once that there is no hope.
    expect(askedAt).toHaveLength(16 + 3 + 15);
  });

  it.each([
    ['criterion 14: a network that wants a sign-in', 'NETWORK_SIGN_IN'],
    ['a computer that is offline', 'NETWORK_OFFLINE'],
  ] as const)('%s makes them wait, however long', async (_name, code) => {
    const { wait, failures } = fetchSixteen(() => new AppError(code, { host: HUB }), {
      isOnline: false,
    });
    await wait(600);
    expect(failures).toEqual([]);
  });
});
