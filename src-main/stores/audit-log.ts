/** `audit.log`: what was deleted, put into quarantine, released, mended or set, one JSON line each, for ever. */
import { appendFile, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { AppError } from '../../src-shared/errors.ts';
import type { Clock } from '../engines/ports.ts';
import { redact } from '../platform/redact.ts';
import { errorCodeOf, unusable, writeFileAtomic } from './atomic-file.ts';
import {
  type AuditEntry,
  type AuditHead,
  type AuditVerdict,
  auditHeadSchema,
  chain,
  EMPTY_HEAD,
  parseEntry,
  verifyAudit,
} from './audit-chain.ts';

export interface AuditLogOptions {
  /** Absolute path of `audit.log`; `audit-head.json` lies beside it. */
  readonly path: string;
  readonly clock: Pick<Clock, 'now'>;
  /** The act itself is done already, and stays so. */
  readonly onWriteFailed: (error: AppError) => void;
}

export interface AuditLog {
  /** Never throws, never waits. Entries are written in the order of the calls. */
  record(act: string, subject: string, facts?: Readonly<Record<string, unknown>>): void;
  /** Newest first. */
  list(limit: number): Promise<AuditEntry[]>;
  verify(): Promise<AuditVerdict>;
  flush(): Promise<void>;
}

const headPathOf = (path: string) => path.replace(/\.log$/, '-head.json');

/** @throws AppError `DATA_FILE_UNUSABLE` when the log cannot be read */
export async function openAuditLog({
  path,
  clock,
  onWriteFailed,
}: AuditLogOptions): Promise<AuditLog> {
  const text = await readText(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  let head = lastOf(whole);
  let writing: Promise<void> = Promise.resolve();

  function next(work: () => Promise<void>): void {
    writing = writing.then(work).catch((error: unknown) => {
      onWriteFailed(error instanceof AppError ? error : unusable(path, error));
    });
  }

  function record(act: string, subject: string, facts: Readonly<Record<string, unknown>> = {}) {
    const at = new Date(clock.now()).toISOString();
    const plain = JSON.parse(redact(JSON.stringify(facts))) as Record<string, unknown>;
    next(async () => {
      const entry = chain(head, { at, act, subject, facts: plain });
      await append(path, `${JSON.stringify(entry)}\n`);
      head = { seq: entry.seq, hash: entry.hash };
      await writeFileAtomic(headPathOf(path), `${JSON.stringify(head)}\n`);
    });
  }

  // An end in the middle of a write: what is left of the line is kept, and said.
  if (whole.length < text.length) {
    const aside = `${path}.torn-${clock.now()}`;
    await writeFile(aside, text.slice(whole.length));
    await truncate(path, Buffer.byteLength(whole));
    record('log-torn', path, { keptAs: aside });
  }

  return {
    record,
    list: async (limit) => {
      await writing;
      const lines = (await readText(path)).trim().split('\n').slice(-limit);
      return lines.flatMap((line) => parseEntry(line) ?? []).toReversed();
    },
    verify: async () => {
      await writing;
      return verifyAudit(await readText(path), await readHead(path));
    },
    flush: () => writing,
  };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw unusable(path, error);
  });
}

/** What is verified is the whole; to go on, the last line that can be read is enough. */
function lastOf(text: string): AuditHead {
  const lines = text.trim().split('\n');
  const last = parseEntry(lines.at(-1) ?? '');
  return last ? { seq: last.seq, hash: last.hash } : EMPTY_HEAD;
}

export async function readHead(path: string): Promise<AuditHead | null> {
  const text = await readFile(headPathOf(path), 'utf8').catch(() => null);
  return text === null ? null : auditHeadSchema.parse(JSON.parse(text));
}

async function append(path: string, line: string): Promise<void> {
  await appendFile(path, line, { mode: 0o600 });
  const file = await open(path, 'r+');
  await file.datasync().finally(() => file.close());
}
