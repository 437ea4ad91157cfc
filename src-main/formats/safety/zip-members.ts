/**
 * The members of a zip archive, as its table of contents and each member's own header tell; where the two differ,
 * programs differ in what they would read, so nothing is believed.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 and 4.3.12
 */
import { inflateRawSync } from 'node:zlib';
import { FormProblem, malformed, uncheckable } from '../form-problem.ts';
import type { ByteSource } from '../format.ts';
import { findTable } from '../zip-end.ts';

export interface ZipMember {
  readonly name: string;
  /** Where its bytes begin, as they lie in the archive. */
  readonly offset: number;
  readonly storedBytes: number;
  readonly sizeBytes: number;
  readonly isCompressed: boolean;
}

const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const MAX_U32 = 0xffffffff;
const ZIP_64 = 0x0001;
const MOST_TABLE_BYTES = 64 * 2 ** 20;

/** @throws FormProblem when the archive contradicts itself, or cannot be read */
export function readMembers(source: ByteSource): ZipMember[] {
  const { size, offset } = findTable(source);
  if (size > MOST_TABLE_BYTES) throw uncheckable('The archive has too many members.');
  const table = Buffer.from(source.read(offset, size));
  const members: ZipMember[] = [];
  for (let place = 0; place < table.length; ) {
    if (place + ENTRY_BYTES > table.length || table.readUInt32LE(place) !== ENTRY) {
      throw malformed('The table of contents of the archive is damaged.');
    }
    const lengths = [28, 30, 32].map((at) => table.readUInt16LE(place + at));
    const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = lengths;
    const end = place + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
    if (end > table.length) throw malformed('The table of contents of the archive is damaged.');
    members.push(readMember(source, table.subarray(place, end), { nameBytes, extraBytes }));
    place = end;
  }
  return members;
}

function readMember(
  source: ByteSource,
  entry: Buffer,
  { nameBytes, extraBytes }: { readonly nameBytes: number; readonly extraBytes: number },
): ZipMember {
  const method = entry.readUInt16LE(10);
  const isReadable = method === STORED || method === DEFLATED;
  if (!isReadable || (entry.readUInt16LE(8) & ENCRYPTED) !== 0) {
    throw uncheckable('The archive is encrypted, or packed in a way Larder does not read.');
  }
  const name = entry.toString('utf8', ENTRY_BYTES, ENTRY_BYTES + nameBytes);
  const extra = entry.subarray(ENTRY_BYTES + nameBytes, ENTRY_BYTES + nameBytes + extraBytes);
  const [sizeBytes, storedBytes, header] = largeNumbers(
    [entry.readUInt32LE(24), entry.readUInt32LE(20), entry.readUInt32LE(42)],
    extra,
  );
  const offset = dataOffset(source, { name, method, header });
  if (offset + storedBytes > source.sizeBytes) {
    throw malformed('A member of the archive goes beyond its end.');
  }
  return { name, offset, storedBytes, sizeBytes, isCompressed: method === DEFLATED };
}

/** Numbers above 4 GB are in the extra field, in this order, as far as they are. */
function largeNumbers(
  [sizeBytes, storedBytes, header]: readonly [number, number, number],
  extra: Buffer,
): [sizeBytes: number, storedBytes: number, header: number] {
  const large = findExtra(extra, ZIP_64);
  let place = 0;
  const take = (value: number) => {
    if (value !== MAX_U32) return value;
    if (place + 8 > large.length) throw malformed('The archive lacks a length.');
    place += 8;
    return Number(large.readBigUInt64LE(place - 8));
  };
  return [take(sizeBytes), take(storedBytes), take(header)];
}

function findExtra(extra: Buffer, wanted: number): Buffer {
  for (let place = 0; place + 4 <= extra.length; ) {
    const end = place + 4 + extra.readUInt16LE(place + 2);
    if (extra.readUInt16LE(place) === wanted) return extra.subarray(place + 4, end);
    place = end;
  }
  return Buffer.alloc(0);
}

interface Told {
  readonly name: string;
  readonly method: number;
  readonly header: number;
}

/** The member's own header has to say the same of it. */
function dataOffset(source: ByteSource, { name, method, header }: Told): number {
  const local = Buffer.from(source.read(header, LOCAL_BYTES));
  if (local.length < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL) {
    throw malformed('A member of the archive is not where its table of contents tells.');
  }
  const nameBytes = local.readUInt16LE(26);
  const ownName = Buffer.from(source.read(header + LOCAL_BYTES, nameBytes)).toString('utf8');
  if (ownName !== name || local.readUInt16LE(8) !== method) {
    throw malformed('A member of the archive has two names, so programs differ in what they read.');
  }
  return header + LOCAL_BYTES + nameBytes + local.readUInt16LE(28);
}

const MOST_INFLATED_BYTES = 256 * 2 ** 20;

/** The contents of a member, of which a stored one is not held in memory. @throws FormProblem for bombs */
export function openMember(source: ByteSource, member: ZipMember): ByteSource {
  if (!member.isCompressed) return sliceOf(source, member);
  if (member.storedBytes > MOST_INFLATED_BYTES || member.sizeBytes > MOST_INFLATED_BYTES) {
    throw uncheckable('A member of the archive is too large to unpack.');
  }
  const packed = source.read(member.offset, member.storedBytes);
  const bytes = inflate(packed, Math.max(1, member.sizeBytes));
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

function inflate(packed: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength });
  } catch {
    throw new FormProblem({
      kind: 'malformed',
      sentence: 'A member of the archive cannot be unpacked.',
    });
  }
}

function sliceOf(source: ByteSource, { offset: start, storedBytes }: ZipMember): ByteSource {
  return {
    sizeBytes: storedBytes,
    read: (offset, length) =>
      source.read(start + offset, Math.max(0, Math.min(length, storedBytes - offset))),
  };
}
