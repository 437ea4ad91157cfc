import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormDepth, FormReport } from '../../../src-main/formats/format.ts';
import { parseOnnx } from '../../../src-main/formats/onnx.ts';
import { onnxPlan } from '../../support/formats/arbitraries.ts';
import {
  buildOnnx,
  bytes,
  join,
  message,
  number,
  text,
  varint,
} from '../../support/formats/onnx-bytes.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';

const check = (file: Uint8Array, depth: FormDepth = 'structure'): FormReport =>
  parseOnnx(memorySource(file), depth);
const kinds = ({ findings }: FormReport) => findings.map(({ kind }) => kind);

const built = buildOnnx({
  tensors: [
    { name: 'weight', dims: [4, 8], rawBytes: 128 },
    {
      name: 'big',
      dims: [10],
      external: { location: 'model.onnx_data', offset: '64', length: '40' },
    },
    { name: 'more', dims: [2], external: { location: './model.onnx_data', length: '8' } },
    { name: 'other', dims: [], external: { location: 'weights/other.bin' } },
  ],
});
const VERSION = number(1, 8);
const GRAPH = message(7, [text(2, 'main')]);
const OPERATORS = message(8, [number(2, 17)]);
const withTensor = (...fields: Uint8Array[]) =>
  join([VERSION, message(7, [message(5, fields)]), OPERATORS]);
const withPlace = (external: Readonly<Record<string, string>>) =>
  buildOnnx({ tensors: [{ name: 'a', dims: [1], external }] }).bytes;

describe('an ONNX file in order', () => {
  it('tells the files it needs, and up to where', () => {
    expect(check(built.bytes)).toEqual({
      format: 'onnx',
      findings: [],
      expectedBytes: built.bytes.length,
      metadata: { parameterCount: 32 + 10 + 2 + 1 },
      externalFiles: [
        { path: 'model.onnx_data', atLeastBytes: 104 },
        { path: 'weights/other.bin', atLeastBytes: 0 },
      ],
    });
  });

  it('has no findings, whatever its graph', () => {
    fc.assert(
      fc.property(onnxPlan, (plan) => {
        const report = check(buildOnnx(plan).bytes);
        expect(report.findings).toEqual([]);
        const files = plan.tensors.flatMap(({ external }) => external?.location ?? []);
        expect(report.externalFiles?.map(({ path }) => path)).toEqual([...new Set(files)]);
      }),
    );
  });
});

describe('an ONNX file that was cut or written on', () => {
  it('is truncated, wherever it was cut', () => {
    fc.assert(
      fc.property(onnxPlan, fc.double({ min: 0, max: 1, noNaN: true }), (plan, share) => {
        const { bytes: file } = buildOnnx(plan);
        const end = Math.floor(share * (file.length - 1));
        for (const depth of ['quick', 'structure'] as const) {
          expect(kinds(check(file.subarray(0, end), depth))).toEqual(['truncated']);
        }
      }),
    );
  });

  it.each([...built.fieldStarts])('is truncated between two fields, at byte %i', (end) => {
    expect(kinds(check(built.bytes.subarray(0, end)))).toEqual(['truncated']);
  });

  it('is oversized when it was written twice', () => {
    const { findings } = check(join([built.bytes, built.bytes]));
    expect(findings).toMatchObject([{ kind: 'oversized', expected: built.bytes.length }]);
  });
});

describe('an ONNX file that contradicts itself', () => {
  it.each<[string, string, Uint8Array]>([
    ['zeros', 'wrong at byte 0', new Uint8Array(100)],
    ['no version', 'does not tell a version', join([GRAPH, OPERATORS])],
    ['a version that is a text', 'no number', join([text(1, 'x'), GRAPH])],
    ['a graph that is a number', 'graph is none', join([VERSION, number(7, 3)])],
    ['a group', 'wrong at byte 2', join([VERSION, varint(7 * 8 + 3), GRAPH])],
    ['a number without end', 'wrong at byte 2', join([VERSION, new Uint8Array(11).fill(0xff)])],
    [
      'a length of 2⁶³',
      'wrong at byte',
      join([VERSION, varint(7 * 8 + 2), varint(2n ** 63n), new Uint8Array(10)]),
    ],
    [
      'a part longer than what it is part of',
      'wrong at byte',
      join([
        VERSION,
        bytes(7, join([varint(5 * 8 + 2), varint(50)])),
        OPERATORS,
        new Uint8Array(60),
      ]),
    ],
    ['a shape beyond reach', 'impossible size', withTensor(number(1, 2 ** 40), number(1, 2 ** 40))],
    ['a negative shape', 'impossible size', withTensor(number(1, 2n ** 64n - 1n))],
    ['weights above its folder', 'outside of the folder', withPlace({ location: '../w' })],
    ['weights at an absolute place', 'outside of the folder', withPlace({ location: '/etc/w' })],
    ['weights on a drive', 'outside of the folder', withPlace({ location: 'C:w' })],
    ['weights above, by backslashes', 'outside of the folder', withPlace({ location: '..\\w' })],
    ['weights nowhere', 'outside of the folder', withPlace({ offset: '1' })],
    ['weights before a file', 'impossible place', withPlace({ location: 'w', offset: '-1' })],
    ['weights at no number', 'impossible place', withPlace({ location: 'w', length: 'all' })],
  ])('with %s is malformed', (_, words, file) => {
    expect(check(file).findings).toMatchObject([
      { kind: 'malformed', sentence: expect.stringContaining(words) },
    ]);
  });

  it('is malformed when a number goes on after what it is part of', () => {
    const file = join([VERSION, bytes(7, Uint8Array.of(0x80)), OPERATORS]);
    expect(check(file).findings[0]?.sentence).toContain('wrong at byte 4');
  });

  it('is truncated without a graph', () => {
    expect(check(join([VERSION, OPERATORS])).findings).toMatchObject([
      { kind: 'truncated', sentence: 'The file ends before its graph.' },
    ]);
  });

  it('needs no other file when its tensors say they are inside', () => {
    const place = message(13, [text(1, 'location'), text(2, 'elsewhere')]);
    expect(check(withTensor(number(1, 1), place)).externalFiles).toEqual([]);
  });

  it('may still lack operators, when it is of a version that had none', () => {
    expect(kinds(check(join([number(1, 2), GRAPH])))).toEqual([]);
    expect(kinds(check(join([VERSION, GRAPH])))).toEqual(['truncated']);
  });
});

describe('how much is read', () => {
  const large = buildOnnx({
    tensors: Array.from({ length: 100 }, (_, index) => ({
      name: `weight.${index}`,
      dims: [1000, 100],
      rawBytes: 100_000,
    })),
  });

  it('leaves out the weights', () => {
    const source = countingSource(memorySource(large.bytes));
    expect(parseOnnx(source, 'structure').metadata.parameterCount).toBe(100 * 100_000);
    expect(source.requestedBytes).toBeLessThan(large.bytes.length / 10);
    expect(source.outside).toBe(0);
  });

  it('leaves out the graph for a quick look', () => {
    const source = countingSource(memorySource(large.bytes));
    expect(kinds(parseOnnx(source, 'quick'))).toEqual([]);
    expect(source.requestedBytes).toBeLessThan(10_000);
  });

  it('ends with more fields than any graph has', () => {
    const fields = new Uint8Array(8_000_002).map((_, index) => (index % 2 === 0 ? 0x28 : 1));
    expect(kinds(check(join([VERSION, fields])))).toEqual(['uncheckable']);
  });

  it('ends with a quick look at many small fields, and blames nobody', () => {
    const fields = Array.from({ length: 200_000 }, () => number(5, 1));
    const file = join([VERSION, ...fields, GRAPH, OPERATORS]);
    const source = countingSource(memorySource(file));
    expect(kinds(parseOnnx(source, 'quick'))).toEqual([]);
    expect(source.requestedBytes).toBeLessThanOrEqual(256 * 1024);
  });
});
