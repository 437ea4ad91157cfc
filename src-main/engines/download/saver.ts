/**
 * When what arrived is written down. A record outlives the process and costs little; a sync outlives a power
 * cut and makes the disk work, in the background of the transfer.
 */
import type { Clock, PartFile } from '../ports.ts';

const RECORD_MS = 200;
const RECORD_BYTES = 8 * 2 ** 20;
const SYNC_MS = 1_000;
const SYNC_BYTES = 128 * 2 ** 20;

/** @param onFailure told once, as soon as something cannot be written down */
export function createSaver(
  part: PartFile,
  clock: Clock,
  onFailure: (error: unknown) => void = () => {},
) {
  let recordedAt = clock.now();
  let syncedAt = recordedAt;
  let unrecordedBytes = 0;
  let unsyncedBytes = 0;
  let saving: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  function save(work: () => Promise<void>) {
    recordedAt = clock.now();
    unrecordedBytes = 0;
    saving = saving.then(work).catch((error: unknown) => {
      if (failure) return;
      failure = { error };
      onFailure(error);
    });
  }

  function throwIfFailed(): void {
    if (failure) throw failure.error;
  }

  return {
    /** Bytes were noted in the part. */
    arrived: (bytes: number): void => {
      const now = clock.now();
      // The clock was set back.
      recordedAt = Math.min(recordedAt, now);
      syncedAt = Math.min(syncedAt, now);
      unrecordedBytes += bytes;
      unsyncedBytes += bytes;
      if (now - syncedAt >= SYNC_MS || unsyncedBytes >= SYNC_BYTES) {
        syncedAt = now;
        unsyncedBytes = 0;
        save(() => part.sync());
      } else if (now - recordedAt >= RECORD_MS || unrecordedBytes >= RECORD_BYTES) {
        save(() => part.record());
      }
    },
    /** @throws what the disk said */
    throwIfFailed,
    /** Everything noted is recorded. @throws what the disk said */
    end: async (): Promise<void> => {
      await saving;
      await part.record();
      throwIfFailed();
    },
  };
}
