/** One question of the conversation in *Try it*, and how far its answer is. Pure. */
import { type GenerationRequest, hasEnded } from '../../src-shared/domain/generation.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';
import { waitsForFiles } from './requests.ts';

export interface Turn {
  readonly id: number;
  /** The model as it was asked for: an id, an alias or a reference. */
  readonly model: string;
  readonly prompt: string;
  /** `null` until it was accepted. */
  readonly request: GenerationRequest | null;
  readonly text: string;
  readonly error: ErrorReport | null;
  /** What to do first on this computer, when nothing here can answer. */
  readonly setup: readonly string[];
  /** It was stopped before it was accepted. */
  readonly isStopped: boolean;
}

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** What was said so far, for the next answer; placeholders and failures were never said. */
export function messagesOf(turns: readonly Turn[]): readonly Message[] {
  return turns.flatMap(({ prompt, text, request }) =>
    text === '' || request?.strategy === 'placeholder' || request?.state.kind === 'failed'
      ? []
      : [
          { role: 'user', content: prompt },
          { role: 'assistant', content: text },
        ],
  );
}

export function isOver({ request, error, isStopped }: Turn): boolean {
  if (error) return true;
  return request === null ? isStopped : hasEnded(request);
}

/** An answer is being written. One that waits for files does not hold up the next question. */
export function isBusy(turn: Turn): boolean {
  if (isOver(turn)) return false;
  const state = turn.request?.state;
  return !(state?.kind === 'waiting' && waitsForFiles(state));
}

/** What was heard last of a request; news that is older than its end does not count. */
export function withRequest(turn: Turn, request: GenerationRequest): Turn {
  if (turn.request && hasEnded(turn.request) && !hasEnded(request)) return turn;
  return { ...turn, request, error: errorIn(request) ?? turn.error };
}

const errorIn = ({ state }: GenerationRequest) => (state.kind === 'failed' ? state.error : null);
