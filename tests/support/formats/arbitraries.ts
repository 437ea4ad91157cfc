/** Generators of files in order, for properties. */
import fc from 'fast-check';
import { TENSOR_TYPES } from '../../../src-main/formats/gguf-types.ts';
import type { GgufPlan, PairValue, TensorPlan } from './gguf-bytes.ts';
import type { OnnxPlan, OnnxTensorPlan } from './onnx-bytes.ts';
import { DTYPE_BITS, type SafetensorsPlan } from './safetensors-bytes.ts';

const scalarType = fc.constantFrom(
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'u64',
  'i64',
  'f64',
);
const whole = fc.nat({ max: 1000 });

const pairValue: fc.Arbitrary<PairValue> = fc.oneof(
  fc.record({ type: scalarType, value: whole }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ maxLength: 40 }) }),
  fc.record({
    type: fc.constant('array' as const),
    of: scalarType,
    items: fc.array(whole, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant('array' as const),
    of: fc.constant('string' as const),
    items: fc.array(fc.string({ maxLength: 8 }), { maxLength: 20 }),
  }),
);

const key = fc.stringMatching(/^[a-z_]{1,8}(\.[a-z_]{1,8}){0,3}$/);
const pairs = fc.uniqueArray(fc.tuple(key, pairValue), {
  selector: ([name]) => name,
  maxLength: 8,
});

const tensor: fc.Arbitrary<TensorPlan> = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 15 }),
    type: fc.constantFrom(...TENSOR_TYPES.keys()),
    blocks: fc.nat({ max: 3 }),
    rows: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
  })
  .map(({ name, type, blocks, rows }) => ({
    name,
    type,
    shape: [blocks * (TENSOR_TYPES.get(type)?.blockElements ?? 1), ...rows],
  }));

/** At least one tensor with data, so that there is something to cut. */
export const ggufPlan: fc.Arbitrary<GgufPlan> = fc
  .record({
    version: fc.constantFrom(2, 3),
    pairs,
    tensors: fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 }),
    alignmentLog: fc.integer({ min: 0, max: 8 }),
  })
  .map(({ version, pairs, tensors, alignmentLog }) => {
    const alignment = 2 ** alignmentLog;
    return {
      version,
      alignment,
      pairs: [...pairs, ['general.alignment', { type: 'u32', value: alignment }]],
      tensors: [...tensors, { name: 'the last of them all', shape: [7], type: 0 }],
    };
  });

/** At least one tensor with data, so that there is something to cut. */
export const safetensorsPlan: fc.Arbitrary<SafetensorsPlan> = fc
  .record({
    tensors: fc.uniqueArray(
      fc.record({
        name: fc.string({ maxLength: 20 }).filter((name) => name !== '__metadata__'),
        dtype: fc.constantFrom(...Object.keys(DTYPE_BITS)),
        // Whole bytes, whatever the type.
        shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).map((outer) => [...outer, 8]),
      }),
      { selector: ({ name }) => name, maxLength: 8 },
    ),
    notes: fc.option(fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 })), {
      nil: undefined,
    }),
  })
  .map(({ tensors, notes }) => ({
    tensors: [...tensors, { name: 'the last of them all', dtype: 'F32', shape: [3] }],
    ...(notes && { notes }),
  }));

const onnxTensor: fc.Arbitrary<OnnxTensorPlan> = fc
  .record({
    name: fc.string({ maxLength: 12 }),
    dims: fc.array(fc.nat({ max: 300 }), { maxLength: 3 }),
    place: fc.oneof(
      fc.nat({ max: 300 }).map((rawBytes) => ({ rawBytes })),
      fc.record({ file: fc.nat({ max: 3 }), offset: fc.nat(), length: fc.nat() }),
    ),
  })
  .map(({ name, dims, place }) => ({
    name,
    dims,
    ...('rawBytes' in place
      ? place
      : {
          external: {
            location: `model.onnx_data_${place.file}`,
            offset: String(place.offset),
            length: String(place.length),
          },
        }),
  }));

export const onnxPlan: fc.Arbitrary<OnnxPlan> = fc.record({
  tensors: fc.array(onnxTensor, { maxLength: 6 }),
  irVersion: fc.integer({ min: 3, max: 13 }),
  nodes: fc.nat({ max: 5 }),
  isPacked: fc.boolean(),
});
