import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countsFor,
  effectivenessSchema,
  MOST_COUNTED,
  MOST_PAIRS,
  mostlyFails,
  NO_EFFECTIVENESS,
  type Outcome,
  successRate,
  withOutcome,
} from '../../../src-main/engines/fallback/effectiveness.ts';

const outcome = (success: boolean, modelId = 'b'): Outcome => ({
  requestedId: 'a',
  modelId,
  success,
});
const recordOf = (...outcomes: Outcome[]) => outcomes.reduce(withOutcome, NO_EFFECTIVENESS);

describe('how models do in the place of others', () => {
  it('is counted for each pair', () => {
    const record = recordOf(outcome(true), outcome(false), outcome(true), outcome(true, 'c'));
    expect(countsFor(record, 'a').get('b')).toMatchObject({ successes: 2, failures: 1 });
    expect(countsFor(record, 'a').get('c')).toMatchObject({ successes: 1, failures: 0 });
    expect(countsFor(record, 'b').size).toBe(0);
  });

  it('is passed over only when it failed more often than not, and was tried three times', () => {
    expect(mostlyFails({ successes: 0, failures: 2 })).toBe(false);
    expect(mostlyFails({ successes: 1, failures: 2 })).toBe(true);
    expect(mostlyFails({ successes: 3, failures: 3 })).toBe(false);
  });

  it('forgets slowly: what turned good counts again', () => {
    const bad = Array.from({ length: 30 }, () => outcome(false));
    const well = Array.from({ length: 30 }, () => outcome(true));
    const counts = countsFor(recordOf(...bad, ...well), 'a').get('b');
    expect(counts && mostlyFails(counts)).toBe(false);
  });

  it('stays small, and fits its schema, whatever happens', () => {
    const outcomes = fc.record({
      requestedId: fc.constantFrom('a', 'b'),
      modelId: fc.integer({ min: 0, max: 700 }).map(String),
      success: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(outcomes, { maxLength: 800 }), (all) => {
        const record = all.reduce(withOutcome, NO_EFFECTIVENESS);
        expect(effectivenessSchema.parse(record)).toEqual(record);
        expect(record.pairs.length).toBeLessThanOrEqual(MOST_PAIRS);
        for (const pair of record.pairs) {
          expect(pair.successes + pair.failures).toBeLessThan(MOST_COUNTED);
          expect(successRate(pair)).toBeGreaterThan(0);
          expect(successRate(pair)).toBeLessThan(1);
        }
      }),
      { numRuns: 20 },
    );
  });
});
