import { createStore } from 'zustand/vanilla';
import type { EventData } from '../../src-shared/contract/events.ts';
import type { Inventory } from '../../src-shared/domain/inventory.ts';
import type { Client } from '../bridge/client.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface InventoryState {
  readonly inventory: Loadable<Inventory>;
  readonly load: () => Promise<void>;
  /** How far a scan is; what it found is asked for. */
  readonly put: (news: EventData<'inventory.state'>) => void;
}

export function createInventoryStore(call: Client) {
  return createStore<InventoryState>()((set, get) => ({
    inventory: LOADING,
    load: coalesced(async () => {
      if (get().inventory.status === 'failed') set({ inventory: LOADING });
      set({ inventory: reloaded(get().inventory, await call('import.list', {})) });
    }),
    put: (news) =>
      set(({ inventory }) =>
        inventory.status === 'ready'
          ? { inventory: { status: 'ready', value: { ...inventory.value, ...news } } }
          : {},
      ),
  }));
}
