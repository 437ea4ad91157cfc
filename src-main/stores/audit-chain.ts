/**
 * The audit log as a chain: each line holds the hash of the one before, so that a line that was changed, taken out,
 * put in or moved shows. That lines are missing at the end shows by a second file with the last hash; whoever changes
 * both can deceive. Pure.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const auditEntrySchema = z.object({
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  act: z.string().min(1),
  /** What it was done to: a model, a setting. */
  subject: z.string(),
  facts: z.record(z.string(), z.unknown()),
  previous: hash,
  hash,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditHeadSchema = z.object({ seq: z.number().int().nonnegative(), hash });
export type AuditHead = z.infer<typeof auditHeadSchema>;

export const EMPTY_HEAD: AuditHead = { seq: 0, hash: '0'.repeat(64) };

export interface Act {
  readonly at: string;
  readonly act: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function chain(head: AuditHead, { at, act, subject, facts }: Act): AuditEntry {
  const entry = { seq: head.seq + 1, at, act, subject, facts, previous: head.hash };
  return { ...entry, hash: hashOf(entry) };
}

function hashOf({ seq, at, act, subject, facts, previous }: Omit<AuditEntry, 'hash'>): string {
  const canonical = JSON.stringify([seq, at, act, subject, facts, previous]);
  return createHash('sha256').update(canonical).digest('hex');
}

export type AuditVerdict =
  | { readonly intact: true; readonly entries: number; readonly head: AuditHead }
  | { readonly intact: false; readonly line: number; readonly problem: string };

/** @param head what the second file says; `null` when it is not there */
export function verifyAudit(text: string, head: AuditHead | null): AuditVerdict {
  const lines = text.split('\n');
  const last = lines.pop();
  const hashes = new Set([EMPTY_HEAD.hash]);
  let at = EMPTY_HEAD;
  for (const [index, line] of lines.entries()) {
    const broken = (problem: string) => ({ intact: false, line: index + 1, problem }) as const;
    const entry = parseEntry(line);
    if (!entry) return broken('it is not an entry');
    if (entry.seq !== at.seq + 1) return broken(`it is number ${entry.seq}, after ${at.seq}`);
    if (entry.previous !== at.hash) return broken('it does not follow the one before');
    if (entry.hash !== hashOf(entry)) return broken('it was changed');
    at = { seq: entry.seq, hash: entry.hash };
    hashes.add(entry.hash);
  }
  const end = lines.length + 1;
  if (last !== '') return { intact: false, line: end, problem: 'it breaks off' };
  // It may be one entry behind: it is written after the log.
  if (head && !hashes.has(head.hash)) {
    const problem = `entries up to ${head.seq} were written, and are missing`;
    return { intact: false, line: end, problem };
  }
  return { intact: true, entries: at.seq, head: at };
}

export function parseEntry(line: string): AuditEntry | null {
  try {
    return auditEntrySchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
