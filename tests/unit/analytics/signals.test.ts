import { expect, it } from 'vitest';
import { createSignals, type Signal } from '../../../src-main/engines/analytics/signals.ts';
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { use } from './usage-builders.ts';

function rig() {
  const { clock, advance, pending } = createManualClock();
  const on = new Set(['first', 'second']);
  const calls: string[] = [];
  const recorded: UsageEvent[] = [];
  const warned: string[] = [];
  let answer = async (name: string) => [use(`hf:${name}`, '2026-01-31T00:00:00.000Z')];
  const aSignal = (name: string): Signal => ({
    name,
    isOn: () => on.has(name),
    look: async () => {
      calls.push(`look ${name}`);
      return answer(name);
    },
    forget: () => void calls.push(`forget ${name}`),
  });
  const signals = createSignals({
    clock,
    log: { warn: (message) => void warned.push(message) },
    signals: [aSignal('first'), aSignal('second')],
    record: (event) => void recorded.push(event),
  });
  const answerWith = (next: typeof answer) => {
    answer = next;
  };
  return { signals, advance, pending, on, calls, recorded, warned, answerWith };
}

it('looks each minute at what is on, and forgets what is off', async () => {
  const { signals, advance, on, calls, recorded } = rig();
  on.delete('second');
  signals.start();
  advance(60_000);
  await signals.close();
  expect(calls).toEqual(['look first', 'forget second']);
  expect(recorded).toHaveLength(0);
});

it('looks at once when what is wanted changes', async () => {
  const { signals, on, calls, recorded } = rig();
  on.clear();
  signals.start();
  await signals.changed();
  on.add('second');
  calls.length = 0;
  await signals.changed();
  expect(calls).toEqual(['forget first', 'look second']);
  expect(recorded.map(({ modelId }) => modelId)).toEqual(['hf:second']);
});

it('a sign that cannot be read is told, and does not keep the next from being so', async () => {
  const { signals, recorded, warned, answerWith } = rig();
  answerWith(async (name) => {
    if (name === 'first') throw new Error('odd');
    return [use(`hf:${name}`, '2026-01-31T00:00:00.000Z')];
  });
  await signals.changed();
  expect(warned).toHaveLength(1);
  expect(recorded.map(({ modelId }) => modelId)).toEqual(['hf:second']);
});

it('what comes after it was switched off is not recorded', async () => {
  const { signals, on, recorded, answerWith } = rig();
  answerWith(async () => {
    on.clear();
    return [use('hf:late', '2026-01-31T00:00:00.000Z')];
  });
  await signals.changed();
  expect(recorded).toEqual([]);
});

it('a look that takes longer than a minute is the only one', async () => {
  const { signals, advance, calls, answerWith } = rig();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  answerWith(async () => {
    await held;
    return [];
  });
  signals.start();
  advance(300_000);
  expect(calls).toEqual(['look first']);
  release();
  await signals.close();
});

it('nothing is looked at after the end', async () => {
  const { signals, advance, pending, calls } = rig();
  signals.start();
  await signals.close();
  calls.length = 0;
  await signals.changed();
  advance(300_000);
  expect(pending()).toBe(0);
  expect(calls).toEqual([]);
});
