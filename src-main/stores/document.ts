/**
 * A small versioned document: read once, kept in memory, written behind.
 *
 * ```
 *  open ──▶ intact? ──▶ use it
 *             │ torn, invalid, or written by a newer app: set aside, reported
 *             ▼
 *        previous generation intact? ──▶ use it
 *             │
 *             ▼
 *          defaults
 * ```
 */
import { Low } from 'lowdb';
import type { AppError } from '../../src-shared/errors.ts';
import { unusable } from './atomic-file.ts';
import { checkChange } from './check-change.ts';
import { createDocumentFile, type DocumentDamage } from './document-file.ts';
import type { DocumentFormat } from './document-format.ts';

export type { DocumentDamage } from './document-file.ts';

export interface DocumentOptions<T> extends DocumentFormat<T> {
  /** Absolute; its folder is made when missing. */
  readonly path: string;
  readonly defaults: T;
  readonly onDamage: (damage: DocumentDamage) => void;
  /** Told at once when writing behind fails; `flush` fails then too. The next change tries again. */
  readonly onWriteFailed?: (error: AppError) => void;
  /** How long changes are gathered before they are written; 0 when left out. An end in between loses them. */
  readonly delayMs?: number;
  /** Milliseconds since the epoch; the system's clock when left out. */
  readonly now?: () => number;
}

export interface Document<T> {
  /** The state in memory; treat it as read-only. */
  readonly data: T;
  /**
   * Replaces the state at once and writes it behind; changes made together are written once.
   * When `change` throws, or its answer does not fit the schema, nothing has happened.
   */
  update(change: (data: T) => T): void;
  /**
   * Resolves when every change so far is safe on disk.
   * @throws AppError `DATA_FILE_UNUSABLE`; the state stays in memory, and the next flush tries again
   */
  flush(): Promise<void>;
}

/** @throws AppError `DATA_FILE_UNUSABLE` when the folder cannot be used; damage does not throw */
export async function openDocument<T>(options: DocumentOptions<T>): Promise<Document<T>> {
  const { path, schema, defaults, onWriteFailed, delayMs = 0, now = Date.now } = options;
  const low = new Low<T>(createDocumentFile({ ...options, now }), structuredClone(defaults));
  await low.read();
  let changed = false;
  let writing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isFlushing = false;

  async function writeChanges(): Promise<void> {
    await Promise.resolve();
    do {
      changed = false;
      try {
        await low.write();
      } catch (error) {
        changed = true;
        throw unusable(path, error);
      }
      // What comes while it is being written is gathered again.
    } while (changed && (delayMs === 0 || isFlushing));
  }

  function startLater(): void {
    timer ??= setTimeout(startWriting, delayMs);
  }

  function startWriting(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (writing) return writing;
    writing = writeChanges().finally(() => {
      writing = null;
      if (changed && delayMs > 0) startLater();
    });
    writing.catch((error: AppError) => onWriteFailed?.(error));
    return writing;
  }

  return {
    get data() {
      return low.data;
    },
    update(change) {
      const next = change(low.data);
      // Checked, and kept as it is: what did not change stays the same object.
      checkChange(schema, low.data, next);
      low.data = next;
      changed = true;
      if (delayMs === 0) startWriting();
      else startLater();
    },
    async flush() {
      isFlushing = true;
      try {
        while (changed || writing) await startWriting();
      } finally {
        isFlushing = false;
      }
    },
  };
}
