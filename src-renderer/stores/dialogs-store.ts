import { createStore } from 'zustand/vanilla';

export interface TokenRequest {
  /** Done once a token has been stored. */
  readonly afterwards?: (() => void) | undefined;
}

export interface DialogsState {
  readonly token: TokenRequest | null;
  readonly askForToken: (request: TokenRequest) => void;
  readonly close: () => void;
}

/** Dialogs that can be called for from anywhere, by a button of an error. */
export function createDialogsStore() {
  return createStore<DialogsState>()((set) => ({
    token: null,
    askForToken: (token) => set({ token }),
    close: () => set({ token: null }),
  }));
}
