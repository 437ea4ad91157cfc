/**
 * The journal of a part file: one line a record, `<crc32 of the rest> <json>`. The first line says
 * what the file is; later lines promise a number of bytes. Reading stops at the first line that does
 * not check, so a torn end can only make the promise smaller.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { FileIdentity } from '../engines/ports.ts';

const identitySchema = z.object({
  endpoint: z.string(),
  repository: z.string(),
  revision: z.string(),
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  digest: z.string(),
});

const recordSchema = z.union([
  z.object({ durable: z.number().int().nonnegative() }),
  z.object({ verified: z.string().regex(/^[0-9a-f]{64}$/) }),
]);
type JournalRecord = z.infer<typeof recordSchema>;

export interface JournalState {
  readonly identity: FileIdentity;
  /** Bytes from the start of the part file that were on the disk when the journal was written. */
  readonly durable: number;
  readonly verifiedSha256: string | undefined;
}

export function encodeRecord(record: FileIdentity | JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

const checksum = (text: string) => (crc32(text) >>> 0).toString(16).padStart(8, '0');

/** What the intact beginning of a journal says; `null` when not even the identity survived. */
export function parseJournal(text: string): JournalState | null {
  const records = intactRecords(text);
  const identity = identitySchema.safeParse(records[0]);
  if (!identity.success) return null;
  let durable = 0;
  let verifiedSha256: string | undefined;
  for (const candidate of records.slice(1)) {
    const record = recordSchema.safeParse(candidate);
    if (!record.success) break;
    if ('durable' in record.data) durable = Math.min(record.data.durable, identity.data.sizeBytes);
    else verifiedSha256 = record.data.verified;
  }
  return { identity: identity.data, durable, verifiedSha256 };
}

function intactRecords(text: string): unknown[] {
  const records: unknown[] = [];
  const lines = text.split('\n');
  for (const line of lines.slice(0, -1)) {
    const json = line.slice(9);
    if (line.slice(0, 9) !== `${checksum(json)} `) break;
    records.push(JSON.parse(json));
  }
  return records;
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return JSON.stringify(identitySchema.parse(a)) === JSON.stringify(identitySchema.parse(b));
}
