/** Notices silence. One timer, re-armed when it fires; feeding it costs an assignment. */

export interface Watchdog {
  feed(): void;
  stop(): void;
}

export function createWatchdog(timeoutMs: number, onSilence: (silentMs: number) => void): Watchdog {
  let fedAt = performance.now();
  let timer = setTimeout(look, timeoutMs);

  function look() {
    const silentMs = performance.now() - fedAt;
    if (silentMs >= timeoutMs) onSilence(Math.round(silentMs));
    else timer = setTimeout(look, timeoutMs - silentMs);
  }

  return {
    feed: () => {
      fedAt = performance.now();
    },
    stop: () => clearTimeout(timer),
  };
}
