import { createStore } from 'zustand/vanilla';
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import type { RuntimeInfo } from '../../src-shared/domain/generation.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export type Runtimes = OperationOutput<'runtimes.list'>;

export interface RuntimesState {
  readonly runtimes: Loadable<Runtimes>;
  readonly load: () => Promise<void>;
  readonly put: (items: readonly RuntimeInfo[]) => void;
}

/** What can run models on this computer, and where programs reach it. */
export function createRuntimesStore(call: Client) {
  return createStore<RuntimesState>()((set, get) => ({
    runtimes: LOADING,
    load: coalesced(async () => {
      set({ runtimes: reloaded(get().runtimes, await call('runtimes.list', {})) });
    }),
    put: (items) =>
      set(({ runtimes }) =>
        runtimes.status === 'ready'
          ? { runtimes: { status: 'ready', value: { ...runtimes.value, items: [...items] } } }
          : {},
      ),
  }));
}
