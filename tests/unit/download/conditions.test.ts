import { describe, expect, it } from 'vitest';
import {
  type Facts,
  type HoldSettings,
  holdOf,
} from '../../../src-main/engines/download/conditions.ts';

const GOOD: Facts = { asleep: false, online: true, onBattery: false, metered: false };
const BAD: Facts = { asleep: true, online: false, onBattery: true, metered: true };
const always = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', bytesPerSecond: 0 };
const CAREFUL: HoldSettings = {
  schedule: [always],
  limitBytesPerSecond: 0,
  onBattery: 'pause',
  onMetered: 'pause',
};
const LIBERAL: HoldSettings = {
  ...CAREFUL,
  schedule: [],
  onBattery: 'go-on',
  onMetered: 'go-on',
};
const remote = { now: 0, localOnly: false };
const local = { now: 0, localOnly: true };

describe('holdOf', () => {
  it('is nothing while all is well', () => {
    const settings = { ...CAREFUL, schedule: [] };
    expect(holdOf(GOOD, settings, remote)).toBeNull();
  });

  it('names the weightiest reason: sleep, network, schedule, battery, cost', () => {
    const awake = { ...BAD, asleep: false };
    const online = { ...awake, online: true };
    const unscheduled = { ...CAREFUL, schedule: [] };
    expect(holdOf(BAD, CAREFUL, remote)).toEqual({ kind: 'asleep' });
    expect(holdOf(awake, CAREFUL, remote)).toEqual({ kind: 'offline' });
    expect(holdOf(online, CAREFUL, remote)).toEqual({ kind: 'schedule', until: null });
    expect(holdOf(online, unscheduled, remote)).toEqual({ kind: 'on-battery' });
    expect(holdOf({ ...online, onBattery: false }, unscheduled, remote)).toEqual({
      kind: 'metered',
    });
  });

  it('goes on with battery and cost where the settings say so', () => {
    expect(holdOf({ ...GOOD, onBattery: true, metered: true }, LIBERAL, remote)).toBeNull();
  });

  it('says when the pause of the schedule ends', () => {
    const now = new Date('2025-01-06T12:00').getTime();
    const schedule = [{ ...always, from: '09:00', to: '17:00' }];
    expect(holdOf(GOOD, { ...CAREFUL, schedule }, { now, localOnly: false })).toEqual({
      kind: 'schedule',
      until: new Date('2025-01-06T17:00').toISOString(),
    });
  });

  it('asks for no network where the bytes come from this computer', () => {
    const settings = { ...CAREFUL, schedule: [] };
    expect(holdOf({ ...GOOD, online: false, metered: true }, settings, local)).toBeNull();
    expect(holdOf({ ...GOOD, onBattery: true }, settings, local)).toEqual({ kind: 'on-battery' });
    expect(holdOf({ ...GOOD, asleep: true }, settings, local)).toEqual({ kind: 'asleep' });
  });
});
