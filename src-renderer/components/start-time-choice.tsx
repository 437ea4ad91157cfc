import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { toLocalInput } from '../format/local-time.ts';

interface StartTimeChoiceProps {
  readonly label: string;
  /** ISO 8601; `null` when it may start at once. */
  readonly value: string | null;
  readonly onChoose: (at: string | null) => void;
}

const EVENING_HOUR = 22;

/** When the line is free at most places: offered first. */
function nextEvening(): Date {
  const now = new Date();
  const isOver = now.getHours() >= EVENING_HOUR;
  return new Date(
    now.getFullYear(),
    now.getMonth(),
    now.getDate() + (isOver ? 1 : 0),
    EVENING_HOUR,
  );
}

/** When a download may begin, in the time of this computer. */
export function StartTimeChoice({ label, value, onChoose }: StartTimeChoiceProps) {
  const [draft, setDraft] = useState(() =>
    toLocalInput(value === null ? nextEvening() : new Date(value)),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft !== '') onChoose(new Date(draft).toISOString());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          size="xs"
          label={label}
          min={toLocalInput(new Date())}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <Group gap={6} justify="flex-end">
          {value !== null && (
            <Button size="xs" variant="default" onClick={() => onChoose(null)}>
              Start without waiting
            </Button>
          )}
          <Button size="xs" type="submit" disabled={draft === ''}>
            Set start time
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
