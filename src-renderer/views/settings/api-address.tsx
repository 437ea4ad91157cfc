import { Text } from '@mantine/core';
import { CopyText } from '../../components/copy-text.tsx';
import { SettingRow } from '../../components/setting-row.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice } from '../../stores/stores-context.ts';

/** Where the local API answers, while it does. */
export function ApiAddress() {
  const url = useSlice('system', ({ info }) => loadedValue(info)?.api.url);
  if (!url) return null;
  return (
    <SettingRow label="Address" doc="Its token is in api.json in the data folder.">
      <Text size="sm" component="div">
        <CopyText text={url} label="Copy the address" />
      </Text>
    </SettingRow>
  );
}
