import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUses,
  daysBetween,
  percentile,
  usageOf,
  withFewModels,
} from '../../../src-main/engines/analytics/roll-up.ts';
import { type DayUse, OTHER_MODELS } from '../../../src-shared/domain/usage.ts';
import { rolledUp, use, utc } from './usage-builders.ts';

const anyUse = fc.record({
  modelId: fc.constantFrom('a', 'b', 'c'),
  at: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 1, 28) }),
  durationMs: fc.integer({ min: 1, max: 600_000 }),
  success: fc.boolean(),
});
const period = daysBetween('2026-01-01', '2026-02-28');

describe('R8.2 figures of uses', () => {
  it('add up, whatever was used when', () => {
    fc.assert(
      fc.property(fc.array(anyUse, { maxLength: 60 }), (uses) => {
        const events = uses.map(({ modelId, at, ...more }) =>
          use(modelId, new Date(at).toISOString(), more),
        );
        const items = usageOf(rolledUp(events), period);
        expect(items.reduce((sum, item) => sum + item.uses, 0)).toBe(events.length);
        for (const item of items) {
          const own = events.filter(({ modelId }) => modelId === item.modelId);
          const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
          expect(sum(item.hours)).toBe(own.length);
          expect(sum(item.weekdays)).toBe(own.length);
          expect(item.successRate).toBeCloseTo(
            own.filter(({ success }) => success).length / own.length,
          );
          const good = own.filter(({ success }) => success);
          if (good.length === 0) expect(item.averageMs).toBeNull();
          else {
            const total = sum(good.map(({ durationMs = 0 }) => durationMs));
            expect(item.averageMs).toBeCloseTo(total / good.length);
          }
          expect(item.lastUsedAt).toBe(
            own
              .map(({ startedAt }) => startedAt)
              .toSorted()
              .at(-1),
          );
        }
      }),
    );
  });

  it('the 95th percentile is within 5 % of what was measured', () => {
    const sorted = fc.array(fc.integer({ min: 10, max: 3_600_000 }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(sorted, (durations) => {
        const events = durations.map((durationMs) =>
          use('a', '2026-01-05T10:00:00.000Z', { durationMs }),
        );
        const [item] = usageOf(rolledUp(events), period);
        const exact =
          durations.toSorted((a, b) => a - b)[Math.ceil(0.95 * durations.length) - 1] ?? 0;
        expect(Math.abs((item?.p95Ms ?? 0) / exact - 1)).toBeLessThan(0.05);
      }),
    );
  });

  it('uses of which nobody knows the duration, and failures, leave the durations alone', () => {
    const events = [
      use('a', '2026-01-05T10:00:00.000Z', { durationMs: 4_000 }),
      use('a', '2026-01-05T11:00:00.000Z', { durationMs: undefined }),
      use('a', '2026-01-05T12:00:00.000Z', { durationMs: 90_000, success: false }),
    ];
    const [item] = usageOf(rolledUp(events), period);
    expect(item).toMatchObject({ uses: 3, averageMs: 4_000 });
    expect(item?.p95Ms).toBeLessThan(4_200);
    const [unknown] = usageOf(rolledUp(events.slice(1)), period);
    expect(unknown).toMatchObject({ uses: 2, averageMs: null, p95Ms: null });
  });

  it('days that were written before successes were timed by themselves still have an average', () => {
    const at = '2026-01-05T10:00:00.000Z';
    const now = rolledUp([
      use('a', at, { durationMs: 2_000 }),
      use('a', at, { durationMs: 90_000, success: false }),
    ]);
    const { successMs: _, ...before } = now['2026-01-05']?.a ?? ({} as DayUse);
    const days = addUses(
      { '2026-01-05': { a: before } },
      [use('a', at, { durationMs: 4_000 })],
      utc,
    );
    const [item] = usageOf(days, period);
    expect(Math.abs((item?.averageMs ?? 0) / 3_000 - 1)).toBeLessThan(0.025);
  });

  it('models beyond the most used are counted together, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(anyUse, { maxLength: 60 }), (uses) => {
        const days = rolledUp(
          uses.map(({ modelId, at, ...more }) => use(modelId, new Date(at).toISOString(), more)),
        );
        const few = withFewModels(withFewModels(days, 2), 1);
        const before = usageOf(days, period);
        const after = usageOf(few, period);
        const total = (items: typeof after) => items.reduce((sum, item) => sum + item.uses, 0);
        expect(total(after)).toBe(total(before));
        const named = after.filter(({ modelId }) => modelId !== OTHER_MODELS);
        expect(named).toHaveLength(Math.min(1, before.length));
        expect(named[0]?.uses).toBe(before[0]?.uses);
      }),
    );
  });

  it('of two that are used as seldom, the one used last stays by its name', () => {
    const days = rolledUp([
      use('b', '2026-01-06T10:00:00.000Z'),
      use('a', '2026-01-05T10:00:00.000Z'),
    ]);
    expect(usageOf(withFewModels(days, 1), period).map(({ modelId }) => modelId)).toEqual([
      OTHER_MODELS,
      'b',
    ]);
  });

  it('of failures alone there is no percentile', () => {
    expect(percentile({}, 0.95)).toBeNull();
  });

  it.each([
    ['after a success', [true, false, false], 2],
    ['over several days', [false, false, false], 3],
    ['ended by a success', [false, false, true], 0],
  ])('a streak of failures %s', (_name, outcomes, streak) => {
    const events = outcomes.map((success, day) =>
      use('a', `2026-01-0${day + 1}T10:00:00.000Z`, { success }),
    );
    expect(usageOf(rolledUp(events), period)[0]?.failureStreak).toBe(streak);
  });
});
