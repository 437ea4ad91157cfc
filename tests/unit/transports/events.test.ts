import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch } from '../../../src-main/transports/event-batch.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { createManualClock } from './manual-clock.ts';
import { createRecordingLog } from './recording.ts';

const download = (id: string, receivedBytes = 0) =>
  ({ id, receivedBytes, state: { kind: 'running' } }) as Download;

function setup() {
  const { clock, advance, pending } = createManualClock();
  const { errors, log } = createRecordingLog();
  return { clock, advance, pending, errors, bus: createEventBus({ clock, log }) };
}

function setupBatch() {
  const all = setup();
  const batches: (readonly LarderEvent[])[] = [];
  const times: number[] = [];
  const stop = batch(all.bus, all.clock, (events) => {
    batches.push(events);
    times.push(all.clock.now());
  });
  return { ...all, batches, times, stop };
}

const alertGone = (alertId: string) => ['health.alert', { alertId, alert: null }] as const;
const seqs = (events: readonly LarderEvent[]) => events.map(({ seq }) => seq);

describe('the event bus', () => {
  it('numbers events from 1 without gaps, and dates them', () => {
    const { bus } = setup();
    const heard: LarderEvent[] = [];
    bus.subscribe((event) => heard.push(event));
    bus.publish(...alertGone('a'));
    bus.publish(...alertGone('b'));
    expect(heard).toEqual([
      {
        type: 'health.alert',
        at: '2026-01-31T00:00:00.000Z',
        seq: 1,
        data: { alertId: 'a', alert: null },
      },
      {
        type: 'health.alert',
        at: '2026-01-31T00:00:00.000Z',
        seq: 2,
        data: { alertId: 'b', alert: null },
      },
    ]);
  });

  it('keeps one order for all listeners, also for events published by a listener', () => {
    const { bus } = setup();
    const heard: number[] = [];
    bus.subscribe(({ seq }) => {
      if (seq === 1) bus.publish(...alertGone('b'));
    });
    bus.subscribe(({ seq }) => heard.push(seq));
    bus.publish(...alertGone('a'));
    expect(heard).toEqual([1, 2]);
  });

  it('goes on when a listener fails, and logs it', () => {
    const { bus, errors } = setup();
    const heard: number[] = [];
    bus.subscribe(() => {
      throw new Error('deaf');
    });
    bus.subscribe(({ seq }) => heard.push(seq));
    bus.publish(...alertGone('a'));
    expect(heard).toEqual([1]);
    expect(errors).toMatchObject([{ facts: { type: 'health.alert', problem: 'Error: deaf' } }]);
  });

  it('tells nothing after the subscription has ended', () => {
    const { bus } = setup();
    const heard: number[] = [];
    const stop = bus.subscribe(({ seq }) => heard.push(seq));
    stop();
    bus.publish(...alertGone('a'));
    expect(heard).toEqual([]);
  });
});

describe('batches', () => {
  it('go out at once after silence, then at most ten times a second', () => {
    const { bus, advance, batches } = setupBatch();
    bus.publish(...alertGone('a'));
    advance(0);
    expect(batches.map(seqs)).toEqual([[1]]);
    bus.publish(...alertGone('b'));
    advance(50);
    bus.publish(...alertGone('c'));
    advance(49);
    expect(batches).toHaveLength(1);
    advance(1);
    expect(batches.map(seqs)).toEqual([[1], [2, 3]]);
  });

  it('carry only the newest progress of a download', () => {
    const { bus, advance, batches } = setupBatch();
    for (const bytes of [1, 2, 3])
      bus.publish('download.progress', { download: download('d', bytes) });
    bus.publish('download.progress', { download: download('e') });
    advance(0);
    expect(batches.map(seqs)).toEqual([[3, 4]]);
  });

  it('hold progress back to four a second, without holding back anything else', () => {
    const { bus, advance, batches } = setupBatch();
    bus.publish('download.progress', { download: download('d', 1) });
    advance(100);
    bus.publish('download.progress', { download: download('d', 2) });
    bus.publish(...alertGone('a'));
    advance(0);
    expect(batches.map(seqs)).toEqual([[1], [3]]);
    advance(150);
    expect(batches.map(seqs)).toEqual([[1], [3], [2]]);
  });

  it('never follow the end of a download with its older progress', () => {
    const { bus, advance, batches } = setupBatch();
    bus.publish('download.progress', { download: download('d', 1) });
    advance(100);
    bus.publish('download.progress', { download: download('d', 2) });
    bus.publish('download.state', { downloadId: 'd', modelId: 'm', download: null });
    advance(1000);
    expect(batches.map(seqs)).toEqual([[1], [3]]);
  });

  it('end with the subscription', () => {
    const { bus, advance, batches, pending, stop } = setupBatch();
    bus.publish(...alertGone('a'));
    stop();
    bus.publish(...alertGone('b'));
    advance(1000);
    expect(batches).toEqual([]);
    expect(pending()).toBe(0);
  });

  it('keep their limits and lose no event but superseded progress, whatever happens', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 120 }),
      kind: fc.constantFrom('progress', 'state', 'alert'),
      id: fc.constantFrom('d', 'e'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { bus, advance, batches, times } = setupBatch();
        const published: LarderEvent[] = [];
        bus.subscribe((event) => published.push(event));
        for (const { waitMs, kind, id } of steps) {
          if (kind === 'progress') bus.publish('download.progress', { download: download(id) });
          else if (kind === 'alert') bus.publish(...alertGone(id));
          else
            bus.publish('download.state', { downloadId: id, modelId: id, download: download(id) });
          advance(waitMs);
        }
        advance(1000);
        expect(gaps(times).every((gap) => gap >= 100)).toBe(true);
        for (const id of ['d', 'e']) {
          const isOwn = (event: LarderEvent) =>
            event.type === 'download.progress' && event.data.download.id === id;
          const sentAt = batches.flatMap((events, index) =>
            events.some(isOwn) ? [times[index]!] : [],
          );
          expect(gaps(sentAt).every((gap) => gap >= 250)).toBe(true);
          expect(latest(batches.flat(), id)).toBe(latest(published, id));
        }
        const other = (event: LarderEvent) => event.type !== 'download.progress';
        expect(batches.flat().filter(other)).toEqual(published.filter(other));
      }),
    );
  });
});

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - times[index]!);
}

/** Number of the last event about a download. */
function latest(events: readonly LarderEvent[], id: string): number | undefined {
  return events.findLast(
    (event) =>
      (event.type === 'download.progress' && event.data.download.id === id) ||
      (event.type === 'download.state' && event.data.downloadId === id),
  )?.seq;
}
