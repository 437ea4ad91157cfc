import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FoundRepository, Place } from '../engines/inventory/ports.ts';
import type { InventoryMessage } from '../workers/inventory-worker.ts';
import { workerUrl } from './worker-url.ts';

/**
 * Reads a place the way its program lays it out, in a thread of its own: it is asked for every file there.
 * @throws the reason of the signal
 */
export async function* readPlace(
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<FoundRepository> {
  signal.throwIfAborted();
  const { app, folder } = place;
  const worker = new Worker(workerUrl('inventory-worker'), { workerData: { app, folder } });
  try {
    for await (const [message] of on(worker, 'message', { signal, close: ['exit'] })) {
      const found = message as InventoryMessage;
      if (found === null) return;
      yield* found;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}
