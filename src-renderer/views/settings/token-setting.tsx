import { Button, Group, Text } from '@mantine/core';
import { SettingRow } from '../../components/setting-row.tsx';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import type { SystemInfo } from '../../stores/system-store.ts';

/** The access token: whether there is one and where it is kept. The token itself is never shown. */
export function TokenSetting() {
  const stores = useStores();
  const info = useSlice('system', (state) => loadedValue(state.info));
  if (!info) return null;
  const { token } = info.hub;
  const forget = async () => {
    const input = { source: 'hf', token: null } as const;
    const answer = await run(stores, ['settings.setToken', input]);
    if (!answer.ok) return;
    stores.notices.getState().note('Access token forgotten');
    await stores.system.getState().load();
  };
  return (
    <SettingRow
      label="Access token"
      doc="Needed for gated and private models only."
      fixed={token === 'environment' ? 'Set by HF_TOKEN' : null}
    >
      <Group gap="xs" justify="flex-end">
        <Text size="xs" c="dimmed">
          {placeOf(info)}
        </Text>
        {token !== 'environment' && (
          <Button
            size="xs"
            variant="default"
            onClick={() => stores.dialogs.getState().askForToken({})}
          >
            {token === 'none' ? 'Add a token…' : 'Replace…'}
          </Button>
        )}
        {token === 'settings' && (
          <Button size="xs" variant="default" onClick={() => void forget()}>
            Forget
          </Button>
        )}
      </Group>
    </SettingRow>
  );
}

function placeOf({ hub, secrets }: SystemInfo): string {
  if (hub.token === 'none') return 'None';
  if (hub.token === 'environment') return 'From HF_TOKEN, never stored';
  return secrets === 'encrypted' ? 'Kept encrypted' : 'Kept as plain text';
}
