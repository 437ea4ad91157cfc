import { Button, Group, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CleanupRule } from '../../src-shared/domain/cleanup-rule.ts';
import type { Alias } from '../../src-shared/domain/generation.ts';
import type { SpeedWindow } from '../../src-shared/domain/speed-schedule.ts';
import {
  optionWords,
  type SettingField,
  type SettingValue,
  toShown,
  toStored,
} from '../format/setting-fields.ts';
import { AliasesEditor } from './aliases-editor.tsx';
import { type ModelOption, ModelsControl } from './models-control.tsx';
import { pasteDecimal } from './paste-decimal.ts';
import { RulesEditor } from './rules-editor.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';
import { TextListControl } from './text-list-control.tsx';

export interface SettingControlProps {
  readonly id: string;
  readonly field: SettingField;
  readonly value: SettingValue;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onChange: (value: SettingValue) => void;
  /** Models that can be chosen; only for fields that hold models. */
  readonly models: readonly ModelOption[];
  /** Stands in an empty text field. */
  readonly placeholder: string;
  /** Asks for a folder; only for fields of kind `folder`. */
  readonly onChoose: () => void;
}

/** The input that suits the kind of a setting. Text and numbers are handed over when they are left. */
export function SettingControl(props: SettingControlProps) {
  const { id, field, value, disabled, onChange } = props;
  switch (field.kind.kind) {
    case 'switch':
      return (
        <Switch
          id={id}
          checked={value === true}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return <ChoiceControl {...props} options={field.kind.options} />;
    case 'number':
      return <NumberControl {...props} kind={field.kind} />;
    case 'text':
    case 'folder':
      return <TextControl {...props} />;
    case 'texts':
      return (
        <TextListControl
          {...props}
          of={field.kind.of}
          values={listOf<string>(value)}
          label={field.label}
        />
      );
    case 'models':
      return (
        <ModelsControl
          {...props}
          options={props.models}
          values={listOf<string>(value)}
          label={field.label}
        />
      );
    case 'aliases':
      return (
        <AliasesEditor
          {...props}
          options={props.models}
          aliases={listOf<Alias>(value)}
          label={field.label}
        />
      );
    case 'rules':
      return <RulesEditor {...props} rules={listOf<CleanupRule>(value)} label={field.label} />;
    case 'schedule':
      return <ScheduleEditor {...props} windows={listOf<SpeedWindow>(value)} label={field.label} />;
  }
}

/** The value of a field whose kind says that it is a list. */
const listOf = <T,>(value: SettingValue) => (Array.isArray(value) ? (value as readonly T[]) : []);

function ChoiceControl({
  id,
  field,
  value,
  disabled,
  onChange,
  options,
}: SettingControlProps & { readonly options: readonly string[] }) {
  return (
    <SegmentedControl
      id={id}
      aria-label={field.label}
      value={String(value)}
      disabled={disabled}
      data={options.map((option) => ({ value: option, label: optionWords(field.key, option) }))}
      onChange={onChange}
    />
  );
}

type NumberKind = Extract<SettingField['kind'], { kind: 'number' }>;

function NumberControl({
  kind,
  value,
  onChange,
  ...props
}: SettingControlProps & { readonly kind: NumberKind }) {
  const stored = Number(value);
  const [draft, setDraft] = useState<string | number>(toShown(stored, kind));
  useEffect(() => setDraft(toShown(stored, kind)), [stored, kind]);
  const commit = () => {
    const next = draft === '' ? Number.NaN : toStored(Number(draft), kind);
    if (Number.isNaN(next)) setDraft(toShown(stored, kind));
    else if (next !== stored) onChange(next);
  };
  return (
    <NumberInput
      id={props.id}
      w={140}
      value={draft}
      min={kind.min}
      max={kind.max}
      clampBehavior="none"
      decimalScale={kind.decimals}
      suffix={kind.unit ? ` ${kind.unit}` : ''}
      disabled={props.disabled}
      error={props.invalid}
      onChange={setDraft}
      onPaste={pasteDecimal(kind.unit, setDraft)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}

function TextControl({
  id,
  field,
  value,
  disabled,
  invalid,
  onChange,
  placeholder,
  onChoose,
}: SettingControlProps) {
  const stored = String(value);
  const [draft, setDraft] = useState(stored);
  useEffect(() => setDraft(stored), [stored]);
  const commit = () => {
    if (draft.trim() !== stored) onChange(draft.trim());
  };
  return (
    <Group gap="xs" wrap="nowrap" w="100%">
      <TextInput
        id={id}
        style={{ flex: 1 }}
        value={draft}
        placeholder={placeholder}
        spellCheck={false}
        disabled={disabled}
        error={invalid}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {field.kind.kind === 'folder' && (
        <Button variant="default" disabled={disabled} onClick={onChoose}>
          Choose…
        </Button>
      )}
    </Group>
  );
}
