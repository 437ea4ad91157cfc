import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button.tsx';

interface TextListControlProps {
  /** Names the list, e.g. `Mirrors`. */
  readonly label: string;
  readonly of: 'addresses' | 'folders';
  readonly values: readonly string[];
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onChange: (values: readonly string[]) => void;
}

const ADD = { addresses: 'Add an address', folders: 'Add a folder' } as const;

/** Several texts, one a row. A row is handed over when it is left; empty ones do not count. */
export function TextListControl({ label, of, values, disabled, ...props }: TextListControlProps) {
  const { invalid, onChange } = props;
  const [rows, setRows] = useState<readonly string[]>(values);
  const stored = JSON.stringify(values);
  useEffect(() => setRows(JSON.parse(stored)), [stored]);

  const commit = (next: readonly string[]) => {
    const filled = next.map((row) => row.trim()).filter(Boolean);
    if (JSON.stringify(filled) !== stored) onChange(filled);
  };
  const remove = (index: number) => {
    const next = rows.toSpliced(index, 1);
    setRows(next);
    commit(next);
  };
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no other name than their place
        <Group key={index} gap={4} wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            aria-label={`${label} ${index + 1}`}
            placeholder={of === 'folders' ? 'Whole path of a folder' : 'https://'}
            value={row}
            spellCheck={false}
            disabled={disabled}
            error={invalid}
            onChange={(event) => setRows(rows.with(index, event.currentTarget.value))}
            onBlur={() => commit(rows)}
            onKeyDown={(event) => event.key === 'Enter' && commit(rows)}
          />
          <IconButton
            label={`Remove ${label} ${index + 1}`}
            tooltip="Remove"
            icon={IconX}
            disabled={disabled}
            onClick={() => remove(index)}
          />
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} />}
        disabled={disabled}
        aria-label={`Add to ${label}`}
        onClick={() => setRows([...rows, ''])}
      >
        {ADD[of]}
      </Button>
    </Stack>
  );
}
