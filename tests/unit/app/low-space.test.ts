import { expect, it } from 'vitest';
import { watchSpace } from '../../../src-main/app/wiring/low-space.ts';
import { turn } from '../download/fake-engine.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const GB = 1e9;

async function rig(free: number) {
  const { clock, advance, pending } = createManualClock();
  const state = { free, pendingBytes: 0, warnBelow: 10 * GB };
  const told: string[] = [];
  const stop = watchSpace({
    clock,
    publish: (type) => told.push(type),
    alerts: {
      raise: ((error: { message: string }) => told.push(error.message)) as never,
      settle: () => void told.push('settled'),
    },
    engine: {
      list: () =>
        [{ state: { kind: 'running' }, sizeBytes: state.pendingBytes, receivedBytes: 0 }] as never,
    },
    disks: async () => [{ folder: '/models', freeBytes: state.free, takes: () => true }],
    warnBelowBytes: () => state.warnBelow,
  });
  await turn();
  const minute = async () => {
    told.length = 0;
    advance(60_000);
    await turn();
    return [...told];
  };
  return { state, told, minute, stop, pending };
}

it('R3.4 little space is told once, with what downloads still need', async () => {
  const { told, minute, state } = await rig(9 * GB);
  expect(told).toEqual(['9.00 GB are free in /models.', 'storage.low']);
  expect(await minute()).toEqual([]);
  state.free = 10.5 * GB;
  expect(await minute()).toEqual([]);
  state.free = 12 * GB;
  expect(await minute()).toEqual(['settled']);
  state.pendingBytes = 5 * GB;
  expect(await minute()).toEqual([
    '12.0 GB are free in /models, and downloads still need 5.00 GB of them.',
    'storage.low',
  ]);
});

it('is not told to who does not want it, nor after the end', async () => {
  const { told, minute, stop, state, pending } = await rig(20 * GB);
  expect(told).toEqual(['settled']);
  state.warnBelow = 0;
  state.free = 0;
  expect(await minute()).toEqual(['settled']);
  stop();
  expect(pending()).toBe(0);
});
