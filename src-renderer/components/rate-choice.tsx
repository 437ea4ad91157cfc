import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatLimit } from '../../src-shared/domain/format.ts';
import { parseDecimal } from '../format/decimal.ts';

interface RateChoiceProps {
  /** What is limited, e.g. `Speed limit of all downloads`. */
  readonly label: string;
  /** Bytes per second; `null` is no limit. */
  readonly value: number | null;
  readonly onChoose: (bytesPerSecond: number | null) => void;
}

const MB = 1_000_000;
const LEAST = MB / 100;
const PRESETS: readonly (number | null)[] = [null, 1 * MB, 2 * MB, 5 * MB, 10 * MB];

/** A speed limit: one of the usual ones, or a number in MB/s. */
export function RateChoice({ label, value, onChoose }: RateChoiceProps) {
  const [draft, setDraft] = useState(value === null ? '' : String(value / MB));
  const [isRefused, setIsRefused] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const own = Math.round((parseDecimal(draft, 'MB/s') ?? 0) * MB);
    const isGood = own >= LEAST && Number.isSafeInteger(own);
    setIsRefused(!isGood);
    if (isGood) onChoose(own);
  };
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Group gap={6}>
        {PRESETS.map((preset) => (
          <Button
            key={preset}
            size="compact-xs"
            variant={preset === value ? 'filled' : 'default'}
            aria-pressed={preset === value}
            onClick={() => onChoose(preset)}
          >
            {limitWords(preset)}
          </Button>
        ))}
      </Group>
      <form onSubmit={submit}>
        <Group gap={6} wrap="nowrap" align="flex-start">
          <TextInput
            size="xs"
            flex={1}
            inputMode="decimal"
            aria-label="Another limit in MB/s"
            placeholder="Another limit in MB/s"
            rightSection={draft !== '' && <Text size="xs">MB/s</Text>}
            rightSectionWidth={44}
            rightSectionPointerEvents="none"
            value={draft}
            error={isRefused && 'Enter a number of MB/s, at least 0.01: 2, 0.5 or 0,5.'}
            onChange={(event) => {
              setDraft(event.currentTarget.value);
              setIsRefused(false);
            }}
          />
          <Button size="xs" variant="default" type="submit" disabled={draft.trim() === ''}>
            Set limit
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

export const limitWords = (bytesPerSecond: number | null) =>
  bytesPerSecond === null ? 'No limit' : formatLimit(bytesPerSecond);
