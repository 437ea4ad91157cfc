/** The stored tensors of an ONNX graph: how many numbers they hold, and which lie in other files. */
import type { ByteCursor } from './byte-cursor.ts';
import { malformed, quote, uncheckable } from './form-problem.ts';
import type { ProtobufWalk } from './protobuf.ts';
import { relativePath } from './relative-path.ts';

/** Some exports write every tensor to a file of its own. */
const MAX_EXTERNAL_FILES = 65_536;
const MAX_TEXT_BYTES = 4096;

/** Fields of `GraphProto`, `TensorProto` and `StringStringEntryProto`. */
const INITIALIZER = 5;
const DIMENSIONS = 1;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const KEY = 1;
const VALUE = 2;

const LOCATION_EXTERNAL = 1;

export interface Graph {
  elementCount: number;
  /** Path → where the last tensor in it ends. */
  readonly externalBytes: Map<string, number>;
}

export const createGraph = (): Graph => ({ elementCount: 0, externalBytes: new Map() });

interface Part {
  readonly walk: ProtobufWalk;
  readonly cursor: ByteCursor;
  readonly end: number;
}

/** Reads the graph from the cursor to `end` into `graph`. */
export function readGraph({ walk, cursor, end }: Part, graph: Graph): void {
  walk.message(end, (field) => {
    if (field.number !== INITIALIZER || field.wire !== 'bytes') return;
    readTensor({ walk, cursor, end: field.end }, graph);
  });
}

function readTensor({ walk, cursor, end }: Part, graph: Graph): void {
  const external = new Map<string, string>();
  let location = 0;
  let elementCount = 1;
  walk.message(end, ({ number, wire, value, end: fieldEnd }) => {
    if (number === DIMENSIONS && wire === 'varint') elementCount *= value;
    else if (number === DIMENSIONS && wire === 'bytes') {
      walk.packed(fieldEnd, (size) => {
        elementCount *= size;
      });
    } else if (number === EXTERNAL_DATA && wire === 'bytes') {
      readEntry({ walk, cursor, end: fieldEnd }, external);
    } else if (number === DATA_LOCATION) location = value;
  });
  if (!Number.isSafeInteger(elementCount)) throw malformed('A tensor claims an impossible size.');
  graph.elementCount += elementCount;
  if (location === LOCATION_EXTERNAL) addExternal(external, graph);
}

/** Only what is looked for is kept of the pairs. */
function readEntry({ walk, cursor, end }: Part, external: Map<string, string>): void {
  const pair = { key: '', value: '' };
  walk.message(end, ({ number, wire, end: fieldEnd }) => {
    if (wire !== 'bytes' || (number !== KEY && number !== VALUE)) return;
    const length = fieldEnd - cursor.position;
    if (length > MAX_TEXT_BYTES) throw malformed('A tensor tells its place in too long a text.');
    const text = new TextDecoder().decode(cursor.bytes(length));
    if (number === KEY) pair.key = text;
    else pair.value = text;
  });
  if (/^(location|offset|length)$/.test(pair.key)) external.set(pair.key, pair.value);
}

function addExternal(external: ReadonlyMap<string, string>, { externalBytes }: Graph): void {
  const text = external.get('location') ?? '';
  const path = relativePath(text);
  if (path === undefined) {
    throw malformed(
      `The weights are said to be outside of the folder of the file, at ${quote(text)}.`,
    );
  }
  const end = Number(external.get('offset') ?? 0) + Number(external.get('length') ?? 0);
  if (!Number.isSafeInteger(end) || end < 0) {
    throw malformed(`A tensor claims an impossible place in ${quote(path)}.`);
  }
  externalBytes.set(path, Math.max(end, externalBytes.get(path) ?? 0));
  if (externalBytes.size > MAX_EXTERNAL_FILES) {
    throw uncheckable('The graph needs more files than Larder checks.');
  }
}
