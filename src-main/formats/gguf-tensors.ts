/** The list of tensors in a GGUF header, and the length of the data it promises. */
import type { ByteCursor } from './byte-cursor.ts';
import { malformed, quote, uncheckable } from './form-problem.ts';
import { TENSOR_TYPES } from './gguf-types.ts';
import { decodeName } from './gguf-values.ts';

/** Above any model by far, and what the names of this many take in memory is bearable. */
const MAX_TENSORS = 262_144;
/** Name, number of dimensions, type and offset. */
const MIN_ENTRY_BYTES = 24;
/**
 * ggml takes 63 and 4; but video models come with 5 dimensions, and stable-diffusion.cpp takes longer names.
 * @see https://github.com/leejet/stable-diffusion.cpp/issues/1759
 */
const MAX_NAME_BYTES = 255;
const MAX_DIMENSIONS = 8;
/** Forks of ggml number their own types in the hundreds; beyond, the number itself is damaged. */
const MAX_TYPE_NUMBER = 1023;

export interface TensorTable {
  readonly names: string[];
  /** Where the data of each ends, from the start of all data. */
  readonly ends: number[];
  readonly unknownTypes: Set<number>;
  elementCount: number;
  /** From the start of all data to the end of the last tensor; the padding behind it may be missing. */
  dataBytes: number;
}

export const createTable = (): TensorTable => ({
  names: [],
  ends: [],
  unknownTypes: new Set(),
  elementCount: 0,
  dataBytes: 0,
});

/** Reads all entries into `table`, which holds what was read when this throws. */
export function readTensors(
  cursor: ByteCursor,
  { count, alignmentBytes }: { readonly count: number; readonly alignmentBytes: number },
  table: TensorTable,
): void {
  refuseCount(cursor, count);
  const seen = new Set<string>();
  /** Unknown behind a tensor whose length is. */
  let due: number | undefined = 0;
  for (let index = 0; index < count; index += 1) {
    cursor.where = `its list of tensors, at ${index + 1} of ${count}`;
    const tensor = readEntry(cursor);
    const { name, offset, sizeBytes } = tensor;
    if (seen.has(name)) throw malformed(`Two tensors are named ${quote(name)}.`);
    seen.add(name);
    checkPlace(tensor, due, { alignmentBytes, before: table.dataBytes });
    const end = offset + (sizeBytes ?? 0);
    if (sizeBytes === undefined) table.unknownTypes.add(tensor.typeNumber);
    due = sizeBytes === undefined ? undefined : padTo(end, alignmentBytes);
    table.names.push(name);
    table.ends.push(end);
    table.elementCount += tensor.elementCount;
    table.dataBytes = end;
  }
}

export const padTo = (length: number, alignmentBytes: number) =>
  Math.ceil(length / alignmentBytes) * alignmentBytes;

function refuseCount(cursor: ByteCursor, count: number): void {
  if (count <= MAX_TENSORS) return;
  if (count > cursor.remaining / MIN_ENTRY_BYTES) {
    throw malformed(`The header claims ${count} tensors, more than the file has room for.`);
  }
  throw uncheckable(`The file has ${count} tensors, more than Larder checks.`);
}

interface TensorEntry {
  readonly name: string;
  readonly typeNumber: number;
  readonly elementCount: number;
  /** From the start of all data. */
  readonly offset: number;
  /** `undefined` for types that are not known. */
  readonly sizeBytes: number | undefined;
}

function readEntry(cursor: ByteCursor): TensorEntry {
  const nameBytes = cursor.u64();
  if (nameBytes > MAX_NAME_BYTES) {
    throw malformed(`A tensor claims a name of ${nameBytes} bytes.`);
  }
  const name = decodeName(cursor.bytes(nameBytes));
  const shape = readShape(cursor, name);
  const elementCount = shape.reduce((product, size) => product * size, 1);
  if (![...shape, elementCount].every(Number.isSafeInteger)) {
    throw malformed(`The tensor ${quote(name)} claims an impossible size.`);
  }
  const typeNumber = cursor.u32();
  const sizeBytes = sizeOf({ name, shape, elementCount, typeNumber });
  return { name, typeNumber, elementCount, offset: cursor.u64(), sizeBytes };
}

function readShape(cursor: ByteCursor, name: string): number[] {
  const dimensions = cursor.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw malformed(`The tensor ${quote(name)} claims ${dimensions} dimensions.`);
  }
  return Array.from({ length: dimensions }, () => cursor.u64());
}

function sizeOf({
  name,
  shape,
  elementCount,
  typeNumber,
}: {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly typeNumber: number;
}): number | undefined {
  const type = TENSOR_TYPES.get(typeNumber);
  if (!type) {
    if (typeNumber <= MAX_TYPE_NUMBER) return undefined;
    throw malformed(`The tensor ${quote(name)} is of type ${typeNumber}: there is none.`);
  }
  if ((shape[0] ?? 1) % type.blockElements !== 0) {
    throw malformed(
      `The rows of the tensor ${quote(name)} are no multiple of ${type.blockElements}, as ${type.name} needs.`,
    );
  }
  return (elementCount / type.blockElements) * type.blockBytes;
}

/** Tensors follow each other in order, each at the next aligned place: ggml accepts nothing else. */
function checkPlace(
  { name, offset }: TensorEntry,
  due: number | undefined,
  { alignmentBytes, before }: { readonly alignmentBytes: number; readonly before: number },
): void {
  const isRight =
    due === undefined ? offset >= before && offset % alignmentBytes === 0 : offset === due;
  if (isRight && Number.isSafeInteger(offset)) return;
  throw malformed(
    `The tensor ${quote(name)} does not start where the one before it ends: they overlap, or leave a hole.`,
  );
}
