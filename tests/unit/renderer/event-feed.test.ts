import { describe, expect, it } from 'vitest';
import { startEventFeed } from '../../../src-renderer/bridge/event-feed.ts';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import { aDownload, anEvent } from './support/builders.ts';

/** News of a model, or of another one. */
const news = (seq: number, about = 'one') =>
  anEvent(seq, 'model.status', { modelId: `hf:a/${about}`, model: null });

/** A feed whose snapshot arrives when the test says so. */
function startFeed() {
  const applied: number[] = [];
  const listeners = new Set<(events: readonly LarderEvent[]) => void>();
  let asked = 0;
  let arrive = () => {};
  const stop = startEventFeed({
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    loadSnapshot: () => {
      asked = listeners.size;
      return new Promise((resolve) => {
        arrive = resolve;
      });
    },
    apply: (events) => applied.push(...events.map(({ seq }) => seq)),
  });
  return {
    applied,
    stop,
    listenersWhenAsked: asked,
    emit: (...events: LarderEvent[]) => {
      for (const listener of listeners) listener(events);
    },
    answer: async () => {
      arrive();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

describe('S2 event feed', () => {
  it('subscribes before it asks for the snapshot', () => {
    expect(startFeed().listenersWhenAsked).toBe(1);
  });

  it('holds events back until the snapshot is in place', async () => {
    const feed = startFeed();
    feed.emit(news(1), news(2));
    expect(feed.applied).toEqual([]);
    await feed.answer();
    expect(feed.applied).toEqual([1, 2]);
  });

  it('applies a batch in the order of its sequence', async () => {
    const feed = startFeed();
    await feed.answer();
    feed.emit(news(3), news(1), news(2));
    expect(feed.applied).toEqual([1, 2, 3]);
  });

  it('drops what is older than news of the same thing', async () => {
    const feed = startFeed();
    await feed.answer();
    feed.emit(news(5));
    feed.emit(news(4), news(5), news(6));
    expect(feed.applied).toEqual([5, 6]);
  });

  it('takes late news of one thing although news of another was faster', async () => {
    const feed = startFeed();
    await feed.answer();
    feed.emit(news(9, 'other'));
    feed.emit(news(4));
    expect(feed.applied).toEqual([9, 4]);
  });

  it('drops progress that is older than news of the state of the same download', async () => {
    const feed = startFeed();
    await feed.answer();
    const download = aDownload();
    const { id: downloadId, modelId } = download;
    feed.emit(anEvent(8, 'download.state', { downloadId, modelId, download: null }));
    feed.emit(anEvent(7, 'download.progress', { download }));
    expect(feed.applied).toEqual([8]);
  });

  it('hears nothing after it was ended', async () => {
    const feed = startFeed();
    await feed.answer();
    feed.stop();
    feed.emit(news(1));
    expect(feed.applied).toEqual([]);
  });
});
