/** The metadata of a GGUF file: key and value pairs, of which only the few that are asked for are kept. */
import type { ByteCursor } from './byte-cursor.ts';
import { malformed, quote, uncheckable } from './form-problem.ts';
import { SCALAR_BYTES, VALUE_TYPES, type ValueType } from './gguf-types.ts';

/** Models have about fifty; what has more than this is not read by accident. */
const MAX_PAIRS = 65_536;
const MAX_KEY_BYTES = 65_535;
/** The limits of ggml itself. */
const MAX_STRING_BYTES = 2 ** 30;
const MAX_ARRAY_ELEMENTS = 2 ** 30;

const KiB = 1024;
/** Texts that are kept, and how long they may be for that. */
const KEPT_TEXTS: ReadonlyMap<string, number> = new Map([
  ['general.architecture', KiB],
  ['general.name', KiB],
  ['general.license', KiB],
  ['tokenizer.chat_template', KiB * KiB],
]);
const KEPT_NUMBERS = /^(general\.(file_type|alignment)|split\.(no|count)|.+\.context_length)$/;

export interface GgufValues {
  readonly texts: Map<string, string>;
  /** Whole numbers only; signed ones as if they had no sign. */
  readonly numbers: Map<string, number>;
  alignmentBytes: number;
}

const DEFAULT_ALIGNMENT_BYTES = 32;

export const createValues = (): GgufValues => ({
  texts: new Map(),
  numbers: new Map(),
  alignmentBytes: DEFAULT_ALIGNMENT_BYTES,
});

/** Reads all pairs into `values`, which holds what was read when this throws. */
export function readValues(cursor: ByteCursor, count: number, values: GgufValues): void {
  if (count > MAX_PAIRS) {
    throw malformed(`The header claims ${count} metadata values, more than any model has.`);
  }
  const seen = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    cursor.where = `its metadata, at value ${index + 1} of ${count}`;
    const key = readKey(cursor);
    if (seen.has(key)) throw malformed(`The metadata has ${quote(key)} twice.`);
    seen.add(key);
    readValue(cursor, key, values);
  }
}

function readKey(cursor: ByteCursor): string {
  const length = cursor.u64();
  if (length === 0) throw malformed('The metadata has a value without a name.');
  if (length > MAX_KEY_BYTES) {
    throw malformed(`The metadata has a name of ${length} bytes, longer than the format allows.`);
  }
  return decodeName(cursor.bytes(length));
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const latinDecoder = new TextDecoder('latin1');

/** Bytes that are no UTF-8 stay apart from others, so that different names never become equal. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return latinDecoder.decode(bytes);
  }
}

function readValue(cursor: ByteCursor, key: string, values: GgufValues): void {
  const type = readType(cursor, key);
  if (type === 'array') skipArray(cursor, key);
  else if (type === 'string') readText(cursor, key, values);
  else {
    const number = readInteger(cursor, type);
    if (number !== undefined && KEPT_NUMBERS.test(key)) values.numbers.set(key, number);
  }
  if (key === 'general.alignment') values.alignmentBytes = readAlignment(type, values);
}

function readType(cursor: ByteCursor, key: string): ValueType {
  const number = cursor.u32();
  const type = VALUE_TYPES[number];
  if (!type)
    throw malformed(`The metadata value ${quote(key)} is of type ${number}: there is none.`);
  return type;
}

function readInteger(cursor: ByteCursor, type: keyof typeof SCALAR_BYTES): number | undefined {
  switch (type) {
    case 'u8':
    case 'i8':
      return cursor.u8();
    case 'u16':
    case 'i16':
      return cursor.u16();
    case 'u32':
    case 'i32':
      return cursor.u32();
    case 'u64':
    case 'i64':
      return cursor.u64();
    default:
      cursor.skip(SCALAR_BYTES[type]);
      return undefined;
  }
}

function readText(cursor: ByteCursor, key: string, { texts }: GgufValues): void {
  const length = readStringLength(cursor, key);
  const maxBytes = KEPT_TEXTS.get(key) ?? -1;
  if (length > maxBytes) cursor.skip(length);
  else texts.set(key, new TextDecoder().decode(cursor.bytes(length)));
}

function readStringLength(cursor: ByteCursor, key: string): number {
  const length = cursor.u64();
  if (length > MAX_STRING_BYTES) {
    throw malformed(`The metadata value ${quote(key)} claims a text of ${length} bytes.`);
  }
  return length;
}

/** Vocabularies have hundreds of thousands of elements; none is kept. */
function skipArray(cursor: ByteCursor, key: string): void {
  const type = readType(cursor, key);
  const count = cursor.u64();
  if (count > MAX_ARRAY_ELEMENTS) {
    throw malformed(`The metadata value ${quote(key)} claims ${count} elements.`);
  }
  if (type === 'array') {
    throw uncheckable(
      `The metadata value ${quote(key)} is a list of lists, which nothing reads yet.`,
    );
  }
  if (type !== 'string') {
    cursor.skip(count * SCALAR_BYTES[type]);
    return;
  }
  if (count * 8 > cursor.remaining) throw cursor.truncated();
  for (let index = 0; index < count; index += 1) cursor.skip(readStringLength(cursor, key));
}

function readAlignment(type: ValueType, { numbers }: GgufValues): number {
  const alignment = numbers.get('general.alignment') ?? 0;
  const isPowerOfTwo = alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (type !== 'u32' || !isPowerOfTwo) {
    throw malformed('The alignment of the tensors is no power of two, or of the wrong type.');
  }
  return alignment;
}
