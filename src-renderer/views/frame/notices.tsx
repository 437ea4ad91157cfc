import { Affix, Button, Group, Notification, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { ErrorActions } from '../../components/error-actions.tsx';
import type { Notice } from '../../stores/notices-store.ts';
import { performAction } from '../../stores/perform-action.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './frame.module.css';

const NOTE_SHOWN_MS = 5_000;

/** Answers to what was just done: short notes, and failures with their buttons. */
export function Notices() {
  const notices = useSlice('notices', (state) => state.notices);
  return (
    <Affix position={{ bottom: 16, right: 16 }}>
      <div className={classes.notices} role="log" aria-label="Notices" aria-live="polite">
        {notices.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} />
        ))}
      </div>
    </Affix>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const stores = useStores();
  const { id, kind } = notice;
  const dismiss = () => stores.notices.getState().dismiss(id);
  const undo = notice.kind === 'note' ? notice.undo : undefined;
  const until = undo?.until;
  useEffect(() => {
    if (kind !== 'note') return;
    const shownMs = until === undefined ? NOTE_SHOWN_MS : Date.parse(until) - Date.now();
    const timer = setTimeout(() => stores.notices.getState().dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, kind, until, stores]);

  const frame = {
    role: 'group',
    withBorder: true,
    styles: { root: { alignItems: 'flex-start' } },
    onClose: dismiss,
    closeButtonProps: { 'aria-label': 'Dismiss this notice' },
  };
  if (notice.kind === 'note') {
    return (
      <Notification {...frame} icon={<IconCheck size={16} />}>
        <Group justify="space-between" wrap="nowrap">
          {notice.text}
          {undo && (
            <Button
              size="compact-xs"
              variant="default"
              style={{ flexShrink: 0 }}
              onClick={() => {
                dismiss();
                undo.onUndo();
              }}
            >
              Undo
            </Button>
          )}
        </Group>
      </Notification>
    );
  }
  const { error } = notice.context;
  return (
    <Notification {...frame} color="red" title={error.title}>
      <Stack gap="xs">
        <Text size="sm" className="path">
          {error.detail}
        </Text>
        <ErrorActions
          actions={error.actions}
          onAction={(action) => {
            dismiss();
            performAction(stores, action, notice.context);
          }}
        />
      </Stack>
    </Notification>
  );
}
