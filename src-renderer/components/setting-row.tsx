import { Button, Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './settings.module.css';

interface SettingRowProps {
  readonly label: string;
  /** Of the control, so that the label belongs to it. */
  readonly controlId?: string;
  readonly doc?: string;
  /** The control stands below the label, over the whole width. */
  readonly wide?: boolean;
  /** Who fixed the value from outside. */
  readonly fixed?: string | null;
  readonly error?: string | null;
  /** Present when the value differs from the default and may be put back. */
  readonly onReset?: (() => void) | null;
  readonly children: ReactNode;
}

/** One setting: what it is, its control, where its value comes from, and what is wrong with it. */
export function SettingRow({ label, controlId, doc, wide = false, ...row }: SettingRowProps) {
  const { fixed, error, onReset, children } = row;
  return (
    <div className={classes.row} data-wide={wide}>
      <div>
        <Group gap={8}>
          <Text component="label" htmlFor={controlId} size="sm" fw={500}>
            {label}
          </Text>
          {onReset && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Put ${label} back to its default`}
              onClick={onReset}
            >
              Use default
            </Button>
          )}
          {fixed && (
            <Group gap={4} c="dimmed" fz="xs">
              <IconLock size={13} aria-hidden />
              {fixed}
            </Group>
          )}
        </Group>
        {doc && (
          <Text size="xs" c="dimmed" mt={2}>
            {doc}
          </Text>
        )}
      </div>
      <div className={classes.control}>
        {children}
        {error && (
          <Text size="xs" c="red" role="alert">
            {error}
          </Text>
        )}
      </div>
    </div>
  );
}
