import { createStore } from 'zustand/vanilla';
import type { ErrorContext } from './error-context.ts';

export type Notice =
  | { readonly id: number; readonly kind: 'note'; readonly text: string; readonly undo?: Undo }
  | { readonly id: number; readonly kind: 'problem'; readonly context: ErrorContext };

/** Takes back what a notice tells of. */
export interface Undo {
  /** ISO 8601; the notice stays so long. */
  readonly until: string;
  readonly onUndo: () => void;
}

export interface NoticesState {
  readonly notices: readonly Notice[];
  /** The latest change of state in words, for screen readers. */
  readonly announcement: string;
  /** Goes away by itself. */
  readonly note: (text: string, undo?: Undo) => void;
  /** Stays until dismissed. */
  readonly problem: (context: ErrorContext) => void;
  readonly dismiss: (id: number) => void;
  readonly announce: (text: string) => void;
}

const MOST_AT_ONCE = 3;

export function createNoticesStore() {
  return createStore<NoticesState>()((set) => {
    let nextId = 1;
    const add = (notice: Notice) =>
      set(({ notices }) => ({ notices: [...notices, notice].slice(-MOST_AT_ONCE) }));
    return {
      notices: [],
      announcement: '',
      note: (text, undo) => add({ id: nextId++, kind: 'note', text, ...(undo && { undo }) }),
      problem: (context) => add({ id: nextId++, kind: 'problem', context }),
      dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((one) => one.id !== id) })),
      announce: (announcement) => set({ announcement }),
    };
  });
}
