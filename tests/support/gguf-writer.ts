/** Value types of GGUF metadata, by the number the format gives them. */
const VALUE_TYPES = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, string: 8 } as const;
const ARRAY_TYPE = 9;

export type GgufValue =
  | { readonly type: 'u16' | 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'i32[]' | 'f32[]'; readonly value: readonly number[] }
  | { readonly type: 'string[]'; readonly value: readonly string[] };

export type GgufMetadata = Readonly<Record<string, GgufValue>>;

/** How weights are stored. `q8_0` needs rows of a multiple of 32. */
export type GgufStorage = 'f32' | 'f16' | 'q8_0';

export interface GgufTensor {
  readonly name: string;
  /** Innermost dimension first. */
  readonly shape: readonly number[];
  readonly storage: GgufStorage;
  readonly values: Float32Array;
}

/** Number of the tensor type, and the `general.file_type` that goes with it. */
export const GGUF_STORAGE: Readonly<Record<GgufStorage, { id: number; fileType: number }>> = {
  f32: { id: 0, fileType: 0 },
  f16: { id: 1, fileType: 1 },
  q8_0: { id: 8, fileType: 7 },
};

const ALIGNMENT = 32;
const Q8_BLOCK = 32;
const Q8_BLOCK_BYTES = 34;

/** A complete GGUF file, version 3, little-endian. @see the GGUF description in the ggml project */
export function writeGguf(metadata: GgufMetadata, tensors: readonly GgufTensor[]): Buffer {
  const data = tensors.map(({ storage, values }) => padded(encode(storage, values)));
  let offset = 0;
  const infos = tensors.map(({ name, shape, storage }, index) => {
    const info = { name, shape, storageId: GGUF_STORAGE[storage].id, offset };
    offset += data[index]?.length ?? 0;
    return info;
  });
  return Buffer.concat([writeGgufHeader(metadata, infos), ...data]);
}

interface GgufTensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly storageId: number;
  /** From the start of the tensor data; a multiple of 32. */
  readonly offset: number;
}

/** Everything before the tensor data, padded so that the data may follow at once. */
export function writeGgufHeader(metadata: GgufMetadata, infos: readonly GgufTensorInfo[]): Buffer {
  const rows = Object.entries(metadata);
  return padded(
    Buffer.concat([
      Buffer.from('GGUF'),
      u32(3),
      u64(infos.length),
      u64(rows.length),
      ...rows.flatMap(([key, value]) => [text(key), encodeValue(value)]),
      ...infos.flatMap(encodeInfo),
    ]),
  );
}

function encodeInfo({ name, shape, storageId, offset }: GgufTensorInfo): readonly Buffer[] {
  return [text(name), u32(shape.length), ...shape.map(u64), u32(storageId), u64(offset)];
}

function encodeValue(entry: GgufValue): Buffer {
  switch (entry.type) {
    case 'string':
      return Buffer.concat([u32(VALUE_TYPES.string), text(entry.value)]);
    case 'bool':
      return Buffer.concat([u32(VALUE_TYPES.bool), Buffer.of(Number(entry.value))]);
    case 'string[]':
      return encodeArray('string', entry.value.map(text));
    case 'i32[]':
      return encodeArray(
        'i32',
        entry.value.map((n) => number('i32', n)),
      );
    case 'f32[]':
      return encodeArray(
        'f32',
        entry.value.map((n) => number('f32', n)),
      );
    default:
      return Buffer.concat([u32(VALUE_TYPES[entry.type]), number(entry.type, entry.value)]);
  }
}

function encodeArray(type: keyof typeof VALUE_TYPES, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(ARRAY_TYPE), u32(VALUE_TYPES[type]), u64(items.length), ...items]);
}

function number(type: 'u16' | 'u32' | 'i32' | 'f32', value: number): Buffer {
  const bytes = Buffer.alloc(type === 'u16' ? 2 : 4);
  if (type === 'u16') bytes.writeUInt16LE(value);
  else if (type === 'u32') bytes.writeUInt32LE(value);
  else if (type === 'i32') bytes.writeInt32LE(value);
  else bytes.writeFloatLE(value);
  return bytes;
}

const u32 = (value: number): Buffer => number('u32', value);

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(bytes: Uint8Array): Buffer {
  const missing = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([bytes, Buffer.alloc(missing)]);
}

function encode(storage: GgufStorage, values: Float32Array): Uint8Array {
  if (storage === 'f32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (storage === 'f16') return new Uint8Array(Uint16Array.from(values, toHalf).buffer);
  return encodeQ8(values);
}

/** Blocks of 32 values: one half-precision scale, then 32 signed bytes. */
function encodeQ8(values: Float32Array): Uint8Array {
  const blocks = values.length / Q8_BLOCK;
  const out = new DataView(new ArrayBuffer(blocks * Q8_BLOCK_BYTES));
  for (let block = 0; block < blocks; block += 1) {
    const part = values.subarray(block * Q8_BLOCK, (block + 1) * Q8_BLOCK);
    const scale = part.reduce((max, value) => Math.max(max, Math.abs(value)), 0) / 127;
    out.setUint16(block * Q8_BLOCK_BYTES, toHalf(scale), true);
    part.forEach((value, index) => {
      out.setInt8(block * Q8_BLOCK_BYTES + 2 + index, scale ? Math.round(value / scale) : 0);
    });
  }
  return new Uint8Array(out.buffer);
}

/** Bits of the nearest half-precision number. */
function toHalf(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0)
    return sign | (((exponent << 10) | ((bits >>> 13) & 0x3ff)) + ((bits >>> 12) & 1));
  if (exponent < -10) return sign;
  const mantissa = (bits & 0x7fffff) | 0x800000;
  return sign | ((mantissa >>> (14 - exponent)) + ((mantissa >>> (13 - exponent)) & 1));
}
