/**
 * Whether a zip archive is all there. Its table of contents lies at the end, and behind it a record that tells
 * where: an archive that was cut has neither.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 to 4.3.16
 */
import { FormProblem, malformed, problemOf } from './form-problem.ts';
import type { ByteSource, FormFinding } from './format.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;
const ENTRY = 0x02014b50;
const MAX_U32 = 0xffffffff;

/** @throws FormProblem */
export function findTable(source: ByteSource): { readonly size: number; readonly offset: number } {
  const { size, offset, recordStart } = readTable(source, findEnd(source));
  if (offset + size !== recordStart) {
    throw malformed('The table of contents of the archive is not where its end tells.');
  }
  return { size, offset };
}

export function checkZipEnd(source: ByteSource): FormFinding | undefined {
  return problemOf(() => {
    const { size, offset } = findTable(source);
    const isEmpty = size === 0;
    if (!isEmpty && viewOf(source, offset, 4).getUint32(0, true) !== ENTRY) {
      throw malformed('The archive has something else in the place of its table of contents.');
    }
  })?.finding;
}

/** @returns where the end record starts. A comment may follow it, up to the end of the file. */
function findEnd(source: ByteSource): number {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  const start = source.sizeBytes - tailBytes;
  const tail = viewOf(source, start, tailBytes);
  let surplus: number | undefined;
  for (let place = tailBytes - END_BYTES; place >= 0; place -= 1) {
    if (tail.getUint32(place, true) !== END) continue;
    const left = tailBytes - place - END_BYTES - tail.getUint16(place + 20, true);
    if (left === 0) return start + place;
    if (left > 0) surplus ??= left;
  }
  throw surplus === undefined ? cut(source) : oversized(source, surplus);
}

function cut({ sizeBytes }: ByteSource) {
  const sentence = 'The file ends before the table of contents that closes it.';
  return new FormProblem({ kind: 'truncated', sentence, measured: sizeBytes });
}

function oversized({ sizeBytes }: ByteSource, surplus: number) {
  return new FormProblem({
    kind: 'oversized',
    sentence: 'The file goes on after the end of its archive.',
    expected: sizeBytes - surplus,
    measured: sizeBytes,
  });
}

/** Of the table of contents: its place, and where the first record behind it starts. */
function readTable(source: ByteSource, end: number) {
  const record = viewOf(source, end, END_BYTES);
  const size = record.getUint32(12, true);
  const offset = record.getUint32(16, true);
  const isLarge = size === MAX_U32 || offset === MAX_U32 || record.getUint16(10, true) === 0xffff;
  const large = isLarge ? readLargeTable(source, end) : undefined;
  return large ?? { size, offset, recordStart: end };
}

/** Above 4 GB, a second record tells it in longer numbers. */
function readLargeTable(source: ByteSource, end: number) {
  if (end < LOCATOR_BYTES + END_64_BYTES) return undefined;
  const locator = viewOf(source, end - LOCATOR_BYTES, LOCATOR_BYTES);
  if (locator.getUint32(0, true) !== LOCATOR) return undefined;
  const recordStart = u64(locator, 8);
  if (recordStart > end - LOCATOR_BYTES - END_64_BYTES) throw cut(source);
  const record = viewOf(source, recordStart, END_64_BYTES);
  if (record.getUint32(0, true) !== END_64) throw malformed('The end of the archive is damaged.');
  return { size: u64(record, 40), offset: u64(record, 48), recordStart };
}

const u64 = (view: DataView, place: number) =>
  view.getUint32(place + 4, true) * 2 ** 32 + view.getUint32(place, true);

function viewOf(source: ByteSource, offset: number, length: number): DataView {
  const bytes = source.read(offset, length);
  if (bytes.length < length) throw cut(source);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
