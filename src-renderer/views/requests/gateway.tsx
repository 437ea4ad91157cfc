import { Button, Stack, Text } from '@mantine/core';
import { CopyText } from '../../components/copy-text.tsx';
import { SettingRow } from '../../components/setting-row.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { fixedBy, SETTING_FIELDS } from '../../format/setting-fields.ts';
import { clientBase } from '../../format/snippets.ts';
import type { Stores } from '../../stores/create-stores.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { SettingFieldRow } from '../settings/setting-field-row.tsx';
import { GatewayToken } from './gateway-token.tsx';
import { Snippets } from './snippets.tsx';

interface GatewayProps {
  /** Base address for clients; `null` while the local API is off. */
  readonly url: string | null;
}

const PORT_FIELDS = SETTING_FIELDS.filter(({ key }) => key === 'api.port');
const SWITCH_FIELDS = SETTING_FIELDS.filter(({ key }) => key === 'api.enabled');

/** The address at which programs ask Larder's models. */
export function Gateway({ url }: GatewayProps) {
  const settings = useSlice('settings', (state) => loadedValue(state.settings));
  if (!settings) return null;
  const isOn = settings.values.api.enabled;
  return (
    <SettingsSection title="Connect a program">
      {isOn ? (
        <Explanation />
      ) : (
        <Offer
          isFixed={fixedBy('api.enabled', settings.origins['api.enabled'] ?? 'default') !== null}
        />
      )}
      {isOn &&
        SWITCH_FIELDS.map((field) => (
          <SettingFieldRow key={field.key} field={field} snapshot={settings} />
        ))}
      {PORT_FIELDS.map((field) => (
        <SettingFieldRow key={field.key} field={field} snapshot={settings} />
      ))}
      {url !== null && <Address url={url} hasFixedPort={settings.values.api.port !== 0} />}
      {url !== null && <GatewayToken key={url} />}
      {url !== null && <Snippets base={clientBase(url)} />}
    </SettingsSection>
  );
}

const Explanation = () => (
  <Text size="sm" p="md">
    Programs that speak the OpenAI API can use all your models at one address.
  </Text>
);

/** The local API is off until somebody wants it. */
function Offer({ isFixed }: { readonly isFixed: boolean }) {
  const stores = useStores();
  return (
    <Stack p="md" gap="sm" align="flex-start">
      <Text size="sm">
        Programs that speak the OpenAI API can use all your models at one address. It is off now,
        and only this computer can reach it.
      </Text>
      <Button size="xs" disabled={isFixed} onClick={() => void change(stores, { enabled: true })}>
        Switch it on
      </Button>
    </Stack>
  );
}

async function change(
  stores: Stores,
  api: { readonly enabled?: boolean; readonly port?: number },
): Promise<void> {
  const answer = await run(stores, ['settings.patch', { api }]);
  if (answer.ok) stores.settings.getState().put(answer.value);
}

interface AddressProps {
  readonly url: string;
  readonly hasFixedPort: boolean;
}

function Address({ url, hasFixedPort }: AddressProps) {
  const stores = useStores();
  const port = Number(new URL(url).port);
  return (
    <SettingRow
      label="Address"
      doc={
        hasFixedPort
          ? 'The base address (“base URL”) that programs ask for.'
          : 'The port changes with each start, unless you keep it.'
      }
    >
      <Text size="sm" component="div">
        <CopyText text={clientBase(url)} label="Copy the address" />
      </Text>
      {!hasFixedPort && port > 0 && (
        <Button size="compact-xs" variant="default" onClick={() => void change(stores, { port })}>
          Keep port {port}
        </Button>
      )}
    </SettingRow>
  );
}
