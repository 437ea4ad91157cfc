import { describe, expect, it } from 'vitest';
import { FUZZ_TARGETS, fuzzFormats } from './formats-fuzz.ts';

const RUNS = 2_000;

/** More of them: `npm run test:chaos -- --long`. */
describe('damaged files', () => {
  const { outcomes, problems } = fuzzFormats({ seed: 1, runs: RUNS });

  it('break no promise of a parser', () => {
    expect(problems).toEqual([]);
  });

  it.each(FUZZ_TARGETS)(
    'reach far into %s: some are in order, others are wrong in many ways',
    (name) => {
      const kinds = outcomes[name] ?? {};
      expect(Object.keys(kinds)).toEqual(
        expect.arrayContaining(['in order', 'malformed', 'truncated']),
      );
      expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(RUNS);
    },
  );

  it('are the same for the same seed', () => {
    expect(fuzzFormats({ seed: 7, runs: 50 })).toEqual(fuzzFormats({ seed: 7, runs: 50 }));
  });
});
