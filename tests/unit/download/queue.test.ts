import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveTo, planRuns, type QueueEntry } from '../../../src-main/engines/download/queue.ts';

const entry = (id: string, state: QueueEntry['state'], priority = 0): QueueEntry => ({
  id,
  state,
  priority,
  isHeld: false,
});

describe('R5.2 who runs', () => {
  it('starts queued ones in queue order up to the number of slots', () => {
    const plan = planRuns([entry('a', 'queued'), entry('b', 'queued'), entry('c', 'queued')], 2);
    expect(plan).toEqual({ start: ['a', 'b'], preempt: [] });
  });

  it('lets a higher priority overtake a running lower one', () => {
    const plan = planRuns([entry('low', 'running'), entry('high', 'queued', 5)], 1);
    expect(plan).toEqual({ start: ['high'], preempt: ['low'] });
  });

  it('does not disturb a running one for an equal before it in the queue', () => {
    const plan = planRuns([entry('first', 'queued'), entry('second', 'running')], 1);
    expect(plan).toEqual({ start: [], preempt: [] });
  });

  it('never plans more runs than slots, nor touches what is paused, failed or done', () => {
    const states = ['queued', 'running', 'paused', 'failed', 'done', 'waiting-space'] as const;
    const entries = fc.array(
      fc.record({
        state: fc.constantFrom(...states),
        priority: fc.integer({ min: -10, max: 10 }),
        isHeld: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 8 }), (drawn, slots) => {
        const queue = drawn.map((item, index) => ({ ...item, id: String(index) }));
        const { start, preempt } = planRuns(queue, slots);
        const stateOf = (id: string) => queue[Number(id)]?.state;
        expect(start.every((id) => stateOf(id) === 'queued')).toBe(true);
        expect(start.some((id) => queue[Number(id)]?.isHeld)).toBe(false);
        const held = queue.filter(({ state, isHeld }) => isHeld && state === 'running');
        expect(held.every(({ id }) => preempt.includes(id))).toBe(true);
        expect(preempt.every((id) => stateOf(id) === 'running')).toBe(true);
        const running = queue.filter(({ state }) => state === 'running').length;
        expect(running - preempt.length + start.length).toBeLessThanOrEqual(slots);
      }),
    );
  });
});

describe('R5.2 moving in the queue', () => {
  it('keeps every element, and the order of the others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), fc.nat(), (list, place) => {
        const element = list[place % list.length] as number;
        const moved = moveTo(list, element, place);
        expect(moved.indexOf(element)).toBe(Math.min(place, list.length - 1));
        expect(moved.filter((x) => x !== element)).toEqual(list.filter((x) => x !== element));
      }),
    );
  });
});
