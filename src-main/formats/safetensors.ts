/**
 * Reads the header of a safetensors file as strictly as its library does. The tensors fill the file without a
 * hole and without overlap, so the header proves its length to the byte.
 * @see https://github.com/huggingface/safetensors#format
 */
import {
  checkLength,
  FormProblem,
  malformed,
  problemOf,
  quote,
  truncatedIn,
  uncheckable,
} from './form-problem.ts';
import type { ByteSource, FormDepth, FormFinding, FormReport } from './format.ts';
import { JsonReader } from './json-reader.ts';
import { createHeader, readHeader, type TensorsHeader } from './safetensors-header.ts';

const LENGTH_BYTES = 8;
/** The limit of the library. */
const MAX_HEADER_BYTES = 100_000_000;
/** Longer ones are only looked at from both ends: reading them takes too long. */
const READ_LIMIT_BYTES: Readonly<Record<FormDepth, number>> = {
  quick: 256 * 1024,
  structure: 32 * 2 ** 20,
};

export function parseSafetensors(source: ByteSource, depth: FormDepth): FormReport {
  const header = createHeader();
  const state = { headerBytes: 0, isRead: false };
  const problem = problemOf(() => {
    state.headerBytes = readLength(source);
    if (state.headerBytes > READ_LIMIT_BYTES[depth]) {
      checkEnds(source, state.headerBytes);
      if (depth === 'quick') return;
      throw uncheckable('The header of the file is larger than Larder reads.');
    }
    const bytes = source.read(LENGTH_BYTES, state.headerBytes);
    if (bytes.length < state.headerBytes) throw truncatedIn('its header', source.sizeBytes);
    readJson(bytes, header);
    state.isRead = true;
  });
  const common = { format: 'safetensors' as const, metadata: header.metadata };
  if (problem) return { ...common, findings: [problem.finding] };
  if (!state.isRead) return { ...common, findings: [] };
  const expectedBytes = LENGTH_BYTES + state.headerBytes + header.dataBytes;
  return {
    ...common,
    findings: findingsOf(source.sizeBytes, expectedBytes, header),
    expectedBytes,
    ...(depth === 'structure' && { tensorNames: header.tensorNames }),
  };
}

function readLength(source: ByteSource): number {
  const bytes = source.read(0, Math.min(LENGTH_BYTES, source.sizeBytes));
  if (bytes.length < LENGTH_BYTES) throw truncatedIn('its header', source.sizeBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > MAX_HEADER_BYTES || length < 2) {
    throw malformed(
      `The file does not start as a safetensors file does: its header would take ${length} bytes.`,
    );
  }
  if (LENGTH_BYTES + length > source.sizeBytes) throw truncatedIn('its header', source.sizeBytes);
  return length;
}

const OPENING = '{'.charCodeAt(0);
const CLOSING = '}'.charCodeAt(0);
const SPACE = ' '.charCodeAt(0);
const TAIL_BYTES = 1024;

function checkEnds(source: ByteSource, headerBytes: number): void {
  const [first] = source.read(LENGTH_BYTES, 1);
  const tail = source.read(LENGTH_BYTES + headerBytes - TAIL_BYTES, TAIL_BYTES);
  const last = tail.findLast((byte) => byte !== SPACE);
  if (first !== OPENING || (last !== undefined && last !== CLOSING)) throw notJson();
}

const notJson = () => malformed('The header is no JSON object.');

function readJson(bytes: Uint8Array, header: TensorsHeader): void {
  if (bytes[0] !== OPENING) throw notJson();
  const json = new JsonReader(bytes, 'The header');
  const problem = problemOf(() => {
    readHeader(json, header);
    json.end();
  });
  if (!problem) return;
  // All of the header is there: that its JSON ends early is a contradiction.
  const { kind } = problem.finding;
  throw new FormProblem({ ...problem.finding, kind: kind === 'truncated' ? 'malformed' : kind });
}

function findingsOf(
  sizeBytes: number,
  expectedBytes: number,
  { unknownTypes }: TensorsHeader,
): FormFinding[] {
  const length = checkLength(sizeBytes, expectedBytes);
  if (length) return [length];
  if (unknownTypes.size === 0) return [];
  const [type = ''] = unknownTypes;
  const sentence = `Some tensors are of a type Larder does not know (${quote(type)}), so their sizes cannot be checked.`;
  return [{ kind: 'uncheckable', sentence }];
}
