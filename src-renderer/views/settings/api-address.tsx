import { Button, Text } from '@mantine/core';
import { CopyText } from '../../components/copy-text.tsx';
import { SettingRow } from '../../components/setting-row.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

/** Where the local API answers, while it does, and how programs are connected. */
export function ApiAddress() {
  const stores = useStores();
  const url = useSlice('system', ({ info }) => loadedValue(info)?.api.url);
  return (
    <SettingRow label="Address" doc="Its token is in api.json in the data folder.">
      {url && (
        <Text size="sm" component="div">
          <CopyText text={url} label="Copy the address" />
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        onClick={() => stores.navigation.getState().showRequests('programs')}
      >
        Connect a program
      </Button>
    </SettingRow>
  );
}
