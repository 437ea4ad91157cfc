import { createStore } from 'zustand/vanilla';
import type { LibraryInfo } from '../../src-shared/domain/library.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface LibrariesState {
  /** The main one first. */
  readonly libraries: Loadable<readonly LibraryInfo[]>;
  readonly load: () => Promise<void>;
  readonly put: (items: readonly LibraryInfo[]) => void;
}

export function createLibrariesStore(call: Client) {
  return createStore<LibrariesState>()((set, get) => ({
    libraries: LOADING,
    load: coalesced(async () => {
      const answer = await call('libraries.list', {});
      const items = answer.ok ? { ...answer, value: answer.value.items } : answer;
      set({ libraries: reloaded(get().libraries, items) });
    }),
    put: (items) => set({ libraries: { status: 'ready', value: items } }),
  }));
}
