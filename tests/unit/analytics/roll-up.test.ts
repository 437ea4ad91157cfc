import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysBetween, percentile, usageOf } from '../../../src-main/engines/analytics/roll-up.ts';
import { rolledUp, use } from './usage-builders.ts';

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
          expect(item.averageMs).toBeCloseTo(
            sum(own.map(({ durationMs }) => durationMs)) / own.length,
          );
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
