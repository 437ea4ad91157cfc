import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApis, StoreStates, Stores } from './create-stores.ts';

export const StoresContext = createContext<Stores | null>(null);

/** The stores themselves, for commands. Views read them with {@link useSlice}. */
export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (!stores) throw new Error('No StoresContext around this component');
  return stores;
}

/** A part of one store; the view renders again when that part changes. */
export function useSlice<S extends keyof StoreStates, T>(
  slice: S,
  selector: (state: StoreStates[S]) => T,
): T {
  const stores: StoreApis = useStores();
  return useStore(stores[slice], selector);
}
