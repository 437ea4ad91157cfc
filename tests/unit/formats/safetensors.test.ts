import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormDepth, FormReport } from '../../../src-main/formats/format.ts';
import { parseSafetensors } from '../../../src-main/formats/safetensors.ts';
import { safetensorsPlan } from '../../support/formats/arbitraries.ts';
import { ByteWriter } from '../../support/formats/byte-writer.ts';
import { buildSafetensors, safetensorsFrom } from '../../support/formats/safetensors-bytes.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';

const check = (bytes: Uint8Array, depth: FormDepth = 'structure'): FormReport =>
  parseSafetensors(memorySource(bytes), depth);
const kinds = ({ findings }: FormReport) => findings.map(({ kind }) => kind);

const built = buildSafetensors({
  tensors: [
    { name: 'embed.weight', dtype: 'BF16', shape: [16, 4] },
    { name: 'norm.weight', dtype: 'F32', shape: [4] },
    { name: 'scalar', dtype: 'I64', shape: [] },
  ],
  notes: { format: 'pt', 'modelspec.title': 'Tiny', 'modelspec.architecture': 'tiny-v1' },
});

describe('a safetensors file in order', () => {
  it('tells its tensors and what they amount to', () => {
    expect(check(built.bytes)).toEqual({
      format: 'safetensors',
      findings: [],
      expectedBytes: built.bytes.length,
      metadata: {
        name: 'Tiny',
        architecture: 'tiny-v1',
        parameterCount: 64 + 4 + 1,
        quantization: 'BF16',
      },
      tensorNames: ['embed.weight', 'norm.weight', 'scalar'],
    });
  });

  it('has no findings, whatever its tensors', () => {
    fc.assert(
      fc.property(safetensorsPlan, (plan) => {
        const report = check(buildSafetensors(plan).bytes);
        expect(report.findings).toEqual([]);
        expect(report.tensorNames?.toSorted()).toEqual(
          plan.tensors.map(({ name }) => name).toSorted(),
        );
      }),
    );
  });

  it('may list its tensors in any order, and describe them further', () => {
    const { bytes } = safetensorsFrom(
      `{"b":{"shape":[2],"data_offsets":[4,8],"dtype":"F16","more":{"a":[1.5e3,null]}},` +
        `"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`,
      8,
    );
    expect(check(bytes).findings).toEqual([]);
  });

  it('may be empty of tensors', () => {
    expect(check(safetensorsFrom('{}', 0).bytes).findings).toEqual([]);
  });
});

describe('a safetensors file that was cut or written on', () => {
  it('is truncated, wherever it was cut', () => {
    fc.assert(
      fc.property(safetensorsPlan, fc.double({ min: 0, max: 1, noNaN: true }), (plan, share) => {
        const { bytes } = buildSafetensors(plan);
        const end = Math.floor(share * (bytes.length - 1));
        expect(kinds(check(bytes.subarray(0, end)))).toEqual(['truncated']);
      }),
    );
  });

  it('is oversized with a single byte more', () => {
    const report = check(Buffer.concat([built.bytes, Uint8Array.of(0)]));
    expect(report.findings).toMatchObject([
      { kind: 'oversized', expected: built.bytes.length, measured: built.bytes.length + 1 },
    ]);
  });

  it.each([
    [0, 'The file is empty.'],
    [5, 'The file ends in its header.'],
    [8, 'The file ends in its header.'],
    [built.bytes.length - 10, 'The file ends too early: it lacks 10 bytes of 519 bytes.'],
  ])('cut at byte %i says so', (length, sentence) => {
    expect(check(built.bytes.subarray(0, length)).findings[0]?.sentence).toBe(
      sentence.replace('519', String(built.bytes.length)),
    );
  });
});

const U8 = '"dtype":"U8","shape":[4]';
const NEST = 100_000;

describe('a safetensors header that contradicts itself', () => {
  it.each<[string, string, string]>([
    ['no object', 'no JSON object', '[]  '],
    ['no JSON', 'middle of its JSON', '{"a":'],
    ['something behind its JSON', 'at byte 2.', '{}}'],
    ['a comma too many', 'at byte 53.', `{"a":{${U8},"data_offsets":[0,4]},}`],
    [
      'a number that is none',
      'at byte 30.',
      `{"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}`,
    ],
    ['a negative number', 'at byte 28.', `{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}`],
    ['a fraction', 'at byte 29.', `{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}`],
    [
      'a tensor twice',
      '“a” twice',
      `{"a":{${U8},"data_offsets":[0,4]},"a":{${U8},"data_offsets":[0,4]}}`,
    ],
    ['a type twice', '“dtype” twice', `{"a":{${U8},"dtype":"I8","data_offsets":[0,4]}}`],
    ['a tensor without a place', 'lacks', `{"a":{${U8}}}`],
    ['a place of three numbers', 'lacks', `{"a":{${U8},"data_offsets":[0,4,4]}}`],
    ['a tensor that is no object', 'at byte 5.', '{"a":4}'],
    [
      'a hole at the start',
      '“a” leaves a hole',
      `{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}`,
    ],
    [
      'a hole between tensors',
      '“b” leaves a hole',
      `{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}`,
    ],
    [
      'tensors that overlap',
      '“b” overlaps',
      `{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}`,
    ],
    [
      'a tensor that ends before it starts',
      '“b” ends before it starts',
      `{"a":{${U8},"data_offsets":[0,4]},"b":{"dtype":"X","shape":[2],"data_offsets":[4,2]}}`,
    ],
    ['another size than the shape tells', 'another size', `{"a":{${U8},"data_offsets":[0,3]}}`],
    ['half a byte', 'another size', `{"a":{"dtype":"F4","shape":[7],"data_offsets":[0,4]}}`],
    [
      'a shape beyond reach',
      'impossible size',
      `{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}`,
    ],
    [
      'a shape that wraps around to 4',
      'impossible size',
      `{"a":{"dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}}`,
    ],
    [
      'a shape beyond reach, times nothing',
      'impossible size',
      `{"a":{"dtype":"U8","shape":[1152921504606846976,0],"data_offsets":[0,0]}}`,
    ],
    [
      'offsets beyond reach',
      'another size',
      `{"a":{${U8},"data_offsets":[0,18446744073709551615]}}`,
    ],
    ['a note that is no text', '“a” is no text', '{"__metadata__":{"a":1}}'],
    ['a note twice', '“a” twice', '{"__metadata__":{"a":"1","a":"2"}}'],
    ['a line break in a name', 'at byte 2.', '{"a\n":{}}'],
    ['an escape that is none', 'at byte 2.', '{"\\x":{}}'],
    ['too much depth', 'nested too deep', `{"a":{"more":${'['.repeat(NEST)}${']'.repeat(NEST)}}}`],
  ])('with %s is malformed', (_, words, header) => {
    expect(check(safetensorsFrom(header, 4).bytes).findings).toMatchObject([
      { kind: 'malformed', sentence: expect.stringContaining(words) },
    ]);
  });

  it('with a name that is no UTF-8 is malformed', () => {
    const { bytes } = safetensorsFrom(`{"aa":{${U8},"data_offsets":[0,4]}}`, 4);
    bytes[10] = 0xff;
    expect(kinds(check(bytes))).toEqual(['malformed']);
  });

  it('longer than any that is published is not read to its end', () => {
    const length = 33 * 2 ** 20;
    const bytes = new ByteWriter().u64(BigInt(length)).text('{}'.padEnd(length)).toBytes();
    const source = memorySource(bytes);
    expect(kinds(parseSafetensors(source, 'structure'))).toEqual(['uncheckable']);
    expect(parseSafetensors(source, 'quick').findings).toEqual([]);
  });

  it.each([
    ['2⁶³', 2n ** 63n],
    ['more than 100 MB', 100_000_001n],
    ['none', 0n],
  ])('with a length of %s is malformed', (_, length) => {
    const bytes = new ByteWriter().u64(length).text('{}'.padEnd(1000)).toBytes();
    expect(kinds(check(bytes))).toEqual(['malformed']);
  });
});

describe('types Larder does not know', () => {
  const { bytes } = safetensorsFrom('{"a":{"dtype":"F2","shape":[16],"data_offsets":[0,4]}}', 4);

  it('make the sizes uncheckable', () => {
    expect(kinds(check(bytes))).toEqual(['uncheckable']);
  });

  it('do not hide that the file was cut', () => {
    expect(kinds(check(bytes.subarray(0, bytes.length - 1)))).toEqual(['truncated']);
  });
});

describe('how much is read', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({
    name: `layers.${index}.weight`,
    dtype: 'U8',
    shape: [1],
  }));
  const large = buildSafetensors({ tensors: many });

  it('is the header only', () => {
    const source = countingSource(memorySource(large.bytes));
    expect(parseSafetensors(source, 'structure')).toMatchObject({ findings: [] });
    expect(source.requestedBytes).toBe(8 + large.headerBytes);
    expect(source.outside).toBe(0);
  });

  it('is its two ends for a quick look at a long header', () => {
    const source = countingSource(memorySource(large.bytes));
    expect(parseSafetensors(source, 'quick')).toEqual({
      format: 'safetensors',
      findings: [],
      metadata: {},
    });
    expect(source.requestedBytes).toBeLessThan(2048);
  });

  it('is enough for a quick look to see a header without an end', () => {
    const bytes = Uint8Array.from(large.bytes);
    bytes.fill(0, 8 + large.headerBytes - 16, 8 + large.headerBytes);
    expect(kinds(check(bytes, 'quick'))).toEqual(['malformed']);
  });

  it('is enough for a quick look to see a header that starts as none', () => {
    const bytes = Uint8Array.from(large.bytes);
    bytes[8] = 0x5b;
    expect(kinds(check(bytes, 'quick'))).toEqual(['malformed']);
  });

  it('ends with more entries than any model has', () => {
    const notes = Array.from({ length: 262_145 }, (_, index) => `"${index}":"x"`);
    const { bytes } = safetensorsFrom(`{"__metadata__":{${notes.join(',')}}}`, 0);
    expect(kinds(check(bytes))).toEqual(['uncheckable']);
  });

  it('is all of a short header, even for a quick look', () => {
    expect(check(built.bytes, 'quick')).toMatchObject({ expectedBytes: built.bytes.length });
  });

  it('is nothing of a header that is only claimed', () => {
    const source = countingSource(memorySource(new ByteWriter().u64(99_999_999).toBytes()));
    expect(kinds(parseSafetensors(source, 'structure'))).toEqual(['truncated']);
    expect(source.requestedBytes).toBe(8);
  });
});
