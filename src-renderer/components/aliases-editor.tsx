import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Alias } from '../../src-shared/domain/generation.ts';
import { aliasProblem, isComplete } from '../format/alias-words.ts';
import { IconButton } from './icon-button.tsx';
import { type ModelOption, ModelsControl } from './models-control.tsx';

interface AliasesEditorProps {
  readonly label: string;
  readonly options: readonly ModelOption[];
  readonly aliases: readonly Alias[];
  readonly disabled: boolean;
  readonly onChange: (aliases: readonly Alias[]) => void;
}

/** Names, each with the models it stands for. A row is handed over once it has both. */
export function AliasesEditor({ label, options, aliases, disabled, onChange }: AliasesEditorProps) {
  const [rows, setRows] = useState<readonly Alias[]>(aliases);
  const stored = JSON.stringify(aliases);
  useEffect(
    // A row that is only begun stays while others are stored.
    () => setRows((known) => [...JSON.parse(stored), ...known.filter((row) => !isComplete(row))]),
    [stored],
  );
  const commit = (next: readonly Alias[]) => {
    setRows(next);
    const good = next.filter((row, place) => isComplete(row) && !aliasProblem(next, place));
    if (JSON.stringify(good) !== stored) onChange(good);
  };
  return (
    <Stack gap={8} role="group" aria-label={label}>
      {rows.map((row, index) => (
        <AliasRow
          // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
          key={index}
          place={index + 1}
          alias={row}
          problem={aliasProblem(rows, index)}
          options={options}
          disabled={disabled}
          onType={(name) => setRows(rows.with(index, { ...row, name }))}
          onLeave={() => commit(rows)}
          onChoose={(models) => commit(rows.with(index, { ...row, models: [...models] }))}
          onRemove={() => commit(rows.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} />}
        disabled={disabled}
        onClick={() => setRows([...rows, { name: '', models: [] }])}
      >
        Add a name
      </Button>
    </Stack>
  );
}

interface AliasRowProps {
  /** From 1. */
  readonly place: number;
  readonly alias: Alias;
  readonly problem: string | null;
  readonly options: readonly ModelOption[];
  readonly disabled: boolean;
  readonly onType: (name: string) => void;
  /** The name is as it shall be. */
  readonly onLeave: () => void;
  readonly onChoose: (models: readonly string[]) => void;
  readonly onRemove: () => void;
}

function AliasRow({ place, alias, problem, options, disabled, ...commands }: AliasRowProps) {
  const { onType, onLeave, onChoose, onRemove } = commands;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <TextInput
        w={200}
        aria-label={`Name ${place}`}
        placeholder="gpt-4o-mini"
        value={alias.name}
        spellCheck={false}
        disabled={disabled}
        error={problem}
        onChange={(event) => onType(event.currentTarget.value.trim())}
        onBlur={onLeave}
        onKeyDown={(event) => event.key === 'Enter' && onLeave()}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        <ModelsControl
          label={`Models of name ${place}`}
          options={options}
          values={alias.models}
          disabled={disabled}
          onChange={onChoose}
        />
      </div>
      <IconButton
        label={`Remove name ${place}`}
        tooltip="Remove"
        icon={IconX}
        disabled={disabled}
        onClick={onRemove}
      />
    </Group>
  );
}
