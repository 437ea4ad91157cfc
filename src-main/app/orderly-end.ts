/** The end of the program, with its state on disk. Free of Electron, so that it can be tested. */
import type { Clock, Log } from '../engines/ports.ts';

/** How long an orderly end may take before the process goes anyway. */
const END_TIMEOUT_MS = 5_000;

export interface OrderlyEndOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the engines and writes what is left to write. */
  readonly stop: () => Promise<void>;
  /** Ends the process at once. */
  readonly exit: () => void;
}

/**
 * Call at each wish to quit: the first begins the end. Further ones change nothing, as an impatient second
 * Ctrl C would otherwise cut off what the first one writes.
 */
export function createOrderlyEnd({ clock, log, stop, exit }: OrderlyEndOptions): () => void {
  let hasBegun = false;
  let hasExited = false;
  const exitOnce = () => {
    if (hasExited) return;
    hasExited = true;
    exit();
  };
  return () => {
    if (hasBegun) return;
    hasBegun = true;
    const cancelTimeout = clock.after(END_TIMEOUT_MS, exitOnce);
    void Promise.resolve()
      .then(stop)
      .catch((error: unknown) => log.error('end failed', { error: String(error) }))
      .finally(() => {
        cancelTimeout();
        exitOnce();
      });
  };
}
