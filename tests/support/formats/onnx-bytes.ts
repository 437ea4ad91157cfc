import { ByteWriter } from './byte-writer.ts';

export interface OnnxTensorPlan {
  readonly name: string;
  readonly dims: readonly number[];
  /** Bytes inside of the file. */
  readonly rawBytes?: number;
  /** Key and value pairs that tell where its bytes lie instead. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface OnnxPlan {
  readonly tensors: readonly OnnxTensorPlan[];
  readonly irVersion?: number;
  readonly nodes?: number;
  readonly isPacked?: boolean;
}

export interface BuiltOnnx {
  readonly bytes: Uint8Array;
  /** Where each field of the whole starts, after the first. */
  readonly fieldStarts: readonly number[];
}

const VARINT = 0;
const BYTES = 2;
const EXTERNAL = 1;
const FLOAT = 1;

/** An ONNX model in order, with fields as the exporters write them. */
export function buildOnnx(plan: OnnxPlan): BuiltOnnx {
  const fields = [
    number(1, plan.irVersion ?? 8),
    text(2, 'larder'),
    message(7, [
      ...Array.from({ length: plan.nodes ?? 1 }, (_, index) =>
        message(1, [text(1, `in${index}`), text(2, `out${index}`), text(4, 'MatMul')]),
      ),
      text(2, 'main_graph'),
      ...plan.tensors.map((tensor) => message(5, tensorFields(tensor, plan.isPacked ?? false))),
    ]),
    message(8, [number(2, 17)]),
  ];
  const fieldStarts = fields
    .slice(0, -1)
    .map((_, index) => fields.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
  return { bytes: join(fields), fieldStarts };
}

function tensorFields(tensor: OnnxTensorPlan, isPacked: boolean): Uint8Array[] {
  const { name, dims, rawBytes, external } = tensor;
  return [
    ...(isPacked ? [bytes(1, join(dims.map(varint)))] : dims.map((size) => number(1, size))),
    number(2, FLOAT),
    text(8, name),
    ...(rawBytes === undefined ? [] : [bytes(9, new Uint8Array(rawBytes).fill(0xab))]),
    ...Object.entries(external ?? {}).map(([key, value]) =>
      message(13, [text(1, key), text(2, value)]),
    ),
    ...(external ? [number(14, EXTERNAL)] : []),
  ];
}

export const number = (field: number, value: number | bigint) =>
  join([varint(field * 8 + VARINT), varint(value)]);
export const bytes = (field: number, content: Uint8Array) =>
  join([varint(field * 8 + BYTES), varint(content.length), content]);
export const text = (field: number, content: string) => bytes(field, Buffer.from(content));
export const message = (field: number, fields: readonly Uint8Array[]) => bytes(field, join(fields));

export function varint(value: number | bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Uint8Array.from([...out, Number(rest)]);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.bytes(part);
  return writer.toBytes();
}
