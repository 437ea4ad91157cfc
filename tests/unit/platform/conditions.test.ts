import { describe, expect, it } from 'vitest';
import { createConditions, type SensorEvent } from '../../../src-main/platform/conditions.ts';
import { createManualClock } from '../transports/manual-clock.ts';

/** A computer whose readings the test sets, and what was told of them. */
function computer() {
  const readings = { online: true, onBattery: false, metered: false };
  const { clock: steady, advance, pending } = createManualClock();
  let jumpMs = 0;
  let hear: (event: SensorEvent) => void = () => {};
  const clock = { ...steady, now: () => steady.now() + jumpMs };
  const conditions = createConditions(
    {
      online: () => readings.online,
      onBattery: () => readings.onBattery,
      metered: () => readings.metered,
      listen: (listener) => {
        hear = listener;
        return () => {
          hear = () => {};
        };
      },
    },
    clock,
  );
  let news = 0;
  conditions.onChange(() => {
    news += 1;
  });
  return {
    conditions,
    readings,
    advance,
    pending,
    news: () => news,
    event: (event: SensorEvent) => hear(event),
    jump: (ms: number) => {
      jumpMs += ms;
    },
  };
}

describe('conditions', () => {
  it('are what the sensors say at first', () => {
    const { conditions } = computer();
    expect(conditions.current()).toEqual({
      asleep: false,
      online: true,
      onBattery: false,
      metered: false,
    });
  });

  it('tell a change once it has lasted two seconds', () => {
    const { conditions, readings, event, advance, news } = computer();
    readings.onBattery = true;
    event('changed');
    advance(1_999);
    expect(conditions.current().onBattery).toBe(false);
    advance(1);
    expect(conditions.current().onBattery).toBe(true);
    expect(news()).toBe(1);
  });

  it('do not tell of what was over before', () => {
    const { readings, event, advance, news } = computer();
    readings.online = false;
    event('changed');
    advance(1_000);
    readings.online = true;
    event('changed');
    advance(60_000);
    expect(news()).toBe(0);
  });

  it('notice by themselves that the network is gone, and that it is back', () => {
    const { conditions, readings, advance } = computer();
    readings.online = false;
    advance(7_000);
    expect(conditions.current().online).toBe(false);
    readings.online = true;
    advance(7_000);
    expect(conditions.current().online).toBe(true);
  });

  it('are asleep at once, and awake two seconds after the network is back', () => {
    const { conditions, readings, event, advance } = computer();
    event('suspend');
    expect(conditions.current().asleep).toBe(true);
    readings.online = false;
    event('resume');
    advance(10_000);
    expect(conditions.current().asleep).toBe(true);
    readings.online = true;
    event('changed');
    advance(1_999);
    expect(conditions.current().asleep).toBe(true);
    advance(1);
    expect(conditions.current()).toMatchObject({ asleep: false, online: true });
  });

  it('are awake and offline when there is no network for half a minute', () => {
    const { conditions, readings, event, advance } = computer();
    event('suspend');
    readings.online = false;
    event('resume');
    advance(29_000);
    expect(conditions.current().asleep).toBe(true);
    advance(10_000);
    expect(conditions.current()).toMatchObject({ asleep: false, online: false });
  });

  it.each([31_000, 8 * 3_600_000, -60_000])('take a clock off by %d ms for sleep', (jumpMs) => {
    const { conditions, advance, jump, news } = computer();
    jump(jumpMs);
    advance(5_000);
    expect(conditions.current().asleep).toBe(true);
    advance(2_000);
    expect(conditions.current().asleep).toBe(false);
    expect(news()).toBe(2);
  });

  it('take no notice of a tick that is a little late', () => {
    const { advance, jump, news } = computer();
    jump(29_000);
    advance(60_000);
    expect(news()).toBe(0);
  });

  it('wake up when the news of it was lost', () => {
    const { conditions, event, advance } = computer();
    event('suspend');
    advance(60_000);
    expect(conditions.current().asleep).toBe(true);
    advance(10_000);
    expect(conditions.current().asleep).toBe(false);
  });

  it('leave nothing behind when closed', () => {
    const { conditions, event, advance, pending, news } = computer();
    conditions.close();
    event('suspend');
    advance(60_000);
    expect(news()).toBe(0);
    expect(pending()).toBe(0);
  });
});
