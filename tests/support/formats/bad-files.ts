/** Files that are wrong, each in one way, and how that has to be called. */
import type { FormFindingKind } from '../../../src-main/formats/format.ts';
import { buildGguf, ggufText } from './gguf-bytes.ts';
import { ONNX_SAMPLES, SAMPLES, type SampleFile } from './good-files.ts';
import { join, number, varint } from './onnx-bytes.ts';
import { safetensorsFrom } from './safetensors-bytes.ts';

export interface BadFile {
  readonly what: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: FormFindingKind;
}

const bad = (
  kind: FormFindingKind,
  what: string,
  { name, bytes }: Pick<SampleFile, 'name' | 'bytes'>,
): BadFile => ({ kind, what, name, bytes });

/** Before each of its parts, one byte into it, and one byte before its end. */
function cutFiles(sample: SampleFile): BadFile[] {
  const { name, bytes, marks, leastBytes } = sample;
  const places = [...marks].flatMap(([place, what]) => [
    [place, `before its ${what}`] as const,
    [place + 1, `in its ${what}`] as const,
  ]);
  return [[0, 'before its start'] as const, ...places, [leastBytes - 1, 'at its end'] as const]
    .filter(([place]) => place < leastBytes)
    .map(([place, where]) =>
      bad('truncated', `cut ${where}`, { name, bytes: bytes.subarray(0, place) }),
    );
}

const F32 = 0;
const HUGE = 2n ** 63n;
const deep = '['.repeat(5_000) + ']'.repeat(5_000);
const tensor = { name: 'a', shape: [8], type: F32 };

const ggufFile = (plan: Parameters<typeof buildGguf>[0]) => ({
  name: 'model.gguf',
  bytes: buildGguf(plan).bytes,
});
const safetensorsFile = (header: string, dataBytes: number) => ({
  name: 'model.safetensors',
  bytes: safetensorsFrom(header, dataBytes).bytes,
});
const textFile = (name: string, text: string) => ({
  name,
  bytes: Uint8Array.from(Buffer.from(text)),
});

const [onnx] = ONNX_SAMPLES;

const CONTRADICTIONS: readonly BadFile[] = [
  bad(
    'malformed',
    'in the wrong byte order',
    ggufFile({ version: 0x03000000, pairs: [], tensors: [] }),
  ),
  bad('malformed', 'of 2⁶³ tensors', ggufFile({ pairs: [], tensors: [], tensorCount: HUGE })),
  bad('malformed', 'of 2⁶³ metadata values', ggufFile({ pairs: [], tensors: [], pairCount: HUGE })),
  bad(
    'malformed',
    'with tensors that overlap',
    ggufFile({ pairs: [], tensors: [tensor, { ...tensor, name: 'b', offset: 0 }] }),
  ),
  bad(
    'malformed',
    'with a shape that wraps around',
    ggufFile({
      pairs: [],
      tensors: [{ ...tensor, shape: [2n ** 32n, 2n ** 32n, 8] }],
      isHeaderOnly: true,
    }),
  ),
  bad(
    'uncheckable',
    'of a type nobody knows',
    ggufFile({ pairs: [['general.name', ggufText('x')]], tensors: [{ ...tensor, type: 200 }] }),
  ),
  bad(
    'malformed',
    'with tensors that overlap',
    safetensorsFile(
      '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}}',
      5,
    ),
  ),
  bad('malformed', 'nested without end', safetensorsFile(`{"a":{"x":${deep}}}`, 0)),
  bad('malformed', 'nested without end', textFile('config.json', deep)),
  bad('malformed', 'with a length of 2⁶³', {
    name: 'model.onnx',
    bytes: join([number(1, 8), varint(7 * 8 + 2), varint(HUGE), new Uint8Array(20)]),
  }),
  bad('oversized', 'written twice', {
    name: 'model.onnx',
    bytes: join([onnx?.bytes ?? new Uint8Array(), onnx?.bytes ?? new Uint8Array()]),
  }),
  bad('imposter', 'a web page', textFile('model.gguf', '<!DOCTYPE html><html></html>')),
  bad('imposter', 'an error message', textFile('model.safetensors', '{"error":"not found"}')),
  bad(
    'imposter',
    'a pointer',
    textFile('model.onnx', 'version https://git-lfs.github.com/spec/v1'),
  ),
];

const zeros = ({ name }: SampleFile): BadFile =>
  bad('malformed', 'full of zeros', { name, bytes: new Uint8Array(4096) });

export const BAD_FILES: readonly BadFile[] = [
  ...SAMPLES.flatMap(cutFiles),
  ...SAMPLES.map(zeros),
  ...CONTRADICTIONS,
];
