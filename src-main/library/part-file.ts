/**
 * One open part. The engine's knowledge is in memory and changes at once; the journal follows in the
 * order of the calls. A descriptor is held for the journal alone, and a second one while data is flushed.
 */
import {
  clearPiece,
  type PieceMap,
  type PieceState,
  presentBytes,
  setPiece,
  touchedPieces,
} from '../engines/download/pieces.ts';
import type { PartFile, RefetchReason } from '../engines/ports.ts';
import { type JournalState, pieceRecords } from './journal.ts';
import type { JournalFile } from './journal-file.ts';
import { createJournalWriter } from './journal-writer.ts';
import { setDataAside, setDataLength, syncData } from './part-data.ts';

interface OpenPartOptions {
  readonly path: string;
  readonly quarantineFolder: string;
  /** What the journal says; owned by the part from here on. */
  readonly state: JournalState;
  readonly journal: JournalFile;
  /** What the journal says and the disk confirmed; owned by the part from here on. */
  readonly map: PieceMap;
  /** Awaits what touches the disk. @throws AppError for what the system said */
  readonly guard: <T>(work: Promise<T>, presentBytes: number) => Promise<T>;
}

export function openPart({ path, map, ...options }: OpenPartOptions): PartFile {
  const { identity } = options.state;
  const journal = createJournalWriter(options.journal, options.state);
  const flush = createFlush(path);
  const inTurn = createTurns((work) => options.guard(work, presentBytes(map)));
  const doubtful = new Set(options.state.doubtful);
  /** Since the last record. */
  const noted = new Map<number, PieceState>();
  let { verifiedSha256 } = options.state;
  let closed: Promise<void> | undefined;

  function takeNotes(): void {
    if (noted.size > 0) journal.add(pieceRecords(noted.values(), doubtful));
    noted.clear();
  }

  async function record(): Promise<void> {
    takeNotes();
    await journal.write({ sync: false });
  }

  function forgetInMemory(pieces: readonly number[]): void {
    for (const piece of pieces) {
      clearPiece(map, piece);
      doubtful.delete(piece);
    }
    verifiedSha256 = undefined;
  }

  return {
    path,
    map,
    doubtful,
    get verifiedSha256() {
      return verifiedSha256;
    },
    note: (states, { doubtful: isDoubtful = false } = {}) => {
      // A transfer that is being stopped may still report.
      if (closed || states.length === 0) return;
      verifiedSha256 = undefined;
      for (const state of states) {
        setPiece(map, state);
        noted.set(state.piece, state);
        if (isDoubtful) doubtful.add(state.piece);
      }
    },
    record: () => inTurn(record),
    sync: () =>
      inTurn(() => {
        // What is noted now was written before, so flushing the data covers it.
        takeNotes();
        return journal.promise(flush, []);
      }),
    forget: async (pieces, why: RefetchReason) => {
      if (pieces.length === 0) return;
      takeNotes();
      forgetInMemory(pieces);
      journal.add([{ forget: [...pieces], why }]);
      await inTurn(() => journal.write({ sync: true }));
    },
    markVerified: async (sha256) => {
      await inTurn(() => {
        takeNotes();
        return journal.promise(flush, [{ verified: sha256 }]);
      });
      verifiedSha256 = sha256;
    },
    setAside: () =>
      inTurn(async () => {
        await setDataAside(path, options.quarantineFolder, identity.path);
        noted.clear();
        forgetInMemory(touchedPieces(map));
        await journal.beginAgain();
        await setDataLength(path, map.sizeBytes);
      }),
    close: () => {
      closed ??= inTurn(() => record().finally(() => journal.close()));
      return closed;
    },
  };
}

/** Runs each work after everything asked for before it, whether that failed or not. */
function createTurns(guard: <T>(work: Promise<T>) => Promise<T>) {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => guard(work()));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** A system may drop what it failed to flush, so one failure holds until the file is opened and read again. */
function createFlush(path: string): () => Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  return async () => {
    if (failure) throw failure.error;
    await syncData(path).catch((error: unknown) => {
      failure = { error };
      throw error;
    });
  };
}
