/** Goes through one folder of another program, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FoundRepository, Place } from '../engines/inventory/ports.ts';
import { ADAPTERS } from '../library/others/adapters.ts';

/** `null` is the end. */
export type InventoryMessage = readonly FoundRepository[] | null;

/** Repositories that are told of together. */
const AT_ONCE = 64;

const { app, folder } = workerData as Place;
// Whoever wants it stopped ends the thread.
const { signal } = new AbortController();
const tell = (message: InventoryMessage) => parentPort?.postMessage(message);

let some: FoundRepository[] = [];
for await (const repository of ADAPTERS[app](folder, signal)) {
  some.push(repository);
  if (some.length < AT_ONCE) continue;
  tell(some);
  some = [];
}
tell(some);
tell(null);
