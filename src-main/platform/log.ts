/**
 * The log: one JSON object a line, in `larder.log`; when that is full it becomes `larder.1.log`, and
 * so on, and the oldest is dropped. Secrets are taken out before anything is written.
 */
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../engines/ports.ts';
import { isSecretName, redact } from './redact.ts';

export interface LogOptions {
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Written as `~`. */
  readonly homeFolder?: string;
  /** Size at which a file is full. Default 5 MB. */
  readonly maxBytes?: number;
  /** How many files are kept. Default 3. */
  readonly maxFiles?: number;
  /** The log itself cannot be written. Default: said once on standard error. */
  readonly onFailure?: (error: unknown) => void;
}

export interface LogFile extends Log {
  /** Resolves when all that was logged so far is written, or has failed. */
  flush(): Promise<void>;
}

type Level = 'info' | 'warn' | 'error';

export function createLog(options: LogOptions): LogFile {
  const onFailure = options.onFailure ?? sayOnce();
  let pending = '';
  let writing = Promise.resolve();
  const write = async () => {
    const text = pending;
    pending = '';
    if (text === '') return;
    await mkdir(options.folder, { recursive: true });
    await rotateWhenFull(options, Buffer.byteLength(text));
    await appendFile(path.join(options.folder, fileName(0)), text);
  };
  const log = (level: Level, message: string, facts: Record<string, unknown> = {}) => {
    try {
      const entry = { at: options.now(), level, message, facts };
      pending += `${formatLine(entry, options.homeFolder)}\n`;
      writing = writing.then(write).catch(onFailure);
    } catch (error) {
      onFailure(error);
    }
  };
  return {
    info: (message, facts) => log('info', message, facts),
    warn: (message, facts) => log('warn', message, facts),
    error: (message, facts) => log('error', message, facts),
    flush: () => writing,
  };
}

interface Entry {
  readonly at: number;
  readonly level: Level;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One line, without secrets; what is deep or long is cut. Pure. */
export function formatLine({ at, level, message, facts }: Entry, homeFolder = ''): string {
  const head = { at: new Date(at).toISOString(), level, message };
  const place = { homeFolder, depth: 0, budget: { left: MAX_VALUES } };
  return JSON.stringify(clean({ ...head, ...facts, ...head }, place));
}

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const MAX_VALUES = 1_000;
const MAX_TEXT = 10_000;

interface Place {
  readonly homeFolder: string;
  readonly depth: number;
  readonly budget: { left: number };
}

/** A copy of plain data: strings redacted, secret fields hidden, errors spelled out. */
function clean(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return redact(cut(value), place.homeFolder);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof URL) return redact(String(value), place.homeFolder);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  place.budget.left -= 1;
  if (place.depth >= MAX_DEPTH || place.budget.left <= 0) return '…';
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => clean(item, inner));
  return Object.fromEntries(
    fieldsOf(value)
      .slice(0, MAX_ITEMS)
      .map(([name, field]) => [
        redact(cut(name), place.homeFolder),
        isSecretName(name) ? '[hidden]' : clean(field, inner),
      ]),
  );
}

const cut = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

function fieldsOf(value: object): [string, unknown][] {
  if (!(value instanceof Error)) return Object.entries(value);
  const { name, message, stack, cause } = value;
  const code = 'code' in value ? value.code : undefined;
  return Object.entries({ name, code, message, stack, cause });
}

const fileName = (age: number) => (age === 0 ? 'larder.log' : `larder.${age}.log`);

async function rotateWhenFull(options: LogOptions, addedBytes: number): Promise<void> {
  const { folder, maxBytes = 5_000_000, maxFiles = 3 } = options;
  const place = (age: number) => path.join(folder, fileName(age));
  const size = await stat(place(0)).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0 || size + addedBytes <= maxBytes) return;
  await rm(place(maxFiles - 1), { force: true });
  for (let age = maxFiles - 2; age >= 0; age -= 1) {
    await rename(place(age), place(age + 1)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
}

function sayOnce(): (error: unknown) => void {
  let isSaid = false;
  return (error) => {
    if (isSaid) return;
    isSaid = true;
    process.stderr.write(`The log cannot be written: ${redact(String(error))}\n`);
  };
}
