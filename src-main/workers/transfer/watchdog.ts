/**
 * Notices silence. One timer, re-armed when it fires; feeding it costs an assignment. While this thread itself
 * was held up, by a disk that wakes, nothing could be heard: that time is not silence.
 */

const HELD_UP_MS = 1_000;

export interface Watchdog {
  feed(): void;
  /** Looks away until it is fed with {@link Watchdog.wake}. */
  rest(): void;
  wake(): void;
  stop(): void;
}

export function createWatchdog(timeoutMs: number, onSilence: (silentMs: number) => void): Watchdog {
  let fedAt = performance.now();
  let dueAt = fedAt;
  let timer: NodeJS.Timeout | undefined;
  wait(timeoutMs);

  function wait(ms: number) {
    dueAt = performance.now() + ms;
    timer = setTimeout(look, ms);
  }

  function look() {
    const now = performance.now();
    const silentMs = now - fedAt;
    if (now - dueAt > HELD_UP_MS) wait(HELD_UP_MS);
    else if (silentMs >= timeoutMs) onSilence(Math.round(silentMs));
    else wait(timeoutMs - silentMs);
  }

  return {
    feed: () => {
      fedAt = performance.now();
    },
    rest: () => clearTimeout(timer),
    wake: () => {
      clearTimeout(timer);
      fedAt = performance.now();
      wait(timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}
