import { expect, it } from 'vitest';
import { oddForm } from '../../../src-main/engines/health/findings.ts';

const CUT = { kind: 'truncated', sentence: 'The file ends too early.' } as const;
const LONG = { kind: 'oversized', sentence: 'The file goes on after its end.' } as const;

it.each([
  ['cut off, while its digest can still decide', CUT, 'open', 'suspect'],
  ['cut off where it was published already', CUT, 'right', 'suspect'],
  ['cut off, and nobody vouches for it', CUT, 'none', 'damaged'],
  ['odd in another way, but as it was published', LONG, 'right', 'unverifiable'],
] as const)('a file that is %s', (_, form, proof, verdict) => {
  expect(oddForm('model.gguf', form, proof)?.verdict).toBe(verdict);
});

it('what cannot be told of a file is nothing against it', () => {
  expect(oddForm('model.gguf', { kind: 'uncheckable', sentence: 'Too long.' }, 'none')).toBeNull();
});
