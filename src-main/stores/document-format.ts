/**
 * How a document is written: `{ "version", "crc32", "data" }`. The checksum covers version and data,
 * so a file that was torn or flipped anywhere is noticed even where it still parses.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';

export interface DocumentFormat<T> {
  readonly schema: z.ZodType<T>;
  /** Of the data's shape; files of a higher one were written by a newer app. */
  readonly version: number;
  /** Data of an earlier version → data of this one. What it throws makes the file count as damaged. */
  readonly migrate?: (data: unknown, from: number) => unknown;
}

export type Decoded<T> =
  | { readonly kind: 'intact'; readonly data: T }
  | { readonly kind: 'damaged'; readonly problem: string };

const fileSchema = z.object({
  version: z.int().positive(),
  crc32: z.int().nonnegative(),
  data: z.unknown(),
});

export function encodeDocument(version: number, data: unknown): string {
  // The data are turned into text once, however large they are.
  const body = JSON.stringify(data);
  return `{"version":${version},"crc32":${crc32(`${version}:${body}`)},"data":${body}}\n`;
}

/** Reads what {@link encodeDocument} wrote, at this or an earlier version. Never throws. */
export function decodeDocument<T>(text: string, format: DocumentFormat<T>): Decoded<T> {
  try {
    const { version, crc32: expected, data } = fileSchema.parse(JSON.parse(text));
    if (checksum(version, data) !== expected) return damaged('checksum differs');
    if (version > format.version) return damaged(`written by a newer version (${version})`);
    return { kind: 'intact', data: format.schema.parse(migrated(data, version, format)) };
  } catch (error) {
    return damaged(error instanceof Error ? error.name : 'not readable');
  }
}

const damaged = (problem: string) => ({ kind: 'damaged', problem }) as const;

function migrated<T>(data: unknown, from: number, { version, migrate }: DocumentFormat<T>) {
  if (from === version) return data;
  if (!migrate) throw new Error(`no migration from version ${from}`);
  return migrate(data, from);
}

function checksum(version: number, data: unknown): number {
  return crc32(`${version}:${JSON.stringify(data)}`);
}
