/** The background check as the application runs it, on one real file with real time. */

import { proveFile } from '../../../src-main/engines/health/prove-file.ts';
import { EMPTY_RECORD, type HealthRecord } from '../../../src-main/engines/health/record.ts';
import { createScrub } from '../../../src-main/engines/health/scrub.ts';
import { createSystemClock } from '../../../src-main/platform/clock.ts';
import type { WorkerHasher } from '../../../src-main/platform/hasher.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';

export interface ScrubFile {
  readonly place: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** @returns bytes per second, as a share of the rate that was set */
export async function scrubShare(
  hasher: WorkerHasher,
  { place, sizeBytes, sha256 }: ScrubFile,
  bytesPerSecond: number,
): Promise<number> {
  const file = { path: 'file', localPath: 'file', sizeBytes, sha256 };
  const { signal } = new AbortController();
  const verdict = await proveFile({ hasher }, { file, place, signal, onProgress: () => {} });
  if (verdict.kind !== 'proven' || !verdict.pieces) throw new Error('the digest is wrong');
  const known = { ...file, verifiedSha256: sha256, provenAt: LONG_AGO, pieces: verdict.pieces };
  const manifest: Manifest = {
    version: 1,
    id: 'url:bench',
    ref: 'url:bench',
    name: 'bench',
    origin: {
      source: 'url',
      endpoint: 'http://127.0.0.1',
      repository: 'bench',
      requestedRevision: 'latest',
      revision: sha256,
    },
    folder: 'bench',
    keep: false,
    trackedAt: LONG_AGO,
    installedAt: LONG_AGO,
    files: [known],
  };
  let record: HealthRecord = EMPTY_RECORD;
  const startedAt = performance.now();
  const seconds = await new Promise<number>((resolve, reject) => {
    const scrub = createScrub({
      clock: createSystemClock(),
      hasher,
      look: async () => [
        { file: known, state: 'present', place, foundBytes: sizeBytes, modifiedAt: 0 },
      ],
      manifests: () => [manifest],
      settings: () => ({
        ...DEFAULT_SETTINGS.health,
        scrubBytesPerSecond: bytesPerSecond,
        scrubBytesPerDay: 0,
      }),
      hold: () => null,
      record: () => record,
      isDamaged: () => false,
      save: (change) => {
        record = change(record);
        if (record.day.bytes < sizeBytes) return;
        resolve((performance.now() - startedAt) / 1000);
        void scrub.stop();
      },
      proven: async () => {},
      suspect: async () => reject(new Error('a piece differs')),
      changed: () => {},
    });
    scrub.start();
  });
  return sizeBytes / seconds / bytesPerSecond;
}
