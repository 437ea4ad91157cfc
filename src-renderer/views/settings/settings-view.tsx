import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { SETTING_FIELDS, type SettingField } from '../../format/setting-fields.ts';
import { sentenceCase } from '../../format/words.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { AboutSection } from './about-section.tsx';
import { ApiAddress } from './api-address.tsx';
import { MissingModelsLink } from './missing-models-link.tsx';
import { SettingFieldRow } from './setting-field-row.tsx';
import { TokenSetting } from './token-setting.tsx';

const TITLES: Readonly<Record<string, string>> = {
  hub: 'Sources',
  api: 'Other programs',
  analytics: 'Usage',
  generation: 'Answering',
};

/** What belongs to a group beyond its fields. */
const EXTRAS: Readonly<Record<string, () => ReactNode>> = {
  hub: TokenSetting,
  generation: MissingModelsLink,
  api: ApiAddress,
};

/** Shown where what they do can be tried out: beside the requests. */
const isElsewhere = ({ group, key }: SettingField) =>
  group === 'fallback' || key === 'generation.aliases';

const FIELDS = SETTING_FIELDS.filter((field) => !isElsewhere(field));
const GROUPS = [...new Set(FIELDS.map(({ group }) => group))];

export function SettingsView() {
  return (
    <Page title="Settings">
      <SettingsContent />
    </Page>
  );
}

function SettingsContent() {
  const stores = useStores();
  const { settings, load } = useSlice('settings', (state) => state);
  if (settings.status === 'loading') {
    return (
      <Stack gap="sm" maw={720} aria-busy aria-label="Loading the settings">
        <Skeleton height={120} />
        <Skeleton height={220} />
      </Stack>
    );
  }
  if (settings.status === 'failed') {
    const { error } = settings;
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry: () => void load() })}
      />
    );
  }
  return (
    <Stack gap="xl" maw={720}>
      {GROUPS.map((group) => {
        const Extra = EXTRAS[group];
        return (
          <SettingsSection key={group} title={TITLES[group] ?? sentenceCase(group)}>
            {FIELDS.filter((field) => field.group === group).map((field) => (
              <SettingFieldRow key={field.key} field={field} snapshot={settings.value} />
            ))}
            {Extra && <Extra />}
          </SettingsSection>
        );
      })}
      <AboutSection />
    </Stack>
  );
}
