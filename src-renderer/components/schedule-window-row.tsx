import { Chip, Group, NativeSelect, NumberInput, Paper, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { SpeedWindow } from '../../src-shared/domain/speed-schedule.ts';
import { WEEK } from '../format/schedule-words.ts';
import { IconButton } from './icon-button.tsx';
import { pasteDecimal } from './paste-decimal.ts';

interface ScheduleWindowRowProps {
  /** Tells it from the others, e.g. `Window 1`. */
  readonly name: string;
  readonly window: SpeedWindow;
  readonly disabled: boolean;
  readonly onChange: (window: SpeedWindow) => void;
  readonly onRemove: () => void;
}

const MB = 1_000_000;

/** One window of the week: its days, from when to when, and what holds in it. */
export function ScheduleWindowRow({ name, window, disabled, ...props }: ScheduleWindowRowProps) {
  const { onChange, onRemove } = props;
  const overnight = window.to <= window.from;
  return (
    <Paper withBorder p="xs" role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <DayChips name={name} window={window} disabled={disabled} onChange={onChange} />
        <IconButton
          label={`Remove ${name}`}
          tooltip="Remove"
          icon={IconX}
          disabled={disabled}
          onClick={onRemove}
        />
      </Group>
      <Group gap={8} mt={8}>
        <TimeField
          label={`${name}: from`}
          value={window.from}
          disabled={disabled}
          onChange={(from) => onChange({ ...window, from })}
        />
        <Text size="sm">to</Text>
        <TimeField
          label={`${name}: to`}
          value={window.to}
          disabled={disabled}
          onChange={(to) => onChange({ ...window, to })}
        />
        {overnight && (
          <Text size="xs" c="dimmed">
            on the next day
          </Text>
        )}
        <PaceFields name={name} window={window} disabled={disabled} onChange={onChange} />
      </Group>
    </Paper>
  );
}

type PartProps = Omit<ScheduleWindowRowProps, 'onRemove'>;

function DayChips({ name, window, disabled, onChange }: PartProps) {
  const choose = (days: readonly string[]) => {
    // A window without a day would never hold; it is removed instead.
    if (days.length > 0) onChange({ ...window, days: days.map(Number).sort((a, b) => a - b) });
  };
  return (
    <Chip.Group multiple value={window.days.map(String)} onChange={choose}>
      <Group gap={4} role="group" aria-label={`${name}: days`}>
        {WEEK.map(({ day, name: dayName }) => (
          <Chip
            key={day}
            size="xs"
            value={String(day)}
            disabled={disabled}
            aria-label={`${name}: ${dayName}`}
          >
            {dayName.slice(0, 3)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** A time of day, handed over when it is left. */
function TimeField({ label, value, disabled, onChange }: TimeFieldProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    if (draft === '') setDraft(value);
    else if (draft !== value) onChange(draft);
  };
  return (
    <TextInput
      type="time"
      size="xs"
      w={128}
      aria-label={label}
      value={draft}
      disabled={disabled}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}

const PACES = [
  { value: 'limit', label: 'At most' },
  { value: 'pause', label: 'Pause' },
  { value: 'free', label: 'No limit' },
];

function PaceFields({ name, window, disabled, onChange }: PartProps) {
  const { bytesPerSecond } = window;
  const pace = bytesPerSecond === null ? 'free' : bytesPerSecond === 0 ? 'pause' : 'limit';
  const choose = (next: string) =>
    onChange({ ...window, bytesPerSecond: next === 'free' ? null : next === 'pause' ? 0 : 2 * MB });
  return (
    <Group gap={6} wrap="nowrap" ml="auto">
      <NativeSelect
        size="xs"
        aria-label={`${name}: what holds`}
        data={PACES}
        value={pace}
        disabled={disabled}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {pace === 'limit' && (
        <LimitField
          key={bytesPerSecond}
          label={`${name}: limit in MB/s`}
          bytesPerSecond={bytesPerSecond ?? 0}
          disabled={disabled}
          onChange={(next) => onChange({ ...window, bytesPerSecond: next })}
        />
      )}
    </Group>
  );
}

interface LimitFieldProps {
  readonly label: string;
  readonly bytesPerSecond: number;
  readonly disabled: boolean;
  readonly onChange: (bytesPerSecond: number) => void;
}

/** A limit in MB/s, handed over when it is left. */
function LimitField({ label, bytesPerSecond, disabled, onChange }: LimitFieldProps) {
  const [draft, setDraft] = useState<string | number>(bytesPerSecond / MB);
  const commit = () => {
    const next = Math.round(Number(draft) * MB);
    if (next >= MB / 100 && next !== bytesPerSecond) onChange(next);
  };
  return (
    <NumberInput
      size="xs"
      w={110}
      aria-label={label}
      suffix=" MB/s"
      min={0.01}
      decimalScale={2}
      disabled={disabled}
      value={draft}
      onChange={setDraft}
      onPaste={pasteDecimal('MB/s', setDraft)}
      onBlur={commit}
    />
  );
}
