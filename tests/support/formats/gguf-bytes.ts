import { TENSOR_TYPES, VALUE_TYPES, type ValueType } from '../../../src-main/formats/gguf-types.ts';
import { ByteWriter } from './byte-writer.ts';

type Scalar = Exclude<ValueType, 'string' | 'array'>;

export type PairValue =
  | { readonly type: Scalar; readonly value: number | bigint }
  | { readonly type: 'string'; readonly value: string }
  | {
      readonly type: 'array';
      readonly of: Scalar | 'string';
      readonly items: readonly (number | bigint | string)[];
    };

export interface TensorPlan {
  readonly name: string;
  /** Innermost dimension first. */
  readonly shape: readonly (number | bigint)[];
  readonly type: number;
  /** Where it claims to lie, unless where it does. */
  readonly offset?: number | bigint;
}

export interface GgufPlan {
  readonly version?: number;
  readonly pairs: readonly (readonly [string, PairValue])[];
  readonly tensors: readonly TensorPlan[];
  /** What the header claims, unless what there is. */
  readonly tensorCount?: number | bigint;
  readonly pairCount?: number | bigint;
  readonly alignment?: number;
  /** Without the zeros behind the last tensor. */
  readonly isUnpadded?: boolean;
  /** Only the header: the data would be too much. */
  readonly isHeaderOnly?: boolean;
}

export interface BuiltGguf {
  readonly bytes: Uint8Array;
  /** Offset → what starts there. */
  readonly marks: ReadonlyMap<number, string>;
  readonly dataStart: number;
  /** From the start of the data to the end of the last tensor. */
  readonly dataBytes: number;
}

/** A GGUF file as planned, right or wrong. Tensors of unknown types take a byte for each element. */
export function buildGguf(plan: GgufPlan): BuiltGguf {
  const alignment = plan.alignment ?? 32;
  const writer = new ByteWriter().mark('magic').text('GGUF');
  writer.mark('version').u32(plan.version ?? 3);
  writer.mark('tensor count').u64(plan.tensorCount ?? plan.tensors.length);
  writer.mark('pair count').u64(plan.pairCount ?? plan.pairs.length);
  for (const [key, value] of plan.pairs) writePair(writer, key, value);
  const dataBytes = writeTensorTable(writer, plan.tensors, alignment);
  writer.mark('padding before the data');
  if (plan.tensors.length > 0) writer.padTo(alignment);
  const dataStart = writer.length;
  if (!plan.isHeaderOnly) {
    writer.mark('data').bytes(noise(dataBytes));
    if (!plan.isUnpadded && plan.tensors.length > 0) writer.mark('last padding').padTo(alignment);
  }
  return { bytes: writer.toBytes(), marks: writer.marks, dataStart, dataBytes };
}

export const ggufText = (value: string): PairValue => ({ type: 'string', value });
export const ggufU32 = (value: number): PairValue => ({ type: 'u32', value });

function writePair(writer: ByteWriter, key: string, value: PairValue): void {
  writeText(writer.mark(`key ${key}`), key);
  writer.mark(`type of ${key}`).u32(VALUE_TYPES.indexOf(value.type));
  writer.mark(`value of ${key}`);
  if (value.type === 'string') writeText(writer, value.value);
  else if (value.type === 'array') {
    writer.u32(VALUE_TYPES.indexOf(value.of)).u64(value.items.length);
    for (const item of value.items) {
      if (typeof item === 'string') writeText(writer, item);
      else writeScalar(writer, value.of, item);
    }
  } else writeScalar(writer, value.type, value.value);
}

function writeText(writer: ByteWriter, text: string): void {
  writer.u64(Buffer.byteLength(text)).text(text);
}

function writeScalar(writer: ByteWriter, type: ValueType, value: number | bigint): void {
  const number = Number(value);
  if (type === 'u8' || type === 'i8' || type === 'bool') writer.u8(number & 0xff);
  else if (type === 'u16' || type === 'i16') writer.u16(number & 0xffff);
  else if (type === 'u32' || type === 'i32') writer.u32(number >>> 0);
  else if (type === 'f32') writer.f32(number);
  else if (type === 'f64') writer.f64(number);
  else writer.u64(BigInt.asUintN(64, BigInt(value)));
}

/** @returns the length of the data, without the last padding */
function writeTensorTable(
  writer: ByteWriter,
  tensors: readonly TensorPlan[],
  alignment: number,
): number {
  let end = 0;
  for (const tensor of tensors) {
    const offset = Math.ceil(end / alignment) * alignment;
    writeText(writer.mark(`tensor ${tensor.name}`), tensor.name);
    writer.mark(`shape of ${tensor.name}`).u32(tensor.shape.length);
    for (const size of tensor.shape) writer.u64(size);
    writer.mark(`type of ${tensor.name}`).u32(tensor.type);
    writer.mark(`offset of ${tensor.name}`).u64(tensor.offset ?? offset);
    end = offset + dataBytesOf(tensor);
  }
  return end;
}

function dataBytesOf({ shape, type }: TensorPlan): number {
  const { blockElements, blockBytes } = TENSOR_TYPES.get(type) ?? {
    blockElements: 1,
    blockBytes: 1,
  };
  const elements = shape.reduce<number>((product, size) => product * Number(size), 1);
  return (elements / blockElements) * blockBytes;
}

/** Weights are no zeros. */
const noise = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 255);
