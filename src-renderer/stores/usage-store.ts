import { createStore } from 'zustand/vanilla';
import type { Usage } from '../../src-shared/domain/usage.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface UsageState {
  readonly usage: Loadable<Usage>;
  readonly load: () => Promise<void>;
}

export function createUsageStore(call: Client) {
  return createStore<UsageState>()((set, get) => ({
    usage: LOADING,
    load: coalesced(async () => {
      set({ usage: reloaded(get().usage, await call('analytics.get', {})) });
    }),
  }));
}
