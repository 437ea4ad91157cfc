import { createStore } from 'zustand/vanilla';
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type { OperationInput } from '../../src-shared/contract/operations.ts';
import type { SettingsSnapshot } from '../../src-shared/contract/settings.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface SettingsState {
  readonly settings: Loadable<SettingsSnapshot>;
  readonly load: () => Promise<void>;
  readonly put: (snapshot: SettingsSnapshot) => void;
  readonly patch: (
    changes: OperationInput<'settings.patch'>,
  ) => Promise<Envelope<SettingsSnapshot>>;
}

export function createSettingsStore(call: Client) {
  return createStore<SettingsState>()((set, get) => ({
    settings: LOADING,
    load: async () => {
      if (get().settings.status === 'failed') set({ settings: LOADING });
      const answer = await call('settings.get', {});
      set({ settings: reloaded(get().settings, answer) });
    },
    put: (value) => set({ settings: { status: 'ready', value } }),
    patch: async (changes) => {
      const answer = await call('settings.patch', changes);
      if (answer.ok) get().put(answer.value);
      return answer;
    },
  }));
}
