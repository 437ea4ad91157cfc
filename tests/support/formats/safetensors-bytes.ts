import { ByteWriter } from './byte-writer.ts';

export interface SafetensorsPlan {
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
  }[];
  readonly notes?: Readonly<Record<string, string>>;
}

/** Bits of one element. */
export const DTYPE_BITS: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  BOOL: 8,
  U8: 8,
  F8_E4M3: 8,
  F16: 16,
  BF16: 16,
  I32: 32,
  F32: 32,
  C64: 64,
  I64: 64,
};

export interface BuiltSafetensors {
  readonly bytes: Uint8Array;
  readonly headerBytes: number;
}

/** A safetensors file in order: tensors one behind the other, as they are listed. */
export function buildSafetensors({ tensors, notes }: SafetensorsPlan): BuiltSafetensors {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape }) => {
    const begin = end;
    end += (shape.reduce((product, size) => product * size, 1) * (DTYPE_BITS[dtype] ?? 8)) / 8;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const header = JSON.stringify(
    Object.fromEntries([...(notes ? [['__metadata__', notes] as const] : []), ...entries]),
  );
  return safetensorsFrom(header, end);
}

/** A file with this header, padded with spaces as usual, and so many bytes of data. */
export function safetensorsFrom(header: string, dataBytes: number): BuiltSafetensors {
  const length = Math.ceil(Buffer.byteLength(header) / 8) * 8;
  const padding = ' '.repeat(length - Buffer.byteLength(header));
  const writer = new ByteWriter().u64(length).text(header + padding);
  writer.bytes(Uint8Array.from({ length: dataBytes }, (_, index) => (index * 41 + 5) & 255));
  return { bytes: writer.toBytes(), headerBytes: length };
}
