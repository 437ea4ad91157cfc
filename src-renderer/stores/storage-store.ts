import { createStore } from 'zustand/vanilla';
import type { Cleanup, Storage } from '../../src-shared/domain/storage.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface StorageState {
  readonly storage: Loadable<Storage>;
  readonly cleanup: Loadable<Cleanup>;
  /** Bytes that should become free; `null` shows what could go without choosing any. */
  readonly targetBytes: number | null;
  /** Both are measured anew. */
  readonly load: () => Promise<void>;
  readonly aim: (targetBytes: number | null) => void;
}

export function createStorageStore(call: Client) {
  return createStore<StorageState>()((set, get) => ({
    storage: LOADING,
    cleanup: LOADING,
    targetBytes: null,
    load: coalesced(async () => {
      const { targetBytes } = get();
      const aim = targetBytes === null ? {} : { targetBytes };
      const [storage, cleanup] = await Promise.all([
        call('storage.get', {}),
        call('cleanup.propose', aim),
      ]);
      set((before) => ({
        storage: reloaded(before.storage, storage),
        cleanup: reloaded(before.cleanup, cleanup),
      }));
    }),
    aim: (targetBytes) => {
      set({ targetBytes });
      void get().load();
    },
  }));
}
