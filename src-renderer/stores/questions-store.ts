import { createStore } from 'zustand/vanilla';
import type { Question } from '../../src-shared/domain/fallback.ts';
import type { Client } from '../bridge/client.ts';

export interface QuestionsState {
  /** The one that is decided first comes first. */
  readonly questions: readonly Question[];
  readonly load: () => Promise<void>;
  /** Puts one in, or takes it out with `null`. */
  readonly put: (questionId: string, question: Question | null) => void;
}

/** Which model may answer, where a request asks the person. */
export function createQuestionsStore(call: Client) {
  return createStore<QuestionsState>()((set) => ({
    questions: [],
    load: async () => {
      const answer = await call('fallback.questions', {});
      if (answer.ok) set({ questions: mostUrgentFirst(answer.value.items) });
    },
    put: (questionId, question) =>
      set(({ questions }) => {
        const others = questions.filter(({ id }) => id !== questionId);
        return { questions: question ? mostUrgentFirst([...others, question]) : others };
      }),
  }));
}

const mostUrgentFirst = (questions: readonly Question[]) =>
  questions.toSorted((a, b) => a.deadline.localeCompare(b.deadline));
