import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormDepth, FormReport } from '../../../src-main/formats/format.ts';
import { parseGguf } from '../../../src-main/formats/gguf.ts';
import { ggufPlan } from '../../support/formats/arbitraries.ts';
import {
  buildGguf,
  type GgufPlan,
  ggufText,
  ggufU32,
  type PairValue,
} from '../../support/formats/gguf-bytes.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';

const check = (bytes: Uint8Array, depth: FormDepth = 'structure'): FormReport =>
  parseGguf(memorySource(bytes), depth);
const kinds = ({ findings }: FormReport) => findings.map(({ kind }) => kind);
const sentence = ({ findings }: FormReport) => findings[0]?.sentence ?? '';

const F32 = 0;
const Q4_K = 12;
const PAIRS: GgufPlan['pairs'] = [
  ['general.architecture', ggufText('llama')],
  ['general.name', ggufText('Tiny')],
  ['general.file_type', ggufU32(15)],
  ['general.license', ggufText('mit')],
  ['llama.context_length', ggufU32(4096)],
  ['tokenizer.ggml.tokens', { type: 'array', of: 'string', items: ['a', 'bc', ''] }],
  ['tokenizer.ggml.scores', { type: 'array', of: 'f32', items: [1, 2, 3] }],
  ['tokenizer.chat_template', ggufText('{{ messages }}')],
];
const TENSORS: GgufPlan['tensors'] = [
  { name: 'token_embd.weight', shape: [256, 3], type: Q4_K },
  { name: 'output.weight', shape: [256, 2], type: Q4_K },
  { name: 'norm.weight', shape: [5], type: F32 },
];
const PLAN: GgufPlan = { pairs: PAIRS, tensors: TENSORS };
const built = buildGguf(PLAN);
const markOf = (what: string) =>
  [...built.marks].find(([, mark]) => mark === what)?.[0] ?? Number.NaN;

/** The plan with other pairs behind its own. */
const withPair = (key: string, value: PairValue) =>
  buildGguf({ ...PLAN, pairs: [...PAIRS, [key, value]] }).bytes;
const withTensors = (...tensors: GgufPlan['tensors']) => buildGguf({ ...PLAN, tensors }).bytes;

describe('a GGUF file in order', () => {
  it('tells what the model is, and has no findings', () => {
    expect(check(built.bytes)).toEqual({
      format: 'gguf',
      findings: [],
      expectedBytes: built.bytes.length,
      metadata: {
        architecture: 'llama',
        name: 'Tiny',
        parameterCount: 256 * 3 + 5 + 256 * 2,
        quantization: 'Q4_K_M',
        contextLength: 4096,
        license: 'mit',
        chatTemplate: '{{ messages }}',
      },
      tensorNames: TENSORS.map(({ name }) => name),
    });
  });

  it('has no findings, whatever its metadata, tensors, version and alignment', () => {
    fc.assert(
      fc.property(ggufPlan, (plan) => {
        const report = check(buildGguf(plan).bytes);
        expect(report.findings).toEqual([]);
        expect(report.tensorNames).toEqual(plan.tensors.map(({ name }) => name));
      }),
    );
  });

  it('may lack the padding of the last tensor', () => {
    const { bytes } = buildGguf({ ...PLAN, isUnpadded: true });
    expect(bytes.length % 32).not.toBe(0);
    expect(check(bytes).findings).toEqual([]);
  });

  it('may have longer names and more dimensions than ggml takes, as video models do', () => {
    const name = 'model.diffusion_model.'.padEnd(127, 'x');
    const { bytes } = buildGguf({
      pairs: PAIRS,
      tensors: [{ name, shape: [2, 2, 1, 16, 5], type: F32 }],
    });
    expect(check(bytes)).toMatchObject({ findings: [], metadata: { parameterCount: 320 } });
  });

  it('may hold metadata only', () => {
    expect(kinds(check(buildGguf({ pairs: PAIRS, tensors: [] }).bytes))).toEqual([]);
  });

  it('tells which part of several it is', () => {
    const { bytes } = buildGguf({
      pairs: [
        ['split.no', { type: 'u16', value: 1 }],
        ['split.count', { type: 'u16', value: 3 }],
      ],
      tensors: TENSORS,
    });
    expect(check(bytes).shard).toEqual({ index: 1, count: 3 });
  });

  it.each([
    ['a part beyond the last', 3, 3],
    ['the only part', 0, 1],
  ])('does not tell %s', (_, no, count) => {
    const { bytes } = buildGguf({
      pairs: [
        ['split.no', { type: 'u16', value: no }],
        ['split.count', { type: 'u16', value: count }],
      ],
      tensors: TENSORS,
    });
    expect(check(bytes).shard).toBeUndefined();
  });

  it('does not tell a length of the context below nothing', () => {
    const { bytes } = buildGguf({
      pairs: [
        ['general.architecture', ggufText('llama')],
        ['llama.context_length', { type: 'i32', value: -1 }],
      ],
      tensors: TENSORS,
    });
    expect(check(bytes).metadata).not.toHaveProperty('contextLength');
  });

  it('does not keep a chat template of more than a mebibyte', () => {
    const bytes = withPair('tokenizer.chat_template.long', ggufText('x'));
    expect(check(bytes).metadata.chatTemplate).toBeDefined();
    const { metadata } = check(
      buildGguf({
        pairs: [['tokenizer.chat_template', ggufText('x'.repeat(2 ** 20 + 1))]],
        tensors: TENSORS,
      }).bytes,
    );
    expect(metadata.chatTemplate).toBeUndefined();
  });
});

describe('a GGUF file that was cut', () => {
  it('is truncated, wherever it was cut', () => {
    fc.assert(
      fc.property(ggufPlan, fc.double({ min: 0, max: 1, noNaN: true }), (plan, share) => {
        const { bytes, dataStart, dataBytes } = buildGguf(plan);
        const end = Math.floor(share * (dataStart + dataBytes - 1));
        expect(kinds(check(bytes.subarray(0, end)))).toEqual(['truncated']);
      }),
    );
  });

  it.each([...built.marks].filter(([offset]) => offset < built.dataStart + built.dataBytes))(
    'is truncated at byte %i, before its %s',
    (offset) => {
      expect(kinds(check(built.bytes.subarray(0, offset)))).toEqual(['truncated']);
    },
  );

  it.each([
    [0, 'The file is empty.'],
    [20, 'The file ends in its header.'],
    [60, 'The file ends in its metadata, at value 1 of 8.'],
    [
      markOf('value of tokenizer.ggml.scores') + 15,
      'The file ends in its metadata, at value 7 of 8.',
    ],
    [built.dataStart - 40, 'The file ends in its list of tensors, at 3 of 3.'],
  ])('cut at byte %i says where it ends', (length, expected) => {
    expect(sentence(check(built.bytes.subarray(0, length)))).toBe(expected);
  });

  it('names the tensor it breaks off in, and how much is missing', () => {
    const report = check(built.bytes.subarray(0, built.dataStart + 500));
    expect(sentence(report)).toBe(
      'The file ends too early: it lacks 256 bytes of 1.33 kB; it breaks off in tensor 2 of 3, “output.weight”.',
    );
    expect(report.expectedBytes).toBe(built.bytes.length);
  });
});

describe('a GGUF file that goes on after its end', () => {
  it('is oversized when it was written twice', () => {
    const twice = Buffer.concat([built.bytes, built.bytes, new Uint8Array(4096)]);
    expect(kinds(check(twice))).toEqual(['oversized']);
  });

  it('is fine when only its last page was filled', () => {
    expect(kinds(check(Buffer.concat([built.bytes, new Uint8Array(4096)])))).toEqual([]);
  });
});

describe('a GGUF header that contradicts itself', () => {
  const patched = (offset: number, bytes: readonly number[]) => {
    const copy = Uint8Array.from(built.bytes);
    copy.set(bytes, offset);
    return copy;
  };
  const tensor = { name: 'a', shape: [32], type: F32 };

  it.each<[string, string, Uint8Array]>([
    ['another magic', 'does not start as', patched(0, [0x47, 0x47, 0x4d, 0x4c])],
    ['version 0', 'version 0', buildGguf({ ...PLAN, version: 0 }).bytes],
    ['the wrong byte order', 'big-endian', patched(4, [0, 0, 0, 3])],
    ['a version out of reach', 'version 70001', buildGguf({ ...PLAN, version: 70_001 }).bytes],
    [
      '2⁶³ tensors',
      'more than the file has room for',
      buildGguf({ ...PLAN, tensorCount: 2n ** 63n }).bytes,
    ],
    [
      '2⁶³ metadata values',
      'more than any model',
      buildGguf({ ...PLAN, pairCount: 2n ** 63n }).bytes,
    ],
    ['a key twice', '“general.name” twice', withPair('general.name', ggufText('again'))],
    ['a value without a name', 'without a name', withPair('', ggufU32(1))],
    [
      'an alignment that is no power of two',
      'alignment',
      withPair('general.alignment', ggufU32(48)),
    ],
    ['an alignment of zero', 'alignment', withPair('general.alignment', ggufU32(0))],
    [
      'an alignment of another type',
      'alignment',
      withPair('general.alignment', { type: 'u64', value: 32 }),
    ],
    [
      'a tensor name of 256 bytes',
      'name of 256 bytes',
      withTensors({ ...tensor, name: 'n'.repeat(256) }),
    ],
    ['two tensors of one name', 'Two tensors are named “a”', withTensors(tensor, tensor)],
    ['nine dimensions', '9 dimensions', withTensors({ ...tensor, shape: Array(9).fill(1) })],
    [
      'rows that do not fill their blocks',
      'no multiple of 256',
      withTensors({ name: 'a', shape: [128, 2], type: Q4_K }),
    ],
    ['a type number out of reach', 'type 70000', withTensors({ ...tensor, type: 70_000 })],
    [
      'tensors that overlap',
      '“b” does not start where',
      withTensors(tensor, { ...tensor, name: 'b', offset: 64 }),
    ],
    [
      'a hole between tensors',
      '“b” does not start where',
      withTensors(tensor, { ...tensor, name: 'b', offset: 160 }),
    ],
    [
      'an offset of 2⁶⁴ − 1',
      '“a” does not start where',
      withTensors({ ...tensor, offset: 2n ** 64n - 1n }),
    ],
  ])('with %s is malformed', (_, words, bytes) => {
    expect(check(bytes).findings).toMatchObject([
      { kind: 'malformed', sentence: expect.stringContaining(words) },
    ]);
  });

  it.each([
    ['2³² × 2³²', [2 ** 32, 2 ** 32]],
    ['2⁶³', [2n ** 63n]],
    ['nothing × 2⁶³', [0, 2n ** 63n]],
    ['whose product wraps around to 32', [2 ** 32, 2 ** 32, 32]],
  ])('with a shape of %s is malformed', (_, shape) => {
    const { bytes } = buildGguf({
      pairs: [],
      tensors: [{ ...tensor, shape }],
      isHeaderOnly: true,
    });
    expect(kinds(check(bytes))).toEqual(['malformed']);
  });

  it.each([
    ['a text of 2⁶³ bytes', 8, 2n ** 63n],
    ['a list of 2⁶³ numbers', 9, 2n ** 63n],
  ])('with %s is malformed', (_, type, length) => {
    const { bytes } = buildGguf({ pairs: [['k', ggufU32(type)]], tensors: [] });
    const view = new DataView(bytes.buffer);
    const valueAt = bytes.length - 8;
    view.setUint32(valueAt, type, true);
    const tail = new Uint8Array(16);
    new DataView(tail.buffer).setBigUint64(type === 9 ? 4 : 0, length, true);
    const file = Buffer.concat([bytes.subarray(0, valueAt + 4), tail]);
    expect(kinds(check(file))).toEqual(['malformed']);
  });

  it('with a value of no type is malformed', () => {
    const { bytes } = buildGguf({ pairs: [['k', ggufU32(0)]], tensors: [] });
    new DataView(bytes.buffer).setUint32(bytes.length - 8, 13, true);
    expect(kinds(check(bytes))).toEqual(['malformed']);
  });
});

describe('what is newer than Larder', () => {
  it('cannot be checked for its length, when a tensor is of an unknown type', () => {
    const report = check(withTensors({ name: 'a', shape: [32], type: 99 }));
    expect(kinds(report)).toEqual(['uncheckable']);
    expect(report.expectedBytes).toBeUndefined();
  });

  it('is still truncated, when even the start of a tensor is missing', () => {
    const plan: GgufPlan = {
      pairs: [],
      tensors: [
        { name: 'a', shape: [64], type: F32 },
        { name: 'b', shape: [64], type: 99 },
      ],
    };
    const { bytes, dataStart } = buildGguf(plan);
    expect(kinds(check(bytes.subarray(0, dataStart + 100)))).toEqual(['truncated']);
  });

  it.each([
    ['lies before it', 0],
    ['lies at no multiple of the alignment', 40],
  ])('is malformed, when what follows %s', (_, offset) => {
    const file = withTensors(
      { name: 'known', shape: [8], type: F32 },
      { name: 'unknown', shape: [8], type: 99 },
      { name: 'next', shape: [8], type: F32, offset },
    );
    expect(sentence(check(file))).toContain('“next” does not start where');
  });

  it.each([1, 4])('is not checked at all, in version %i', (version) => {
    expect(kinds(check(buildGguf({ ...PLAN, version }).bytes))).toEqual(['uncheckable']);
  });

  it('is not checked, when it has lists of lists', () => {
    const { bytes } = buildGguf({
      pairs: [['k', { type: 'array', of: 'u32', items: [9] }]],
      tensors: [],
    });
    // The type of the elements, in front of their number and the only one.
    new DataView(bytes.buffer).setUint32(bytes.length - 16, 9, true);
    expect(kinds(check(bytes))).toEqual(['uncheckable']);
  });
});

describe('how much is read', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => `token ${index}`);
  const large = buildGguf({
    pairs: [
      ['general.architecture', ggufText('llama')],
      ['tokenizer.ggml.tokens', { type: 'array', of: 'string', items }],
      ['tokenizer.ggml.scores', { type: 'array', of: 'f32', items: items.map(() => 1) }],
      ['general.name', ggufText('Large')],
    ],
    tensors: TENSORS,
  });

  it('is a quarter of a mebibyte for a quick look, which says nothing of what it did not see', () => {
    const source = countingSource(memorySource(large.bytes));
    const { findings, metadata } = parseGguf(source, 'quick');
    expect(findings).toEqual([]);
    expect(metadata).toEqual({ architecture: 'llama' });
    expect(source.requestedBytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('leaves out numbers, and is never much at once', () => {
    const source = countingSource(memorySource(large.bytes));
    expect(parseGguf(source, 'structure')).toMatchObject({
      findings: [],
      metadata: { name: 'Large' },
    });
    const scores = items.length * 4;
    expect(source.requestedBytes).toBeLessThan(large.bytes.length - scores + 100_000);
    expect(source.largestReadBytes).toBeLessThanOrEqual(64 * 1024);
    expect(source.outside).toBe(0);
  });

  it('is nothing of the texts a header only claims', () => {
    const { bytes } = buildGguf({
      pairs: [['k', { type: 'array', of: 'string', items: [] }]],
      tensors: [],
    });
    new DataView(bytes.buffer).setBigUint64(bytes.length - 8, 2n ** 29n, true);
    const source = countingSource(memorySource(Buffer.concat([bytes, new Uint8Array(1_000_000)])));
    expect(kinds(parseGguf(source, 'structure'))).toEqual(['truncated']);
    expect(source.requestedBytes).toBeLessThanOrEqual(4096);
  });
});
