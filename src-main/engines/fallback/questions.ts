/**
 * Questions to a person, each open until it is answered, its time is over, or whoever asked gave up.
 *
 * ```
 *  open ──answer──▶ chosen
 *    ├──deadline, end of the program──▶ the default
 *    └──the request is given up──▶ rejected with its reason
 * ```
 */
import { randomUUID } from 'node:crypto';
import type { Question } from '../../../src-shared/domain/fallback.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Clock, Publish } from '../ports.ts';
import type { Choices } from './choices.ts';

export type Choice = Question['choices'][number];

export interface Settled {
  readonly choice: Choice;
  /** Whether a person chose it. */
  readonly wasAnswered: boolean;
}

interface Open {
  readonly question: Question;
  readonly settle: (choice: string, wasAnswered: boolean) => void;
}

export function createQuestions({ clock, publish }: { clock: Clock; publish: Publish }) {
  const open = new Map<string, Open>();

  /** @throws the reason of the signal */
  function ask(about: Choices, openForMs: number, signal: AbortSignal): Promise<Settled> {
    signal.throwIfAborted();
    const { decision, choices, defaultChoice } = about;
    const id = randomUUID();
    const deadline = new Date(clock.now() + openForMs).toISOString();
    const question: Question = { id, decision, choices, defaultChoice, deadline };
    return new Promise<Settled>((resolve, reject) => {
      const withdraw = () => {
        cancel();
        signal.removeEventListener('abort', giveUp);
        open.delete(id);
        publish('fallback.question', { questionId: id, question: null });
      };
      const settle = (chosen: string, wasAnswered: boolean) => {
        const choice = choices.find((one) => one.id === chosen);
        if (!choice) throw unknown(`choice: the question has no choice “${chosen}”`);
        withdraw();
        resolve({ choice, wasAnswered });
      };
      const giveUp = () => {
        withdraw();
        reject(signal.reason);
      };
      const cancel = clock.after(openForMs, () => settle(defaultChoice, false));
      signal.addEventListener('abort', giveUp, { once: true });
      open.set(id, { question, settle });
      publish('fallback.question', { questionId: id, question });
    });
  }

  return {
    ask,
    list: (): readonly Question[] => [...open.values()].map(({ question }) => question),
    /** @throws AppError `INPUT_INVALID` when it is not open, or has no such choice */
    answer: (id: string, choice: string): void => {
      const asked = open.get(id);
      if (!asked) throw unknown('id: there is no such open question; it may be settled already');
      asked.settle(choice, true);
    },
    /** What is open is decided by its default. */
    close: (): void => {
      for (const { question, settle } of [...open.values()]) settle(question.defaultChoice, false);
    },
  };
}

const unknown = (problem: string) => new AppError('INPUT_INVALID', { problem });
