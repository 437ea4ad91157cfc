/** Criteria about bad lines: cut, silent, slow, overloaded, expired. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../hub/fault-plan.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import { isDone } from '../../support/engine-rig.ts';
import {
  deliveries,
  expectInstalled,
  MiB,
  REF,
  resolves,
  WEIGHTS_PATTERN,
  weightsRig,
  wireBytes,
} from './model-fixture.ts';

const startOf = (range: string | null) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]);

describe.each(['fast', 'got'] as const)('cut connections, way %s', (way) => {
  it.each([1, 2])(
    'criterion 4: seed %i: three in ten requests closed at random offsets cost at most a twentieth more bytes',
    async (seed) => {
      const size = 40 * MiB;
      const random = createSeededRandom(seed);
      const { hub, weights, fetch, until, folder } = await weightsRig(size, {
        way,
        seed,
        attempts: 20,
        connections: 4,
      });
      hub.setRates({ totalBytesPerSecond: 40e6 });
      const cuts = Array.from({ length: 8 }, (): FaultPlan => {
        const afterBytes = Math.floor(random() * 2 * MiB);
        return { kind: 'fin', origin: 'cdn', afterBytes, probability: 0.044 };
      });
      hub.setFaults(WEIGHTS_PATTERN, cuts);
      await until(await fetch(REF), isDone);
      await expectInstalled(folder, weights);
      expect(wireBytes(hub)).toBeLessThanOrEqual(1.05 * size);
    },
  );
});

it('criterion 5: one of four sockets goes silent: it is given up, the others run on, no byte that came is fetched again', async () => {
  const size = 40 * MiB;
  const silentAfter = 700_000;
  const stallTimeoutMs = 500;
  const rig = await weightsRig(size, { stallTimeoutMs, connections: 4 });
  const { hub, weights, fetch, until, folder } = rig;
  hub.setRates({ totalBytesPerSecond: 20e6 });
  hub.setFaults(WEIGHTS_PATTERN, {
    kind: 'stall',
    origin: 'cdn',
    everyNth: 3,
    times: 1,
    afterBytes: silentAfter,
  });
  await until(await fetch(REF), isDone);
  await expectInstalled(folder, weights);
  const silent = deliveries(hub).find(({ fault }) => fault === 'stall');
  const after = deliveries(hub).filter(({ serial }) => serial > (silent?.serial ?? 0));
  const next = after.find(
    ({ range }) => startOf(range) === startOf(silent?.range ?? '') + silentAfter,
  );
  expect(next).toBeDefined();
  expect((next?.atMs ?? 0) - (silent?.atMs ?? 0)).toBeGreaterThan(stallTimeoutMs * 0.9);
  const between = after.filter(({ serial }) => serial < (next?.serial ?? 0));
  expect(between.length).toBeGreaterThan(0);
  expect(wireBytes(hub)).toBeLessThan(size + MiB);
});

it('criterion 6: a connection at one hundredth of the speed delays little beside a clean run', async () => {
  const size = 48 * MiB;
  const perConnectionBytesPerSecond = 2e6;
  const run = async (crawl: boolean) => {
    const { hub, weights, fetch, until, folder } = await weightsRig(size, { connections: 4 });
    const slow = { connections: 1, bytesPerSecond: perConnectionBytesPerSecond / 100 };
    hub.setRates({ perConnectionBytesPerSecond, ...(crawl && { crawl: slow }) });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder, weights);
    const [first] = deliveries(hub);
    return hub.bytesSent(({ connection }) => connection === first?.connection);
  };
  const [clean, crawled] = await Promise.all([run(false), run(true)]);
  // One piece at this speed would take thirty times as long as all the others together: it was not waited for.
  expect(clean).toBeGreaterThan(0.1 * size);
  expect(crawled).toBeLessThan(0.02 * size);
});

describe('criterion 7: 503 six times, then fine', () => {
  const BASE_MS = 20;

  it.each([
    ['from the first request on', 0],
    ['in the middle of four transfers', 10 * MiB],
  ])(
    'criterion 7: %s: waits grow, fewer than eight requests, nobody is asked',
    async (_when, at) => {
      const size = 24 * MiB;
      const pace = { baseMs: BASE_MS, capMs: 10_000 };
      const rig = await weightsRig(size, {
        attempts: 8,
        connections: 4,
        pace,
        random: () => 0.999,
      });
      const { hub, weights, fetch, until, folder } = rig;
      hub.setRates({ totalBytesPerSecond: 40e6 });
      const burst: FaultPlan = { kind: 'status', status: 503, origin: 'cdn', times: 6 };
      if (at === 0) hub.setFaults(WEIGHTS_PATTERN, burst);
      const id = await fetch(REF);
      if (at > 0) {
        await hub.until(() => wireBytes(hub) >= at);
        hub.setFaults(WEIGHTS_PATTERN, burst);
      }
      await until(id, isDone);
      await expectInstalled(folder, weights);
      const asked = deliveries(hub);
      const refused = asked.filter(({ status }) => status === 503);
      expect(refused).toHaveLength(6);
      const burstOf = asked.filter(
        ({ serial }) => serial >= (refused[0]?.serial ?? 0) && serial <= (refused[5]?.serial ?? 0),
      );
      expect(burstOf.length).toBeLessThan(8);
      // Those that were refused together count as one; after that each wait is twice the last.
      const together = refused.filter(({ atMs }) => atMs - (refused[0]?.atMs ?? 0) < BASE_MS / 2);
      const alone = refused.slice(together.length - 1);
      const waits = alone.slice(1).map(({ atMs }, index) => atMs - (alone[index]?.atMs ?? 0));
      for (const [index, wait] of waits.entries()) {
        expect(wait).toBeGreaterThan(0.9 * BASE_MS * 2 ** index);
      }
    },
  );
});

describe('criterion 8: 429', () => {
  const WAIT_SECONDS = 1;
  const kinds: readonly (readonly [string, () => Partial<FaultPlan>])[] = [
    ['seconds', () => ({ retryAfter: WAIT_SECONDS })],
    [
      'a date',
      () => ({ retryAfter: new Date(Date.now() + WAIT_SECONDS * 1000 + 999).toUTCString() }),
    ],
    ['RateLimit t', () => ({ rateLimitResetSeconds: WAIT_SECONDS })],
  ];
  it.each(kinds)(
    'criterion 8: with %s: the host is left alone that long, and the state says until when',
    async (_kind, told) => {
      const { hub, weights, fetch, until, folder, heard } = await weightsRig(20 * MiB);
      const limited: FaultPlan = {
        kind: 'status',
        status: 429,
        origin: 'cdn',
        times: 1,
        ...told(),
      };
      hub.setFaults(WEIGHTS_PATTERN, limited);
      const askedAt = Date.now();
      const id = await fetch(REF);
      await until(id, isDone);
      await expectInstalled(folder, weights);
      const asked = deliveries(hub);
      const first = asked.findIndex(({ status }) => status === 429);
      const gapMs = (asked[first + 1]?.atMs ?? 0) - (asked[first]?.atMs ?? 0);
      expect(gapMs).toBeGreaterThan(WAIT_SECONDS * 1000 - 100);
      const [wait] = heard
        .flatMap(({ download }) => download?.files ?? [])
        .flatMap(({ state }) => (state.kind === 'retrying' ? [state] : []));
      expect(wait).toMatchObject({ attempt: 1, error: { code: 'RATE_LIMITED' } });
      expect(Date.parse(wait?.at ?? '')).toBeGreaterThan(askedAt + WAIT_SECONDS * 1000 - 100);
    },
  );
});

it('criterion 9: a link refused at 20 % and again at 60 % is renewed twice, although all pieces fail at once', async () => {
  const size = 48 * MiB;
  const { hub, weights, fetch, until, folder } = await weightsRig(size, { connections: 8 });
  // A long way to the hub, so that others fail while the first one asks again.
  hub.setRates({ perConnectionBytesPerSecond: 4e6, delayMs: 30 });
  hub.setFaults(WEIGHTS_PATTERN, [
    { kind: 'expire', afterBytes: 0.2 * size },
    { kind: 'expire', afterBytes: 0.6 * size },
  ]);
  await until(await fetch(REF), isDone);
  await expectInstalled(folder, weights);
  const refused = deliveries(hub).filter(({ status }) => status === 403);
  expect(refused.length).toBeGreaterThan(2);
  expect(resolves(hub)).toHaveLength(3);
});
