import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';

interface PopoverButtonProps {
  /** Name for screen readers. */
  readonly label: string;
  readonly tooltip: string;
  readonly icon: Icon;
  /** Something is set here. */
  readonly active: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/** An icon that opens a small form. */
export function PopoverButton({ label, tooltip, icon: Glyph, ...props }: PopoverButtonProps) {
  const { active, children } = props;
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={360}
      shadow="md"
      position="bottom-end"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <Tooltip label={tooltip} disabled={opened}>
          <ActionIcon
            size="md"
            aria-label={label}
            {...(active && { variant: 'light', color: 'leaf' })}
            onClick={() => setOpened(!opened)}
          >
            <Glyph size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>{children(() => setOpened(false))}</Popover.Dropdown>
    </Popover>
  );
}
