import { ActionIcon, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface IconButtonProps {
  /** What it does, in words: the tooltip and the name for screen readers. */
  readonly label: string;
  /** A shorter tooltip, where the label repeats what is plain to see. */
  readonly tooltip?: string;
  readonly icon: Icon;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly loading?: boolean;
}

export function IconButton({ label, tooltip, icon: Glyph, ...button }: IconButtonProps) {
  return (
    <Tooltip label={tooltip ?? label}>
      <ActionIcon aria-label={label} size="md" {...button}>
        <Glyph size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
