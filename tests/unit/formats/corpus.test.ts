import { describe, expect, it } from 'vitest';
import { checkForm } from '../../../src-main/formats/check-form.ts';
import { BAD_FILES } from '../../support/formats/bad-files.ts';
import { SAMPLES } from '../../support/formats/good-files.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';

const QUICK_BYTES = 300 * 1024;

describe('files in order', () => {
  it.each(SAMPLES)('$name has no findings, at any depth', ({ name, bytes }) => {
    for (const depth of ['quick', 'structure'] as const) {
      expect(checkForm(memorySource(bytes), { name, depth }).findings).toEqual([]);
    }
  });

  it.each(SAMPLES)('$name is truncated with any part of its end gone', (sample) => {
    for (let length = 0; length < sample.leastBytes; length += 1) {
      const source = memorySource(sample.bytes.subarray(0, length));
      const { findings } = checkForm(source, { name: sample.name, depth: 'structure' });
      expect(findings.map(({ kind }) => kind)).toEqual(['truncated']);
    }
  });
});

describe('files that are wrong', () => {
  it.each(BAD_FILES)('$name $what is $kind', ({ name, bytes, kind }) => {
    const source = countingSource(memorySource(bytes));
    const { findings } = checkForm(source, { name, depth: 'structure' });
    expect(findings.map((finding) => finding.kind)).toEqual([kind]);
    expect(source.outside).toBe(0);
  });

  it.each(BAD_FILES)('$name $what costs a quick look little', ({ name, bytes }) => {
    const source = countingSource(memorySource(bytes));
    checkForm(source, { name, depth: 'quick' });
    expect(source.outside).toBe(0);
    expect(source.requestedBytes).toBeLessThan(QUICK_BYTES);
  });
});
