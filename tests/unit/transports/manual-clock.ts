import type { Clock } from '../../../src-main/engines/ports.ts';

/** A clock that stands still until it is told to advance. */
export function createManualClock(start = Date.UTC(2026, 0, 31)) {
  let now = start;
  let timers: { at: number; callback: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };

  /** Runs what comes due on the way, in order. */
  function advance(milliseconds: number): void {
    const end = now + milliseconds;
    for (let next = due(end); next; next = due(end)) {
      timers = timers.filter((other) => other !== next);
      now = Math.max(now, next.at);
      next.callback();
    }
    now = end;
  }

  function due(end: number) {
    return timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }

  /** The clock is set back; what waits still waits as long. */
  function setBack(milliseconds: number): void {
    now -= milliseconds;
    for (const timer of timers) timer.at -= milliseconds;
  }

  return { clock, advance, setBack, pending: () => timers.length };
}
