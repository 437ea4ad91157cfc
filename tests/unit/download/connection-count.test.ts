import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backOff,
  type CountState,
  nextCount,
  startCount,
} from '../../../src-main/engines/download/connection-count.ts';

const STEP_MS = 250;

function run(state: CountState, samples: Iterable<number>, cap: number): CountState[] {
  const states = [state];
  let now = 0;
  for (const sample of samples) {
    now += STEP_MS;
    states.push(nextCount(states.at(-1) ?? state, { sample, now, cap }));
  }
  return states;
}

describe('the number of connections', () => {
  it('stays between one and the cap, and changes by doubling, by going back, or not at all', () => {
    const samples = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 400 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 4, max: 64 }), (drawn, cap) => {
        const states = run(startCount(), drawn, cap);
        for (const [index, state] of states.entries()) {
          const before = states[index - 1] ?? state;
          expect(state.count).toBeGreaterThanOrEqual(1);
          expect(state.count).toBeLessThanOrEqual(cap);
          const allowed = [before.count, Math.min(cap, before.count * 2), before.trial?.from];
          expect(allowed).toContain(state.count);
          expect(state.samples.length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('is where more no longer bring a quarter more, for any line and any limit of a connection', () => {
    const line = fc.record({
      perConnection: fc.integer({ min: 1e5, max: 20e6 }),
      total: fc.integer({ min: 1e6, max: 200e6 }),
    });
    fc.assert(
      fc.property(line, ({ perConnection, total }) => {
        const speed = (count: number) => Math.min(total, count * perConnection);
        let state = startCount();
        for (let now = 0; now < 30_000; now += STEP_MS) {
          state = nextCount(state, { sample: speed(state.count), now, cap: 16 });
        }
        expect(state.trial).toBeNull();
        if (state.count < 16) expect(speed(2 * state.count)).toBeLessThan(1.6 * speed(state.count));
        if (state.count > 4)
          expect(speed(state.count)).toBeGreaterThanOrEqual(1.25 * speed(state.count / 2));
      }),
    );
  });

  it('is half after "too much", never none, and is not tried again for a while', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (count) => {
        const after = backOff({ ...startCount(count) }, 1_000);
        expect(after.count).toBe(Math.max(1, Math.floor(count / 2)));
        const states = run(
          { ...after, settledUntil: 60_000 },
          Array.from({ length: 200 }, () => 1e6),
          64,
        );
        expect(new Set(states.map((state) => state.count)).size).toBe(1);
      }),
    );
  });
});
