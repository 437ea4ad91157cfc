import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SpeedWindow, speedAt } from '../../../src-shared/domain/speed-schedule.ts';

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let zoneBefore: string | undefined;
beforeAll(() => {
  zoneBefore = process.env.TZ;
  process.env.TZ = 'Europe/Berlin';
});
afterAll(() => {
  process.env.TZ = zoneBefore;
  if (zoneBefore === undefined) delete process.env.TZ;
});

/** A local time; 2025-01-06 is a Monday. */
const at = (text: string) => new Date(text).getTime();
const window = (overrides: Partial<SpeedWindow>): SpeedWindow => ({
  days: ALL_DAYS,
  from: '09:00',
  to: '17:00',
  bytesPerSecond: 1000,
  ...overrides,
});

describe('speedAt', () => {
  it('is the usual limit, for ever, without a schedule', () => {
    const usual = { paused: false, fromSchedule: false, changesAt: null };
    expect(speedAt([], 5000, at('2025-01-06T12:00'))).toEqual({ ...usual, bytesPerSecond: 5000 });
    expect(speedAt([], 0, at('2025-01-06T12:00'))).toEqual({ ...usual, bytesPerSecond: null });
  });

  it.each([
    ['2025-01-06T08:59:59', 5000, '2025-01-06T09:00'],
    ['2025-01-06T09:00', 1000, '2025-01-06T17:00'],
    ['2025-01-06T16:59:59', 1000, '2025-01-06T17:00'],
    ['2025-01-06T17:00', 5000, '2025-01-07T09:00'],
  ])('at %s is %d until %s', (now, bytesPerSecond, until) => {
    const speed = speedAt([window({})], 5000, at(now));
    expect(speed).toMatchObject({ bytesPerSecond, fromSchedule: bytesPerSecond === 1000 });
    expect(speed.changesAt).toBe(at(until));
  });

  it('lets the first window win that covers the moment', () => {
    const lunch = window({ from: '12:00', to: '13:00', bytesPerSecond: null });
    expect(speedAt([lunch, window({})], 0, at('2025-01-06T12:30'))).toMatchObject({
      bytesPerSecond: null,
      fromSchedule: true,
      changesAt: at('2025-01-06T13:00'),
    });
    expect(speedAt([window({}), lunch], 0, at('2025-01-06T12:30'))).toMatchObject({
      bytesPerSecond: 1000,
      changesAt: at('2025-01-06T17:00'),
    });
  });

  it('pauses, over midnight, from the days the window begins on', () => {
    const night = [window({ days: [1], from: '22:00', to: '06:00', bytesPerSecond: 0 })];
    const paused = { bytesPerSecond: null, paused: true, changesAt: at('2025-01-07T06:00') };
    expect(speedAt(night, 0, at('2025-01-06T23:00'))).toMatchObject(paused);
    expect(speedAt(night, 0, at('2025-01-07T05:59'))).toMatchObject(paused);
    expect(speedAt(night, 0, at('2025-01-06T05:59'))).toMatchObject({ paused: false });
    expect(speedAt(night, 0, at('2025-01-07T23:00'))).toMatchObject({ paused: false });
  });

  it('knows that a pause of all the week never ends', () => {
    const always = [window({ from: '00:00', to: '00:00', bytesPerSecond: 0 })];
    const speed = speedAt(always, 0, at('2025-03-28T12:00'));
    expect(speed).toMatchObject({ paused: true, changesAt: null });
  });

  it('names the end of a pause that several windows make up', () => {
    const parts = [
      window({ days: [1], from: '22:00', to: '00:00', bytesPerSecond: 0 }),
      window({ days: [2], from: '00:00', to: '06:00', bytesPerSecond: 0 }),
    ];
    expect(speedAt(parts, 0, at('2025-01-06T22:30')).changesAt).toBe(at('2025-01-07T06:00'));
  });

  it('counts 23 hours for the day the clocks go forward, 25 for the one they go back', () => {
    const noon = [window({ days: [0], from: '12:00', to: '13:00' })];
    const waitFrom = (text: string) => (speedAt(noon, 0, at(text)).changesAt ?? 0) - at(text);
    expect(waitFrom('2025-03-29T12:00')).toBe(23 * HOUR_MS);
    expect(waitFrom('2025-10-25T12:00')).toBe(25 * HOUR_MS);
  });

  it('has a window within an hour that does not exist an hour later', () => {
    const gone = [window({ days: [0], from: '02:15', to: '02:45' })];
    expect(speedAt(gone, 0, at('2025-03-30T03:20')).bytesPerSecond).toBe(1000);
    expect(speedAt(gone, 0, at('2025-03-30T03:45')).bytesPerSecond).toBeNull();
  });
});

describe('any schedule', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const windows = fc.array(
    fc.record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
      from: time,
      to: time,
      bytesPerSecond: fc.constantFrom(null, 0, 1000, 2000),
    }),
    { maxLength: 6 },
  );
  const now = fc.integer({ min: at('2025-03-20T00:00'), max: at('2025-11-10T00:00') });

  it('stays as it is until the change, and differs then', () => {
    fc.assert(
      fc.property(windows, now, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, t, part) => {
        const { changesAt, ...pace } = speedAt(schedule, 500, t);
        const until = changesAt ?? t + 30 * DAY_MS;
        const between = Math.floor(t + (until - 1 - t) * part);
        expect(speedAt(schedule, 500, between)).toEqual({ ...pace, changesAt });
        if (changesAt === null) return;
        const { changesAt: _, ...after } = speedAt(schedule, 500, changesAt);
        expect(after).not.toEqual(pace);
      }),
      { numRuns: 500 },
    );
  });

  it('changes within a week, or two around a clock change, or never', () => {
    fc.assert(
      fc.property(windows, now, (schedule, t) => {
        const { changesAt } = speedAt(schedule, 500, t);
        const waitMs = (changesAt ?? t + 1) - t;
        expect(waitMs > 0 && waitMs <= 15 * DAY_MS).toBe(true);
      }),
    );
  });

  it('gives a limit or none, and pauses only when a window says so', () => {
    fc.assert(
      fc.property(windows, now, (schedule, t) => {
        const { bytesPerSecond, paused, fromSchedule } = speedAt(schedule, 0, t);
        expect(bytesPerSecond).not.toBe(0);
        if (paused)
          expect({ bytesPerSecond, fromSchedule }).toEqual({
            bytesPerSecond: null,
            fromSchedule: true,
          });
        if (!fromSchedule) expect(bytesPerSecond).toBeNull();
      }),
    );
  });
});
