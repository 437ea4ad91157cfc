import { expect, it } from 'vitest';
import { fuzzPickles } from './pickle-fuzz.ts';

it('S7: damaged pickles and archives never stop the scanner, nor pass while an import of theirs is whole', () => {
  const { outcomes, problems } = fuzzPickles({ seed: 1, runs: 5_000 });
  expect(problems).toEqual([]);
  expect(Object.keys(outcomes).toSorted()).toEqual(['safe', 'unreadable', 'unsafe']);
});
