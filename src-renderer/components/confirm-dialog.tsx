import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useReturnFocus } from './use-return-focus.ts';

interface Choice {
  readonly label: string;
  readonly onChoose: () => void;
  readonly danger?: boolean;
}

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** Leaves everything as it is. */
  readonly stay: string;
  readonly choices: readonly Choice[];
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something that cannot be taken back. Its buttons say what they do. */
export function ConfirmDialog({
  opened,
  title,
  stay,
  choices,
  onClose,
  children,
}: ConfirmDialogProps) {
  useReturnFocus();
  const choose = ({ onChoose }: Choice) => {
    onClose();
    onChoose();
  };
  return (
    <Modal
      size={520}
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        <Stack gap="xs">{children}</Stack>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {stay}
          </Button>
          {choices.map((choice) => (
            <Button
              key={choice.label}
              {...(choice.danger ? { color: 'red.8' } : { variant: 'light' })}
              onClick={() => choose(choice)}
            >
              {choice.label}
            </Button>
          ))}
        </Group>
      </Stack>
    </Modal>
  );
}
