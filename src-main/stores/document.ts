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
  const { path, schema, defaults, onWriteFailed, now = Date.now } = options;
  const low = new Low<T>(createDocumentFile({ ...options, now }), structuredClone(defaults));
  await low.read();
  let changed = false;
  let writing: Promise<void> | null = null;

  async function writeChanges(): Promise<void> {
    await Promise.resolve();
    while (changed) {
      changed = false;
      try {
        await low.write();
      } catch (error) {
        changed = true;
        throw unusable(path, error);
      }
    }
  }

  function startWriting(): Promise<void> {
    if (writing) return writing;
    writing = writeChanges().finally(() => {
      writing = null;
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
      schema.parse(next);
      low.data = next;
      changed = true;
      startWriting();
    },
    async flush() {
      await (changed || writing ? startWriting() : undefined);
    },
  };
}
