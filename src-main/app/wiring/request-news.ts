/** Requests beside the window: a question that waits for a person, and an answer that came after its model did. */
import { hasEnded, OWN_APP } from '../../../src-shared/domain/generation.ts';
import type { EventBus } from '../../transports/events.ts';
import type { News } from './alert-news.ts';

export interface RequestNewsWiring {
  readonly bus: EventBus;
  /** Whether a person looks at the window, which shows both itself. */
  readonly isSeen: () => boolean;
  readonly notify: (news: News) => void;
}

/** Each is told once. What was asked and what was answered stays out of it. */
export function followRequests({ bus, isSeen, notify }: RequestNewsWiring): void {
  const told = new Set<string>();
  const underWay = new Set<string>();
  const tell = (id: string, news: News) => {
    if (told.has(id) || isSeen()) return;
    told.add(id);
    notify(news);
  };
  bus.subscribe((event) => {
    if (event.type === 'request.state') {
      const { requestId, request } = event.data;
      if (request === null) told.delete(requestId);
      const wasUnderWay = underWay.has(requestId);
      if (request && !hasEnded(request)) underWay.add(requestId);
      else underWay.delete(requestId);
      // Of one that was answered before the program was started, the person knows.
      if (!wasUnderWay || request?.state.kind !== 'done' || request.strategy !== 'queued') return;
      const isTheirs = request.app !== null && request.app !== OWN_APP;
      const from = isTheirs ? ` from ${request.app}` : '';
      const body = `${request.requested} has arrived and answered the request${from} that waited for it.`;
      tell(requestId, { title: 'A request was answered', body });
    }
    if (event.type === 'fallback.question') {
      const { questionId, question } = event.data;
      if (question === null) told.delete(questionId);
      else {
        const body = `${question.decision.requestedId} cannot answer now. Choose what may answer in its place.`;
        tell(questionId, { title: 'Which model may answer?', body });
      }
    }
  });
}
