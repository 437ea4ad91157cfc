/** How fast downloads come on this line, as measured by the last ones: what it costs to get a model back. */
import type { QueueDocument } from '../../stores/queue-document.ts';
import type { EventBus } from '../../transports/events.ts';

/** Shorter ones say little. */
const LEAST_BYTES = 32e6;
/** How much of what was known before goes into the new figure. */
const INERTIA = 0.5;

/** @returns what ends it */
export function measureSpeed(bus: EventBus, speed: QueueDocument['speed']): () => void {
  const bestOf = new Map<string, number>();
  return bus.subscribe((event) => {
    if (event.type === 'download.progress') {
      const { modelId, bytesPerSecond, movesFrom, limitBytesPerSecond } = event.data.download;
      if (movesFrom !== null || limitBytesPerSecond !== null) return;
      bestOf.set(modelId, Math.max(bestOf.get(modelId) ?? 0, bytesPerSecond));
    }
    if (event.type !== 'download.state') return;
    const { modelId, download } = event.data;
    if (download && download.state.kind !== 'done') return;
    const best = bestOf.get(modelId);
    bestOf.delete(modelId);
    if (!best || !download || download.sizeBytes < LEAST_BYTES) return;
    const before = speed.get() ?? best;
    speed.set(Math.round(INERTIA * before + (1 - INERTIA) * best));
  });
}
