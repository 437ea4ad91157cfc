import { Progress } from '@mantine/core';

interface ProgressLineProps {
  /** Names it for screen readers. */
  readonly label: string;
  readonly percent: number;
  readonly color?: string;
  readonly size?: number;
}

export function ProgressLine({
  label,
  percent,
  color = 'var(--larder-good)',
  size = 6,
}: ProgressLineProps) {
  return (
    <Progress.Root size={size} radius="xl">
      <Progress.Section
        value={percent}
        color={color}
        aria-label={label}
        aria-valuetext={`${percent} %`}
      />
    </Progress.Root>
  );
}
