interface SafetensorsTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Stored as F32. */
  readonly values: Float32Array;
}

/** A valid safetensors file: length, JSON header padded with spaces to 8 bytes, tensors without gaps. */
export function createSafetensors(tensors: readonly SafetensorsTensor[]): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = JSON.stringify(header);
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = tensors.map(({ values: v }) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  return Buffer.concat([length, Buffer.from(padded), ...data]);
}

interface ShardedSafetensors {
  /** File name → its bytes. */
  readonly shards: ReadonlyMap<string, Buffer>;
  /** Text of `model.safetensors.index.json`. */
  readonly index: string;
}

/** Tensors spread over shards in turn, with the index that tells which is where. */
export function createShardedSafetensors(
  tensors: readonly SafetensorsTensor[],
  count: number,
): ShardedSafetensors {
  const digits = (n: number): string => String(n).padStart(5, '0');
  const names = Array.from(
    { length: count },
    (_, index) => `model-${digits(index + 1)}-of-${digits(count)}.safetensors`,
  );
  const nameOf = (index: number): string => names[index % count] ?? '';
  const totalSize = tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
  const weightMap = Object.fromEntries(tensors.map(({ name }, index) => [name, nameOf(index)]));
  const shards = names.map((name) => {
    const own = tensors.filter((_, index) => nameOf(index) === name);
    return [name, createSafetensors(own)] as const;
  });
  const index = { metadata: { total_size: totalSize }, weight_map: weightMap };
  return { shards: new Map(shards), index: `${JSON.stringify(index, null, 2)}\n` };
}
