import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useReturnFocus } from './use-return-focus.ts';

interface ReasonDialogProps {
  readonly title: string;
  /** What the button that does it says. */
  readonly confirm: string;
  readonly danger?: boolean;
  /** Where the reason goes. */
  readonly kept: string;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** As many as the contract takes. */
const MOST_LETTERS = 500;

/** Asks why, before something that is written down with its reason. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, confirm, danger = false, kept, onConfirm, onClose, children } = props;
  const [reason, setReason] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  useReturnFocus();
  const given = reason.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (given === '') {
      setIsAsked(true);
      return;
    }
    onClose();
    onConfirm(given);
  };
  return (
    <Modal
      size={520}
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Stack gap="xs">{children}</Stack>
          <TextInput
            label="Why"
            description={kept}
            value={reason}
            maxLength={MOST_LETTERS}
            data-autofocus
            aria-required
            error={isAsked && given === '' ? 'Please give a reason.' : null}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" {...(danger && { color: 'red.8' })}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
