import { beforeAll, describe, expect, it } from 'vitest';
import { bundleEngineChild } from '../support/engine-process.ts';
import { runStorm } from './storm.ts';

let child: string;
beforeAll(async () => {
  child = await bundleEngineChild('test-storm');
});

/** More of them: `npm run test:chaos -- --long`. */
describe('faults, kills, pauses, torn journals and a lying disk, all drawn from one seed', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'seed %i ends with the right files and nothing else',
    async (seed) => {
      const { problems } = await runStorm(child, seed);
      expect(problems).toEqual([]);
    },
  );
});
