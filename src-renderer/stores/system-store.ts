import { createStore } from 'zustand/vanilla';
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export type SystemInfo = OperationOutput<'system.info'>;

export interface SystemState {
  readonly info: Loadable<SystemInfo>;
  readonly load: () => Promise<void>;
}

export function createSystemStore(call: Client) {
  return createStore<SystemState>()((set, get) => ({
    info: LOADING,
    load: async () => {
      const answer = await call('system.info', {});
      set({ info: reloaded(get().info, answer) });
    },
  }));
}
