/**
 * Events in batches, for a window: at most one batch per interval, and of a download's progress only
 * the newest, at most four times a second. All other events are delivered, in their order.
 */
import type { LarderEvent } from '../../src-shared/contract/events.ts';
import type { Clock } from '../engines/ports.ts';
import type { EventBus } from './events.ts';

/** Between two batches. */
const BATCH_INTERVAL_MS = 100;
/** Between two progress events of one download. */
const PROGRESS_INTERVAL_MS = 250;

/**
 * Progress may be held back while later events of other downloads and models go ahead; events about
 * one download always keep their order, because news of its state replaces held-back progress.
 * @param send receives batches of at least one event
 * @returns ends the subscription; what waits is dropped
 */
export function batch(
  bus: EventBus,
  clock: Clock,
  send: (events: readonly LarderEvent[]) => void,
  intervalMs: number = BATCH_INTERVAL_MS,
): () => void {
  let waiting: LarderEvent[] = [];
  let cancel: (() => void) | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;
  const progressSentAt = new Map<string, number>();

  function add(event: LarderEvent): void {
    const downloadId = downloadOf(event);
    if (downloadId !== null) {
      waiting = waiting.filter((other) => !isProgressOf(other, downloadId));
    }
    if (isLastOf(event)) progressSentAt.delete(event.data.downloadId);
    waiting.push(event);
    schedule();
  }

  function schedule(): void {
    cancel?.();
    cancel = null;
    if (waiting.length === 0) return;
    const now = clock.now();
    const due = Math.max(sentAt + intervalMs, Math.min(...waiting.map(dueAt)));
    cancel = clock.after(Math.max(0, due - now), flush);
  }

  function dueAt(event: LarderEvent): number {
    if (event.type !== 'download.progress') return Number.NEGATIVE_INFINITY;
    const before = progressSentAt.get(event.data.download.id) ?? Number.NEGATIVE_INFINITY;
    return before + PROGRESS_INTERVAL_MS;
  }

  function flush(): void {
    cancel = null;
    const now = clock.now();
    const ready = waiting.filter((event) => dueAt(event) <= now);
    waiting = waiting.filter((event) => dueAt(event) > now);
    for (const event of ready) {
      if (event.type === 'download.progress') progressSentAt.set(event.data.download.id, now);
    }
    if (ready.length > 0) {
      sentAt = now;
      send(ready);
    }
    schedule();
  }

  const unsubscribe = bus.subscribe(add);
  return () => {
    unsubscribe();
    cancel?.();
    waiting = [];
  };
}

function downloadOf(event: LarderEvent): string | null {
  if (event.type === 'download.progress') return event.data.download.id;
  return event.type === 'download.state' ? event.data.downloadId : null;
}

function isLastOf(event: LarderEvent): event is LarderEvent & { type: 'download.state' } {
  if (event.type !== 'download.state') return false;
  return event.data.download === null || event.data.download.state.kind === 'done';
}

function isProgressOf(event: LarderEvent, downloadId: string): boolean {
  return event.type === 'download.progress' && event.data.download.id === downloadId;
}
