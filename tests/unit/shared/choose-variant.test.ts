import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseRecommended,
  isAdvisable,
  selectVariant,
} from '../../../src-shared/domain/choose-variant.ts';
import type { Fit } from '../../../src-shared/domain/hub.ts';
import { matchesGlob } from '../../../src-shared/domain/variants/glob.ts';
import { groupVariants } from '../../../src-shared/domain/variants.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { files } from './source-files.ts';

const gguf = files(
  'README.md 1',
  'aster-Q2_K.gguf 3000',
  'aster-Q4_K_M.gguf 4700',
  'aster-Q4_K_S.gguf 4400',
  'aster-Q8_0-00001-of-00002.gguf 4000',
  'aster-Q8_0-00002-of-00002.gguf 4000',
  'mmproj-F16.gguf 100',
);

const mixed = files(
  'config.json 1',
  'model.safetensors 100',
  'pytorch_model.bin 100',
  'README.md 1',
);

function select(list: typeof gguf, variant?: string) {
  const { variant: chosen, files: picked } = selectVariant(groupVariants(list), list, variant);
  return [chosen, ...picked.map(({ path }) => path)];
}

describe('selectVariant with a variant', () => {
  it('finds it in any letter case and gives it its proper name', () => {
    expect(select(gguf, 'q4_k_m')).toEqual(['Q4_K_M', 'aster-Q4_K_M.gguf', 'mmproj-F16.gguf']);
  });

  it('takes the path of a weight for the variant it belongs to', () => {
    expect(select(gguf, 'aster-Q4_K_M.gguf')).toEqual(select(gguf, 'Q4_K_M'));
    expect(select(gguf, 'aster-Q8_0-00002-of-00002.gguf')).toEqual(select(gguf, 'Q8_0'));
  });

  it('takes any other path for that file alone', () => {
    expect(select(gguf, 'mmproj-F16.gguf')).toEqual(['mmproj-F16.gguf', 'mmproj-F16.gguf']);
    expect(select(mixed, 'config.json')).toEqual(['config.json', 'config.json']);
  });

  it('takes a pattern for what matches it', () => {
    expect(select(gguf, '*Q8_0*')).toEqual([
      '*Q8_0*',
      'aster-Q8_0-00001-of-00002.gguf',
      'aster-Q8_0-00002-of-00002.gguf',
    ]);
  });

  it('takes all for the whole repository', () => {
    expect(select(mixed, 'all')).toEqual(['all', ...mixed.map(({ path }) => path)]);
  });

  it('leaves the variant out where there is only one', () => {
    const single = files('config.json', 'model.safetensors', 'README.md');
    expect(select(single, 'safetensors')).toEqual([undefined, 'config.json', 'model.safetensors']);
  });

  it('says what there is when there is no such variant', () => {
    try {
      select(gguf, 'Q5_K_M');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'VARIANT_UNKNOWN',
        params: { variant: 'Q5_K_M', available: 'Q2_K, Q4_K_S, Q4_K_M, Q8_0' },
      });
    }
  });

  it('does not list hundreds of names', () => {
    const many = files(...Array.from({ length: 30 }, (_, index) => `m${index}.ckpt`));
    expect(() => select(many, 'x')).toThrow(/and 18 more/);
  });
});

describe('selectVariant without a variant', () => {
  it('takes the recommended one and names it', () => {
    expect(select(gguf)).toEqual(['Q4_K_M', 'aster-Q4_K_M.gguf', 'mmproj-F16.gguf']);
    expect(select(mixed)).toEqual(['safetensors', 'config.json', 'model.safetensors']);
  });

  it('names a quantisation even when it is the only one so far', () => {
    expect(select(files('aster-Q8_0.gguf'))).toEqual(['Q8_0', 'aster-Q8_0.gguf']);
  });

  it('takes everything where no variant stands for the rest', () => {
    const loose = files('vae/ae.safetensors', 'clip/t5.safetensors', 'README.md');
    expect(select(loose)).toEqual([undefined, ...loose.map(({ path }) => path)]);
  });

  it('takes nothing of an empty repository', () => {
    expect(select([])).toEqual([undefined]);
  });
});

describe('chooseRecommended', () => {
  const fitting = (verdict: Fit['verdict'], onDisk: Fit['onDisk'] = 'fits'): Fit => ({
    verdict,
    onDisk,
    sentence: '',
  });
  const choose = (fitOf: (sizeBytes: number) => Fit) =>
    chooseRecommended(groupVariants(gguf), (group) => fitOf(group.sizeBytes)).find(
      (group) => group.recommended,
    )?.name;

  it('keeps the usual one when it fits, however much larger ones would fit', () => {
    expect(choose(() => fitting('gpu'))).toBe('Q4_K_M');
  });

  it('keeps it when nothing is known', () => {
    expect(choose(() => fitting('unknown', 'unknown'))).toBe('Q4_K_M');
  });

  it('goes down to the largest that fits', () => {
    expect(choose((size) => fitting(size > 4600 ? 'too-large' : 'memory'))).toBe('Q4_K_S');
    expect(choose((size) => fitting('memory', size > 4000 ? 'needs-space' : 'fits'))).toBe('Q2_K');
  });

  it('takes one that only just fits when none fits well', () => {
    expect(choose((size) => fitting(size > 4600 ? 'too-large' : 'tight'))).toBe('Q4_K_S');
  });

  it('keeps the usual one as what is meant when none fits', () => {
    expect(choose(() => fitting('too-large'))).toBe('Q4_K_M');
  });

  it.each<[Fit['verdict'], Fit['onDisk'], boolean]>([
    ['gpu', 'fits', true],
    ['tight', 'fits', true],
    ['unknown', 'unknown', true],
    ['too-large', 'fits', false],
    ['memory', 'needs-space', false],
  ])('what is %s and %s on disk may be advised: %s', (verdict, onDisk, expected) => {
    expect(isAdvisable(fitting(verdict, onDisk))).toBe(expected);
  });

  it('never goes over to a part of something else', () => {
    const list = files('model.safetensors 5000', 'config.json', 'vae/ae.safetensors 100');
    const groups = chooseRecommended(groupVariants(list), ({ sizeBytes }) =>
      fitting(sizeBytes > 1000 ? 'too-large' : 'gpu'),
    );
    expect(groups.find(({ recommended }) => recommended)?.name).toBe('safetensors');
  });

  it('marks at most one', () => {
    const verdict = fc.constantFrom<Fit['verdict']>(
      'gpu',
      'memory',
      'tight',
      'too-large',
      'unknown',
    );
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 4, maxLength: 4 }), (verdicts) => {
        const groups = groupVariants(gguf);
        const marked = chooseRecommended(groups, (group) =>
          fitting(verdicts[groups.indexOf(group)] ?? 'gpu'),
        );
        expect(marked.filter(({ recommended }) => recommended)).toHaveLength(1);
      }),
    );
  });
});

describe('matchesGlob', () => {
  it.each([
    ['*.gguf', 'a/b.gguf', true],
    ['*.gguf', 'a.gguf.txt', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['**/c', 'a/b/c', true],
    ['**/c', 'c', true],
    ['?.bin', 'a.bin', true],
    ['?.bin', 'ab.bin', false],
    ['[ab].bin', 'a.bin', false],
    ['*', 'anything', true],
    ['', '', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
  ])('%s against %s is %s', (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });

  it('answers at once for a pattern meant to take for ever', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(400))).toBe(false);
  });
});
