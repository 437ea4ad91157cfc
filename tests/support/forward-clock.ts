/** The system's clock, that can be put forward: what comes due on the way happens at once, in order. */
import type { Clock } from '../../src-main/engines/ports.ts';
import { createSystemClock } from '../../src-main/platform/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

export function createForwardClock(): Clock & { forward(milliseconds: number): void } {
  const system = createSystemClock();
  const timers = new Set<Timer>();
  let aheadMs = 0;
  const now = () => system.now() + aheadMs;
  const nextDue = (end: number) =>
    [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];

  return {
    now,
    after: (delayMs, callback) => {
      const end = () => {
        cancel();
        timers.delete(timer);
      };
      const fire = () => {
        end();
        callback();
      };
      const cancel = system.after(delayMs, fire);
      const timer = { at: now() + delayMs, fire };
      timers.add(timer);
      return end;
    },
    forward: (milliseconds) => {
      const end = now() + milliseconds;
      for (let due = nextDue(end); due; due = nextDue(end)) {
        aheadMs += Math.max(0, due.at - now());
        due.fire();
      }
      aheadMs += Math.max(0, end - now());
    },
  };
}
