import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { useStore } from 'zustand';
import type { Stores } from './stores/create-stores.ts';
import { loadedValue } from './stores/loadable.ts';
import { StoresContext } from './stores/stores-context.ts';
import { styleNonce } from './style-nonce.ts';
import { resolveVariables, theme } from './theme.ts';
import { Frame } from './views/frame/frame.tsx';

interface AppProps {
  readonly stores: Stores;
  /** `test` leaves out portals and transitions. */
  readonly env?: 'default' | 'test';
}

export function App({ stores, env = 'default' }: AppProps) {
  const ofSystem = useColorScheme(undefined, { getInitialValueInEffect: false });
  const chosen = useStore(
    stores.settings,
    ({ settings }) => loadedValue(settings)?.values.appearance.theme ?? 'system',
  );
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      forceColorScheme={chosen === 'system' ? ofSystem : chosen}
      getStyleNonce={styleNonce}
      env={env}
    >
      <StoresContext value={stores}>
        <Frame />
      </StoresContext>
    </MantineProvider>
  );
}
