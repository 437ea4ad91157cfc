import { Button, Group } from '@mantine/core';
import type { Action, ActionKind } from '../../src-shared/errors.ts';

interface ErrorActionsProps {
  readonly actions: readonly Action[];
  readonly onAction: (kind: ActionKind) => void;
  readonly justify?: 'flex-start' | 'center';
}

/** The buttons an error offers, the most helpful first. */
export function ErrorActions({ actions, onAction, justify = 'flex-start' }: ErrorActionsProps) {
  if (actions.length === 0) return null;
  return (
    <Group gap="xs" justify={justify}>
      {actions.map(({ kind, label }, index) => (
        <Button
          key={kind}
          size="xs"
          variant={index === 0 ? 'filled' : 'default'}
          onClick={() => onAction(kind)}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
