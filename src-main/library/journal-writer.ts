/**
 * Writes a journal in the order its records were added, and anew when it has grown far beyond what it has
 * to say. Records may be added at any time; everything else is called one at a time.
 */
import {
  applyRecord,
  createJournalState,
  encodeJournal,
  encodeRecords,
  type JournalRecord,
  type JournalState,
  unsyncedPieces,
} from './journal.ts';
import type { JournalFile } from './journal-file.ts';

export interface JournalWriter {
  add(records: readonly JournalRecord[]): void;
  /** @param sync whether it has to outlive a power cut */
  write(options: { readonly sync: boolean }): Promise<void>;
  /**
   * Promises what was recorded and added so far as safe on the disk.
   * @param flush gets the data of all that to the disk
   * @param more records that stand behind the promise
   */
  promise(flush: () => Promise<void>, more: readonly JournalRecord[]): Promise<void>;
  /** Empties the journal, durably, but for whose it is. */
  beginAgain(): Promise<void>;
  close(): Promise<void>;
}

/** A journal is written anew once it is larger than this and four times what it has to be. */
const COMPACT_BYTES = 64 * 1024;
const COMPACT_RATIO = 4;

/** @param begun what the file says already; owned by the writer from here on */
export function createJournalWriter(file: JournalFile, begun: JournalState): JournalWriter {
  let state = begun;
  /** What fails to be written stays here. */
  let pending: JournalRecord[] = [];
  let compactAbove = COMPACT_BYTES;

  async function append(
    count: number,
    options: { readonly sync: boolean; readonly more: readonly JournalRecord[] },
  ): Promise<void> {
    const records = [...pending.slice(0, count), ...options.more];
    await file.append(encodeRecords(records), options);
    pending.splice(0, count);
    for (const record of records) applyRecord(state, record);
    if (file.sizeBytes() > compactAbove) await compact();
  }

  async function compact(): Promise<void> {
    const text = encodeJournal(state);
    compactAbove = Math.max(COMPACT_BYTES, text.length * COMPACT_RATIO);
    if (file.sizeBytes() > compactAbove) await file.replace(text);
  }

  return {
    add: (records) => {
      pending.push(...records);
    },
    write: async ({ sync }) => {
      if (pending.length > 0) await append(pending.length, { sync, more: [] });
    },
    promise: async (flush, more) => {
      const count = pending.length;
      const isPromised = count === 0 && unsyncedPieces(state).length === 0;
      if (isPromised && more.length === 0) return;
      await flush();
      await append(count, { sync: true, more: [{ synced: true }, ...more] });
    },
    beginAgain: async () => {
      pending = [];
      state = createJournalState(state.identity, state.latest.pieceBytes);
      await file.replace(encodeJournal(state));
    },
    close: () => file.close(),
  };
}
