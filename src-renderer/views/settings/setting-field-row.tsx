import { Text } from '@mantine/core';
import { useId, useMemo, useState } from 'react';
import type { SettingsSnapshot } from '../../../src-shared/contract/settings.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import type { ErrorReport } from '../../../src-shared/errors.ts';
import type { ModelOption } from '../../components/models-control.tsx';
import { SettingControl } from '../../components/setting-control.tsx';
import { SettingRow } from '../../components/setting-row.tsx';
import { useNow } from '../../components/use-now.ts';
import { describeSpeedNow } from '../../format/schedule-words.ts';
import {
  fixedBy,
  isSameValue,
  isWide,
  type SettingField,
  type SettingValue,
} from '../../format/setting-fields.ts';
import { titleOfModel } from '../../format/titles.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { speedNow } from '../../stores/speed-now.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

interface SettingFieldRowProps {
  readonly field: SettingField;
  readonly snapshot: SettingsSnapshot;
}

/** One setting of the table: shows its value, saves a change at once, and says why when it is refused. */
export function SettingFieldRow({ field, snapshot }: SettingFieldRowProps) {
  const stores = useStores();
  const controlId = useId();
  const library = useSlice('system', ({ info }) => loadedValue(info)?.libraryFolder);
  const models = useModelOptions(field);
  const [error, setError] = useState<string | null>(null);
  const { key, group, name, label } = field;
  const origin = snapshot.origins[key] ?? 'default';
  const fixed = fixedBy(key, origin);
  const value = valueIn(snapshot, field);

  const save = async (next: SettingValue | null) => {
    const answer = await stores.settings.getState().patch({ [group]: { [name]: next } });
    setError(answer.ok ? null : problemOf(field, answer.error));
  };
  const choose = async () => {
    const answer = await run(stores, ['folders.choose', { title: `Choose: ${label}` }]);
    if (answer.ok && answer.value.path !== null) await save(answer.value.path);
  };
  return (
    <SettingRow
      label={label}
      controlId={controlId}
      doc={field.doc}
      wide={isWide(field.kind)}
      fixed={fixed}
      error={error}
      onReset={
        origin === 'user' && !isSameValue(value, field.default) ? () => void save(null) : null
      }
    >
      <SettingControl
        id={controlId}
        field={field}
        value={value}
        disabled={fixed !== null}
        invalid={error !== null}
        models={models}
        placeholder={key === 'library.folder' ? (library ?? '') : String(field.default)}
        onChange={(next) => void save(next)}
        onChoose={() => void choose()}
      />
      {field.kind.kind === 'schedule' && <SpeedNowLine />}
    </SettingRow>
  );
}

const TAKES_MODELS = new Set<SettingField['kind']['kind']>(['models', 'aliases']);
const NO_MODELS: readonly Model[] = [];

/** Models of the library, for fields that hold models. */
function useModelOptions({ kind }: SettingField): readonly ModelOption[] {
  const models = useSlice('models', (state) =>
    TAKES_MODELS.has(kind.kind) ? (loadedValue(state.models) ?? NO_MODELS) : NO_MODELS,
  );
  return useMemo(
    () => models.map((model) => ({ value: model.id, label: titleOfModel(model) })),
    [models],
  );
}

/** What the limit and the schedule come to at this moment. */
function SpeedNowLine() {
  const settings = useSlice('settings', (state) => state.settings);
  const now = useNow(true);
  const pace = speedNow(settings, now);
  if (!pace) return null;
  return (
    <Text size="xs" c="dimmed" role="status" aria-label="What holds now">
      Now: {describeSpeedNow(pace, now)}.
    </Text>
  );
}

const TAKES_ADDRESSES = new Set(['generation.servers', 'fallback.remoteUrl']);

/** What the value has to be, where the sentence of the error could only name the key. */
function problemOf({ key, group, kind }: SettingField, { code, detail }: ErrorReport): string {
  if (code !== 'INPUT_INVALID') return detail;
  if (group === 'hub' || TAKES_ADDRESSES.has(key))
    return 'Enter an address that begins with https:// or http://.';
  if (kind.kind !== 'number') return detail;
  return `Enter a number from ${kind.min} to ${kind.max}${kind.unit && ` ${kind.unit}`}.`;
}

function valueIn({ values }: SettingsSnapshot, { group, name, default: fallback }: SettingField) {
  const fields: Readonly<Record<string, unknown>> | undefined = Object.entries(values).find(
    ([one]) => one === group,
  )?.[1];
  return (fields?.[name] as SettingValue | undefined) ?? fallback;
}
