import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatLimit } from '../../src-shared/domain/format.ts';

interface RateChoiceProps {
  /** What is limited, e.g. `Speed limit of all downloads`. */
  readonly label: string;
  /** Bytes per second; `null` is no limit. */
  readonly value: number | null;
  readonly onChoose: (bytesPerSecond: number | null) => void;
}

const MB = 1_000_000;
const PRESETS: readonly (number | null)[] = [null, 1 * MB, 2 * MB, 5 * MB, 10 * MB];

/** A speed limit: one of the usual ones, or a number in MB/s. */
export function RateChoice({ label, value, onChoose }: RateChoiceProps) {
  const [draft, setDraft] = useState<string | number>(value === null ? '' : value / MB);
  const own = Number(draft) * MB;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (own >= MB / 100) onChoose(Math.round(own));
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
        <Group gap={6} wrap="nowrap">
          <NumberInput
            size="xs"
            flex={1}
            aria-label="Another limit in MB/s"
            placeholder="Another limit in MB/s"
            suffix=" MB/s"
            min={0.01}
            decimalScale={2}
            hideControls
            value={draft}
            onChange={setDraft}
          />
          <Button size="xs" variant="default" type="submit" disabled={!(own >= MB / 100)}>
            Set limit
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

export const limitWords = (bytesPerSecond: number | null) =>
  bytesPerSecond === null ? 'No limit' : formatLimit(bytesPerSecond);
