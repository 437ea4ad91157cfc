import { createStore } from 'zustand/vanilla';
import type { FallbackMode } from '../../src-shared/domain/fallback.ts';
import type { GenerationRequest } from '../../src-shared/domain/generation.ts';
import type { Client } from '../bridge/client.ts';
import { isBusy, isOver, messagesOf, type Turn, withRequest } from '../format/turns.ts';
import { followAnswer } from './follow-answer.ts';

/** *Try it*: what was asked and answered. Held in memory only, and gone with the window. */
export interface ConversationState {
  readonly turns: readonly Turn[];
  /** The model that is asked next: an id, an alias or a reference; `null` until one is chosen. */
  readonly model: string | null;
  /** `null` leaves it to the settings. */
  readonly fallback: FallbackMode | null;
  /** What is being typed. */
  readonly draft: string;
  readonly choose: (model: string | null) => void;
  readonly allow: (fallback: FallbackMode | null) => void;
  readonly write: (draft: string) => void;
  /** Asks the chosen model. Resolves when the answer has ended. */
  readonly send: (prompt: string) => Promise<void>;
  /** Asks what was asked in that turn once more, of the same model. */
  readonly again: (turnId: number) => Promise<void>;
  readonly stop: (turnId: number) => Promise<void>;
  /** Forgets all of it. What is being written is stopped; what waits for its model is listed with the requests. */
  readonly clear: () => void;
  /** News of a request; of others than those of this conversation nothing is kept. */
  readonly put: (request: GenerationRequest) => void;
}

export function createConversationStore(call: Client) {
  return createStore<ConversationState>()((set, get) => {
    let lastId = 0;
    const find = (turnId: number) => get().turns.find(({ id }) => id === turnId);
    const change = (turnId: number, next: (turn: Turn) => Turn) =>
      set(({ turns }) => ({
        turns: turns.map((turn) => (turn.id === turnId ? next(turn) : turn)),
      }));
    const ask = async (model: string, prompt: string) => {
      const { turns, fallback } = get();
      const turn = newTurn(++lastId, model, prompt);
      const messages = [...messagesOf(turns), { role: 'user', content: prompt }];
      set({ turns: [...turns, turn] });
      await followAnswer({
        call,
        body: { model, messages, ...(fallback && { larder: { fallback } }) },
        turn: () => find(turn.id),
        change: (next) => change(turn.id, next),
      });
    };
    return {
      turns: [],
      model: null,
      fallback: null,
      draft: '',
      choose: (model) => set({ model }),
      allow: (fallback) => set({ fallback }),
      write: (draft) => set({ draft }),
      send: async (prompt) => {
        const { model } = get();
        if (model !== null) await ask(model, prompt);
      },
      again: async (turnId) => {
        const turn = find(turnId);
        if (turn) await ask(turn.model, turn.prompt);
      },
      stop: async (turnId) => {
        const turn = find(turnId);
        if (!turn || isOver(turn)) return;
        if (turn.request === null) change(turnId, (one) => ({ ...one, isStopped: true }));
        else await cancel(call, turn.request, (next) => change(turnId, next));
      },
      clear: () => {
        const busy = get().turns.filter(isBusy);
        set({ turns: [] });
        for (const { request } of busy)
          if (request) void call('requests.cancel', { id: request.id });
      },
      put: (request) => {
        const turn = get().turns.find((one) => one.request?.id === request.id);
        if (turn) change(turn.id, (one) => withRequest(one, request));
      },
    };
  });
}

async function cancel(
  call: Client,
  { id }: GenerationRequest,
  change: (next: (turn: Turn) => Turn) => void,
): Promise<void> {
  const answer = await call('requests.cancel', { id });
  if (answer.ok) change((turn) => withRequest(turn, answer.value));
}

const newTurn = (id: number, model: string, prompt: string): Turn => ({
  id,
  model,
  prompt,
  request: null,
  text: '',
  error: null,
  setup: [],
  isStopped: false,
});
