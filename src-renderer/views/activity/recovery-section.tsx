import { useEffect } from 'react';
import { RecoveryTables } from '../../components/recovery-tables.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

/** What Larder tried by itself when something failed; nothing while there was nothing to try. */
export function RecoverySection() {
  const stores = useStores();
  const recovery = useSlice('recovery', (state) => loadedValue(state.recovery));
  useEffect(() => void stores.recovery.getState().load(), [stores]);
  if (!recovery?.strategies.some(({ tried }) => tried > 0)) return null;
  return (
    <SettingsSection title="Tried by itself">
      <RecoveryTables recovery={recovery} now={Date.now()} />
    </SettingsSection>
  );
}
