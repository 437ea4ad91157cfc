import { crc32 } from 'node:zlib';
import { ByteWriter } from './byte-writer.ts';

export interface StoredZipPlan {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly comment?: string;
  /** With the records of archives above 4 GB, and the mark that tells to look there. */
  readonly isLarge?: boolean;
}

export interface BuiltZip {
  readonly bytes: Uint8Array;
  /** Offset → what starts there. */
  readonly marks: ReadonlyMap<number, string>;
}

/** A zip archive without compression, as torch writes them. */
export function buildStoredZip({ files, comment = '', isLarge = false }: StoredZipPlan): BuiltZip {
  const writer = new ByteWriter();
  const entries = Object.entries(files).map(([name, content]) => {
    const offset = writer.length;
    writer.mark(`file ${name}`).u32(0x04034b50).u16(20).u16(0).u16(0).u32(0);
    writer.u32(crc32(content)).u32(content.length).u32(content.length);
    writer.u16(name.length).u16(0).text(name).mark(`content of ${name}`).bytes(content);
    return { name, content, offset };
  });
  const directory = writer.length;
  for (const { name, content, offset } of entries) {
    writer.mark(`entry ${name}`).u32(0x02014b50).u16(20).u16(20).u16(0).u16(0).u32(0);
    writer.u32(crc32(content)).u32(content.length).u32(content.length);
    writer.u16(name.length).u16(0).u16(0).u16(0).u16(0).u32(0).u32(offset).text(name);
  }
  const place = { size: writer.length - directory, offset: directory, count: entries.length };
  if (isLarge) writeLargeEnd(writer, place);
  writer.mark('end').u32(0x06054b50).u16(0).u16(0);
  if (isLarge) writer.u16(0xffff).u16(0xffff).u32(0xffffffff).u32(0xffffffff);
  else writer.u16(place.count).u16(place.count).u32(place.size).u32(place.offset);
  writer.u16(comment.length).text(comment);
  return { bytes: writer.toBytes(), marks: writer.marks };
}

function writeLargeEnd(
  writer: ByteWriter,
  {
    size,
    offset,
    count,
  }: { readonly size: number; readonly offset: number; readonly count: number },
): void {
  const start = writer.length;
  writer.mark('large end').u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0);
  writer.u64(count).u64(count).u64(size).u64(offset);
  writer.mark('locator').u32(0x07064b50).u32(0).u64(start).u32(1);
}
