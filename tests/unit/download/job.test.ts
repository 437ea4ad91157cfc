import { describe, expect, it } from 'vitest';
import { createJob, rateOf, snapshotOf } from '../../../src-main/engines/download/job.ts';
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { queued, SIZE } from './fake-engine.ts';

const FULL_MS = 5_000;

/** A download whose one file came at 100 kB/s until {@link FULL_MS}. */
function moving(state: FileProgressState, connections: number) {
  const job = createJob({ ...queued('a'), state: { kind: 'running' } });
  for (const file of job.files) {
    Object.assign(file, { state, connections, receivedBytes: SIZE / 2 });
  }
  for (let now = 0; now <= FULL_MS; now += 100) job.speed.add(10_000, now);
  return job;
}

const downloading: FileProgressState = { kind: 'downloading' };
const retrying: FileProgressState = {
  kind: 'retrying',
  at: new Date(0).toISOString(),
  attempt: 1,
  of: 3,
  error: toErrorReport(new AppError('TRANSFER_CUT', { path: 'a' })),
};

function shown(job: ReturnType<typeof moving>, now: number) {
  const { bytesPerSecond, etaMs } = snapshotOf(job, {
    position: 0,
    now,
    hold: null,
    bottleneck: null,
  });
  return { bytesPerSecond, etaMs };
}

describe('the speed of a download', () => {
  it('stands while files come and go without a connection between them', () => {
    expect(rateOf(moving(downloading, 0), FULL_MS + 500)).toBeGreaterThan(50_000);
  });

  it('is nothing, and no time is left, once there was no connection for three seconds', () => {
    const job = moving(downloading, 0);
    expect(shown(job, FULL_MS + 3_000)).toEqual({ bytesPerSecond: 0, etaMs: null });
  });

  it('falls slowly on a connection that has gone silent', () => {
    expect(rateOf(moving(downloading, 1), FULL_MS + 3_000)).toBeGreaterThan(10_000);
  });

  it('is nothing at once while every file waits for its next attempt', () => {
    expect(shown(moving(retrying, 0), FULL_MS)).toEqual({ bytesPerSecond: 0, etaMs: null });
  });
});
