/** Whether a file is one whole piece of JSON. */
import { malformed, problemOf, truncatedIn, uncheckable } from './form-problem.ts';
import type { ByteSource, FormDepth, FormReport } from './format.ts';
import { JsonReader } from './json-reader.ts';

/** Vocabularies are the largest, at some tens of megabytes. */
const READ_LIMIT_BYTES: Readonly<Record<FormDepth, number>> = {
  quick: 256 * 1024,
  structure: 48 * 2 ** 20,
};
const END_BYTES = 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Of a file too long for `quick`, only both ends are looked at. */
export function checkJson(source: ByteSource, depth: FormDepth): FormReport {
  const isShort = source.sizeBytes <= READ_LIMIT_BYTES[depth];
  const problem = problemOf(() => {
    if (isShort) checkWhole(source);
    else if (depth === 'quick') checkEnds(source);
    else throw uncheckable('The file is larger than Larder reads.');
  });
  return { format: 'json', findings: problem ? [problem.finding] : [], metadata: {} };
}

function checkWhole(source: ByteSource): void {
  const json = new JsonReader(withoutMark(source.read(0, source.sizeBytes)), 'The file');
  json.skip();
  json.end();
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  return hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

const OPENING = new Set(Buffer.from('[{"'));
const CLOSING = new Set(Buffer.from(']}"'));
const isSpace = (byte: number) => byte <= 0x20 && byte !== 0;

function checkEnds(source: ByteSource): void {
  const first = withoutMark(source.read(0, END_BYTES)).find((byte) => !isSpace(byte));
  if (first === undefined || !OPENING.has(first)) {
    throw malformed('The file does not start as JSON does.');
  }
  const tail = source.read(source.sizeBytes - END_BYTES, END_BYTES);
  const last = tail.findLast((byte) => !isSpace(byte));
  if (last === 0) throw malformed('The file ends in zeros, as if its end had never been written.');
  if (last === undefined || !CLOSING.has(last)) {
    throw truncatedIn('the middle of its JSON', source.sizeBytes);
  }
}
