import { describe, expect, it } from 'vitest';
import { createAnnouncer } from '../../../src-main/engines/download/announcer.ts';
import { createJob, snapshotOf } from '../../../src-main/engines/download/job.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { queued } from './fake-engine.ts';

/** A download that has just had bytes, and has lost its connection. */
function rig() {
  const { clock, advance, pending } = createManualClock();
  const job = createJob({ ...queued('a'), state: { kind: 'running' } });
  const told: number[] = [];
  const announcer = createAnnouncer({
    clock,
    publish: (_type, data) => {
      if ('download' in data && data.download) told.push(data.download.bytesPerSecond);
    },
    isQueued: () => true,
    current: (one) => one,
    snapshot: (one) =>
      snapshotOf(one, { position: 0, now: clock.now(), hold: null, bottleneck: null }),
  });
  job.speed.add(0, clock.now());
  advance(1_000);
  job.speed.add(1_000_000, clock.now());
  return { job, announcer, told, advance, pending };
}

describe('a download that no bytes arrive for', () => {
  it('is told of until its speed is nothing, and then no more', () => {
    const { job, announcer, told, advance, pending } = rig();
    announcer.announceProgress(job);
    advance(10_000);
    expect(told[0]).toBeGreaterThan(0);
    expect(told.at(-1)).toBe(0);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(pending()).toBe(0);
  });

  it('is told of although the clock was set back', () => {
    const { clock, advance, setBack } = createManualClock();
    const job = createJob({ ...queued('a'), state: { kind: 'running' } });
    let told = 0;
    const { announceProgress } = createAnnouncer({
      clock,
      publish: () => {
        told += 1;
      },
      isQueued: () => true,
      current: (one) => one,
      snapshot: (one) =>
        snapshotOf(one, { position: 0, now: clock.now(), hold: null, bottleneck: null }),
    });
    announceProgress(job);
    advance(250);
    setBack(8 * 3_600_000);
    announceProgress(job);
    advance(250);
    expect(told).toBe(2);
  });

  it('is not told of again once it has left the queue', () => {
    const { job, announcer, told, advance, pending } = rig();
    announcer.announce(job);
    announcer.dropProgress(job);
    expect(pending()).toBe(0);
    advance(10_000);
    expect(told).toHaveLength(1);
  });
});
