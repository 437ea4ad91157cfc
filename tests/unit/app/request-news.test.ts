import { expect, it } from 'vitest';
import type { News } from '../../../src-main/app/wiring/alert-news.ts';
import { followRequests } from '../../../src-main/app/wiring/request-news.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { GenerationRequest, RequestState } from '../../../src-shared/domain/generation.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const AT = '2026-01-31T12:00:00.000Z';
const DONE: RequestState = {
  ...{ kind: 'done', endedAt: AT, durationMs: 1, firstTokenMs: null },
  ...{ tokens: 3, tokensPerSecond: null },
};

function rig() {
  const bus = createEventBus({ clock: createManualClock().clock, log });
  const news: News[] = [];
  let isSeen = false;
  followRequests({ bus, isSeen: () => isSeen, notify: (each) => news.push(each) });
  const change = (id: string, strategy: GenerationRequest['strategy'], state: RequestState) => {
    const request: GenerationRequest = {
      ...{ id, kind: 'chat', requested: 'tiny', requestedId: 'hf:a/tiny', modelId: null },
      ...{ strategy, app: 'notes', priority: 0, createdAt: AT, expiresAt: null, state },
      can: { cancel: false, prioritize: false },
    };
    bus.publish('request.state', { requestId: id, request });
  };
  const look = () => {
    isSeen = true;
  };
  return { change, look, news };
}

it('an answer that came late is told once, any other is not', () => {
  const { change, news } = rig();
  change('a', 'exact', DONE);
  change('b', 'queued', { kind: 'loading', startedAt: AT });
  change('b', 'queued', DONE);
  change('b', 'queued', DONE);
  expect(news).toEqual([
    {
      title: 'A request was answered',
      body: 'tiny has arrived and answered the request from notes that waited for it.',
    },
  ]);
});

it('nothing is told to who looks at the window', () => {
  const { change, look, news } = rig();
  look();
  change('b', 'queued', DONE);
  expect(news).toEqual([]);
});
