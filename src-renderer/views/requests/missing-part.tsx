import { Skeleton, Stack } from '@mantine/core';
import { SettingsSection } from '../../components/settings-section.tsx';
import { SETTING_FIELDS } from '../../format/setting-fields.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice } from '../../stores/stores-context.ts';
import { SettingFieldRow } from '../settings/setting-field-row.tsx';
import { Simulator } from './simulator.tsx';

const RULES = SETTING_FIELDS.filter(({ group }) => group === 'fallback');
const NAMES = SETTING_FIELDS.filter(({ key }) => key === 'generation.aliases');

/** What happens when a model is asked for that is not here: tried out, and set. */
export function MissingPart() {
  const settings = useSlice('settings', (state) => loadedValue(state.settings));
  if (!settings) return <Skeleton height={220} aria-busy aria-label="Loading the settings" />;
  return (
    <Stack gap="xl">
      <Simulator />
      <SettingsSection title="When a model is missing">
        {RULES.map((field) => (
          <SettingFieldRow key={field.key} field={field} snapshot={settings} />
        ))}
      </SettingsSection>
      <SettingsSection title="Names">
        {NAMES.map((field) => (
          <SettingFieldRow key={field.key} field={field} snapshot={settings} />
        ))}
      </SettingsSection>
    </Stack>
  );
}
