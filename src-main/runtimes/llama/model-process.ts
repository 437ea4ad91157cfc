/** The main process's side of one loaded model: its process, and what is asked of it at the moment. */
import { AppError } from '../../../src-shared/errors.ts';
import type { Delta } from '../../engines/generation/ports.ts';
import type { RuntimeProcess } from '../process.ts';
import type { Failure, FromRuntime, ToRuntime } from './protocol.ts';

/** What is sent, but for its number. */
type Order = ToRuntime extends infer T
  ? T extends { type: 'abort' }
    ? never
    : Omit<T, 'id'>
  : never;
type Answer = Exclude<FromRuntime, { type: 'delta' | 'failed' }>;

export interface ModelProcess {
  /**
   * Sends an order and waits for its answer; an abort is passed on, and rejects at once with its reason.
   * @throws AppError `RUNTIME_CRASHED` when the process ends first, or what {@link ModelProcess.end} was given
   */
  ask(
    order: Order,
    options: { signal: AbortSignal; onDelta?: (delta: Delta) => void },
  ): Promise<Answer>;
  /** Ends the process; what is under way fails with `reason`. */
  end(reason: AppError): void;
}

interface Question {
  answered(answer: Answer): void;
  failed(error: unknown): void;
  readonly onDelta: ((delta: Delta) => void) | undefined;
}

export interface ModelProcessOptions {
  readonly process: RuntimeProcess;
  /** For sentences. */
  readonly model: string;
  /** What was found wrong, as an error. */
  readonly translate: (failure: Failure) => AppError;
  readonly onEnd: () => void;
}

export function createModelProcess({
  process,
  model,
  translate,
  onEnd,
}: ModelProcessOptions): ModelProcess {
  const questions = new Map<number, Question>();
  let nextId = 1;
  let over: AppError | null = null;

  process.onMessage((message) => {
    const answer = message as FromRuntime;
    const question = questions.get(answer.id);
    if (!question) return;
    if (answer.type === 'delta') return question.onDelta?.(answer.delta);
    questions.delete(answer.id);
    if (answer.type === 'failed') question.failed(translate(answer.failure));
    else question.answered(answer);
  });

  function finish(reason: AppError): void {
    if (over) return;
    over = reason;
    for (const question of questions.values()) question.failed(reason);
    questions.clear();
    onEnd();
  }
  process.onExit(() => finish(new AppError('RUNTIME_CRASHED', { model })));

  return {
    ask: (order, { signal, onDelta }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (over) throw over;
        const id = nextId++;
        const abort = () => {
          questions.delete(id);
          process.send({ type: 'abort', id } satisfies ToRuntime);
          reject(signal.reason);
        };
        const settle = () => signal.removeEventListener('abort', abort);
        signal.addEventListener('abort', abort, { once: true });
        questions.set(id, {
          onDelta,
          answered: (answer) => {
            settle();
            resolve(answer);
          },
          failed: (error) => {
            settle();
            reject(error);
          },
        });
        process.send({ ...order, id } as ToRuntime);
      }),
    end: (reason) => {
      finish(reason);
      process.kill();
    },
  };
}
