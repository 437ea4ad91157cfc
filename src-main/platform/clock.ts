/** The system's clock. */
import type { Clock } from '../engines/ports.ts';

/** Timers of Node hold no more than this (about 25 days); beyond, they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return { now: () => Date.now(), after };
}

function after(delayMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (remainingMs: number) => {
    const stepMs = Math.min(remainingMs, LONGEST_TIMER_MS);
    timer = setTimeout(
      () => (remainingMs > stepMs ? arm(remainingMs - stepMs) : callback()),
      stepMs,
    );
  };
  arm(delayMs);
  return () => clearTimeout(timer);
}
