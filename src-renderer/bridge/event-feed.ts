import type { LarderEvent } from '../../src-shared/contract/events.ts';

interface EventFeedOptions {
  readonly subscribe: (listener: (events: readonly LarderEvent[]) => void) => () => void;
  /** Asks for the whole state and puts it into the stores. */
  readonly loadSnapshot: () => Promise<void>;
  /** Called with at least one, in their order. */
  readonly apply: (events: readonly LarderEvent[]) => void;
}

/**
 * Keeps the stores in step with the main process: subscribes, asks for the snapshot, and holds back
 * what arrives meanwhile until the snapshot is in place.
 *
 * An event is dropped when a newer one about the same thing has been seen. Only then: progress may be
 * held back on its way while news of other things overtakes it, and progress that was replaced by newer
 * progress never arrives, so gaps and disorder between things are normal. Events carry whole snapshots;
 * repeating one that the snapshot contained does no harm, because a newer one follows.
 *
 * @returns the function that ends it
 */
export function startEventFeed({ subscribe, loadSnapshot, apply }: EventFeedOptions): () => void {
  const newest = new Map<string, number>();
  let held: LarderEvent[] | null = [];

  const isNews = (event: LarderEvent) => {
    const subject = subjectOf(event);
    if (event.seq <= (newest.get(subject) ?? 0)) return false;
    newest.set(subject, event.seq);
    return true;
  };
  const start = async () => {
    await loadSnapshot();
    const waiting = held ?? [];
    held = null;
    if (waiting.length > 0) apply(waiting);
  };

  const unsubscribe = subscribe((events) => {
    const news = events.toSorted((a, b) => a.seq - b.seq).filter(isNews);
    if (held) held.push(...news);
    else if (news.length > 0) apply(news);
  });
  void start();
  return unsubscribe;
}

/** What an event is about. */
function subjectOf(event: LarderEvent): string {
  switch (event.type) {
    case 'model.status':
      return `model ${event.data.modelId}`;
    case 'download.progress':
      return `download ${event.data.download.id}`;
    case 'download.state':
      return `download ${event.data.downloadId}`;
    case 'health.report':
      return `health ${event.data.modelId ?? ''}`;
    case 'health.alert':
      return `alert ${event.data.alertId}`;
    case 'request.state':
      return `request ${event.data.requestId}`;
    case 'fallback.decision':
      return `decision ${event.data.decision.requestedId}`;
    case 'fallback.question':
      return `question ${event.data.questionId}`;
    case 'recovery.attempt':
      return `attempt ${event.seq}`;
    case 'inventory.state':
      return 'inventory';
    case 'library.state':
      return 'libraries';
    case 'analytics.updated':
      return `use ${event.data.modelId}`;
    case 'storage.low':
      return 'space';
    case 'runtime.state':
      return 'runtimes';
    case 'settings.changed':
      return 'settings';
  }
}
