import { createStore } from 'zustand/vanilla';
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export type Recovery = OperationOutput<'recovery.statistics'>;

export interface RecoveryState {
  /** What was tried by itself when something failed; asked for where it is shown. */
  readonly recovery: Loadable<Recovery>;
  readonly load: () => Promise<void>;
}

export function createRecoveryStore(call: Client) {
  return createStore<RecoveryState>()((set, get) => ({
    recovery: LOADING,
    load: coalesced(async () => {
      set({ recovery: reloaded(get().recovery, await call('recovery.statistics', {})) });
    }),
  }));
}
