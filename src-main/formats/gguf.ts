/**
 * Reads the header of a GGUF file, versions 2 and 3, as strictly as ggml does, save for what other programs take
 * as well. The weights themselves are never read.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and `gguf.cpp` in ggml for what is enforced
 */
import { ByteCursor } from './byte-cursor.ts';
import {
  checkLength,
  findingsOf,
  malformed,
  problemOf,
  quote,
  uncheckable,
} from './form-problem.ts';
import type { ByteSource, FormDepth, FormFinding, FormReport, ModelMetadata } from './format.ts';
import { createTable, padTo, readTensors, type TensorTable } from './gguf-tensors.ts';
import { FILE_TYPES } from './gguf-types.ts';
import { createValues, type GgufValues, readValues } from './gguf-values.ts';

/** Vocabularies make headers of some megabytes; arrays of numbers are skipped and do not count. */
const READ_LIMIT_BYTES: Readonly<Record<FormDepth, number>> = {
  quick: 256 * 1024,
  structure: 64 * 2 ** 20,
};
const MAGIC = 0x46554747;
const NEWEST_VERSION = 3;
/** Beyond, the number is damaged rather than new. */
const MAX_VERSION = 255;
/** Some writers fill the last page. */
const SLACK_BYTES = 4096;

/** Of a header too long for `quick`, that much is told which was read, and nothing is wrong with it. */
export function parseGguf(source: ByteSource, depth: FormDepth): FormReport {
  const cursor = new ByteCursor(source, READ_LIMIT_BYTES[depth]);
  const values = createValues();
  const table = createTable();
  const problem = problemOf(() => {
    const { tensorCount, pairCount } = readStart(cursor);
    readValues(cursor, pairCount, values);
    readTensors(cursor, { count: tensorCount, alignmentBytes: values.alignmentBytes }, table);
  });
  const metadata = metadataOf(values, problem ? undefined : table);
  const shard = shardOf(values);
  const common = { format: 'gguf' as const, metadata, ...(shard && { shard }) };
  if (problem) return { ...common, findings: findingsOf(problem, depth) };
  const start =
    table.names.length > 0 ? padTo(cursor.position, values.alignmentBytes) : cursor.position;
  return {
    ...common,
    ...checkData(source.sizeBytes, { start, table, alignmentBytes: values.alignmentBytes }),
    ...(depth === 'structure' && { tensorNames: table.names }),
  };
}

function readStart(cursor: ByteCursor) {
  if (cursor.u32() !== MAGIC) throw malformed('The file does not start as a GGUF file does.');
  const version = cursor.u32();
  if (version === 0) throw malformed('The header tells version 0: there is none.');
  if ((version & 0xffff) === 0) {
    throw malformed('The file was written for big-endian machines; nothing here can load it.');
  }
  if (version > MAX_VERSION) throw malformed(`The header tells version ${version}: there is none.`);
  if (version === 1) throw uncheckable('The file is of GGUF version 1, which is no longer read.');
  if (version > NEWEST_VERSION) {
    throw uncheckable(`The file is of GGUF version ${version}, which is newer than Larder knows.`);
  }
  return { tensorCount: cursor.u64(), pairCount: cursor.u64() };
}

interface DataLayout {
  /** Where in the file the data start. */
  readonly start: number;
  readonly table: TensorTable;
  readonly alignmentBytes: number;
}

function checkData(
  sizeBytes: number,
  { start, table, alignmentBytes }: DataLayout,
): { findings: FormFinding[]; expectedBytes?: number } {
  const least = start + table.dataBytes;
  const padded = start + padTo(table.dataBytes, alignmentBytes);
  if (sizeBytes < least) {
    return { findings: [cutTensor(sizeBytes, start, table)], expectedBytes: padded };
  }
  if (table.unknownTypes.size > 0) return { findings: [unknownTypes(table)] };
  // The padding of the last tensor may be missing.
  const finding = checkLength(Math.max(sizeBytes, padded), padded, SLACK_BYTES);
  return { findings: finding ? [finding] : [], expectedBytes: padded };
}

function cutTensor(sizeBytes: number, start: number, table: TensorTable): FormFinding {
  const expected = start + table.dataBytes;
  const index = table.ends.findIndex((end) => start + end > sizeBytes);
  const place = `in tensor ${index + 1} of ${table.names.length}, ${quote(table.names[index] ?? '')}`;
  const length = checkLength(sizeBytes, expected);
  const sentence = `${length?.sentence.replace(/\.$/, '')}; it breaks off ${place}.`;
  return { kind: 'truncated', sentence, expected, measured: sizeBytes };
}

function unknownTypes({ unknownTypes }: TensorTable): FormFinding {
  const numbers = [...unknownTypes].slice(0, 5).join(', ');
  const sentence = `Some tensors are of a type Larder does not know (${numbers}), so the length cannot be checked.`;
  return { kind: 'uncheckable', sentence };
}

function metadataOf({ texts, numbers }: GgufValues, table: TensorTable | undefined): ModelMetadata {
  const architecture = texts.get('general.architecture');
  const facts = {
    architecture,
    name: texts.get('general.name'),
    parameterCount: table?.elementCount,
    quantization: FILE_TYPES.get(numbers.get('general.file_type') ?? -1),
    contextLength: plausible(numbers.get(`${architecture}.context_length`)),
    license: texts.get('general.license'),
    chatTemplate: texts.get('tokenizer.chat_template'),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

const MAX_CONTEXT_LENGTH = 2 ** 31 - 1;

const plausible = (length: number | undefined) =>
  length !== undefined && length <= MAX_CONTEXT_LENGTH ? length : undefined;

/** `split.no` starts at 0. */
function shardOf({ numbers }: GgufValues): FormReport['shard'] {
  const count = numbers.get('split.count') ?? 0;
  const index = numbers.get('split.no') ?? 0;
  return count > 1 && index < count ? { index, count } : undefined;
}
