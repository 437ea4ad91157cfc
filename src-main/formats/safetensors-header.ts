/** The JSON header of a safetensors file: what tensors there are, and which bytes each of them takes. */
import { malformed, quote, uncheckable } from './form-problem.ts';
import type { ModelMetadata } from './format.ts';
import type { JsonReader } from './json-reader.ts';

/** Above any model by far, and what the names of this many take in memory is bearable. */
const MAX_ENTRIES = 131_072;
const MAX_TEXT_CHARACTERS = 1024;

const BITS: ReadonlyMap<string, number> = new Map([
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['BOOL', 8],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8],
  ['F8_E4M3', 8],
  ['F8_E8M0', 8],
  ['F8_E5M2FNUZ', 8],
  ['F8_E4M3FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
]);

export interface TensorsHeader {
  readonly tensorNames: string[];
  readonly unknownTypes: Set<string>;
  metadata: ModelMetadata;
  /** Of all tensors together. */
  dataBytes: number;
}

export const createHeader = (): TensorsHeader => ({
  tensorNames: [],
  unknownTypes: new Set(),
  metadata: {},
  dataBytes: 0,
});

interface TensorEntry {
  readonly name: string;
  readonly type: string;
  readonly elementCount: number;
  readonly begin: number;
  readonly end: number;
}

/** Reads all entries, and checks them one by one and as a whole. `header` holds nothing if this throws. */
export function readHeader(json: JsonReader, header: TensorsHeader): void {
  const entries: TensorEntry[] = [];
  const notes = new Map<string, string>();
  readUniqueKeys(json, 'The header', (key) => {
    if (key === '__metadata__') readNotes(json, notes);
    else entries.push(readTensor(json, key));
  });
  for (const entry of entries) checkSize(entry, header.unknownTypes);
  header.dataBytes = checkTiling(entries);
  for (const { name } of entries) header.tensorNames.push(name);
  header.metadata = metadataOf(entries, notes);
}

function readUniqueKeys(json: JsonReader, subject: string, onKey: (key: string) => void): void {
  const seen = new Set<string>();
  json.object((key) => {
    if (seen.has(key)) throw malformed(`${subject} has ${quote(key)} twice.`);
    seen.add(key);
    if (seen.size > MAX_ENTRIES)
      throw uncheckable(`${subject} has more entries than Larder checks.`);
    onKey(key);
  });
}

function readNotes(json: JsonReader, notes: Map<string, string>): void {
  readUniqueKeys(json, 'The description', (key) => {
    if (json.kind() !== 'string') throw malformed(`The note ${quote(key)} is no text.`);
    if (NOTES.has(key)) notes.set(key, json.string().slice(0, MAX_TEXT_CHARACTERS));
    else json.skip();
  });
}

function readTensor(json: JsonReader, name: string): TensorEntry {
  let type: string | undefined;
  let elementCount: number | undefined;
  let offsets: readonly number[] = [];
  const of = `The tensor ${quote(name)}`;
  readUniqueKeys(json, of, (key) => {
    if (key === 'dtype') type = json.string();
    else if (key === 'shape') elementCount = readShape(json);
    else if (key === 'data_offsets') offsets = readIntegers(json, 2);
    else json.skip();
  });
  const [begin, end, ...more] = offsets;
  if (type === undefined || elementCount === undefined || end === undefined || more.length > 0) {
    throw malformed(`${of} lacks its type, its shape or its place.`);
  }
  if (!Number.isSafeInteger(elementCount)) throw malformed(`${of} claims an impossible size.`);
  return { name, type, elementCount, begin: begin ?? 0, end };
}

/** @returns the product, not safe where it is beyond reach */
function readShape(json: JsonReader): number {
  let product = 1;
  let isSafe = true;
  json.array(() => {
    product *= json.integer();
    isSafe &&= Number.isSafeInteger(product);
  });
  return isSafe ? product : Number.POSITIVE_INFINITY;
}

/** @returns one more than `most` where there are more */
function readIntegers(json: JsonReader, most: number): number[] {
  const integers: number[] = [];
  json.array(() => {
    const integer = json.integer();
    if (integers.length <= most) integers.push(integer);
  });
  return integers;
}

function checkSize(entry: TensorEntry, unknownTypes: Set<string>): void {
  const bits = BITS.get(entry.type);
  if (bits === undefined) unknownTypes.add(entry.type);
  else if ((entry.end - entry.begin) * 8 !== entry.elementCount * bits) {
    throw malformed(`The tensor ${quote(entry.name)} has another size than its shape tells.`);
  }
}

/** @returns where the last tensor ends */
function checkTiling(entries: readonly TensorEntry[]): number {
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let due = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== due || end < begin || !Number.isSafeInteger(end)) {
      const fault = begin < due ? 'overlaps the one before it' : 'leaves a hole before it';
      throw malformed(
        `The tensor ${quote(name)} ${end < begin ? 'ends before it starts' : fault}.`,
      );
    }
    due = end;
  }
  return due;
}

/** Notes by the names of the model specification of Stability, and what they are here. */
const NOTES: ReadonlyMap<string, keyof ModelMetadata> = new Map([
  ['modelspec.architecture', 'architecture'],
  ['modelspec.title', 'name'],
  ['modelspec.license', 'license'],
]);

function metadataOf(
  entries: readonly TensorEntry[],
  notes: ReadonlyMap<string, string>,
): ModelMetadata {
  const parameterCount = entries.reduce((sum, { elementCount }) => sum + elementCount, 0);
  const type = mainType(entries);
  return {
    ...Object.fromEntries([...notes].map(([note, text]) => [NOTES.get(note), text])),
    parameterCount,
    ...(type !== undefined && { quantization: type }),
  };
}

/** What most bytes are stored as. */
function mainType(entries: readonly TensorEntry[]): string | undefined {
  const sizes = new Map<string, number>();
  for (const { type, begin, end } of entries) {
    sizes.set(type, (sizes.get(type) ?? 0) + end - begin);
  }
  return [...sizes].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
