import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';

interface ReasonDialogProps {
  readonly title: string;
  /** What the button that does it says. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks why, before something that is written down with its reason. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, confirm, danger = false, onConfirm, onClose, children } = props;
  const [reason, setReason] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  const given = reason.trim();
  const submit = () => {
    if (given === '') return setIsAsked(true);
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
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          <TextInput
            label="Why"
            description="It is kept with the finding."
            value={reason}
            maxLength={500}
            data-autofocus
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
