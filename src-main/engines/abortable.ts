import type { Clock } from './ports.ts';

/** The work's outcome, or the signal's reason as soon as it is aborted. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** Waits, unless the signal is aborted first: then rejects with its reason. */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  const waited = new Promise<void>((resolve) => {
    cancel = clock.after(Math.max(0, delayMs), resolve);
  });
  await abortable(waited, signal).finally(() => cancel());
}
