import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { SpeedWindow } from '../../src-shared/domain/speed-schedule.ts';
import { ScheduleWindowRow } from './schedule-window-row.tsx';

interface ScheduleEditorProps {
  readonly label: string;
  readonly windows: readonly SpeedWindow[];
  readonly disabled: boolean;
  readonly onChange: (windows: readonly SpeedWindow[]) => void;
}

/** Working hours: what most people would slow downloads down for. */
const NEW_WINDOW: SpeedWindow = {
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  bytesPerSecond: 2_000_000,
};

/** Times of the week with a limit of their own. Where two overlap, the upper one holds. */
export function ScheduleEditor({ label, windows, disabled, onChange }: ScheduleEditorProps) {
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      {windows.map((window, index) => (
        <ScheduleWindowRow
          // biome-ignore lint/suspicious/noArrayIndexKey: windows have no other name than their place
          key={index}
          name={`Window ${index + 1}`}
          window={window}
          disabled={disabled}
          onChange={(next) => onChange(windows.with(index, next))}
          onRemove={() => onChange(windows.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} />}
        disabled={disabled}
        onClick={() => onChange([...windows, NEW_WINDOW])}
      >
        Add a window
      </Button>
    </Stack>
  );
}
