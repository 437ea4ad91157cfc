import { expect, it } from 'vitest';
import { createSaver } from '../../../src-main/engines/download/saver.ts';
import type { PartFile } from '../../../src-main/engines/ports.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { turn } from './fake-engine.ts';

it('a journal that cannot be written stops what arrives at once, and is told once', async () => {
  const { clock, advance } = createManualClock();
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  const refuse = async () => {
    throw full;
  };
  const told: unknown[] = [];
  const part = { record: refuse, sync: refuse } as Partial<PartFile> as PartFile;
  const saver = createSaver(part, clock, (error) => told.push(error));
  for (let second = 0; second < 3; second += 1) {
    advance(1_000);
    saver.arrived(1_000);
    await turn();
  }
  expect(told).toEqual([full]);
  expect(() => saver.throwIfFailed()).toThrow('full');
});
