import { Button } from '@mantine/core';
import { SettingRow } from '../../components/setting-row.tsx';
import { useStores } from '../../stores/stores-context.ts';

/** Leads to the settings that can be tried out where they are. */
export function MissingModelsLink() {
  const stores = useStores();
  return (
    <SettingRow
      label="Missing models"
      doc="Which model answers when another is not here, names that programs use, and a way to try it out."
    >
      <Button
        size="xs"
        variant="default"
        onClick={() => stores.navigation.getState().showRequests('missing')}
      >
        Open
      </Button>
    </SettingRow>
  );
}
