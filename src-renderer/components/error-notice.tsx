import { Text } from '@mantine/core';
import type { ActionKind, ErrorReport } from '../../src-shared/errors.ts';
import { ErrorActions } from './error-actions.tsx';
import { errorIcon } from './error-icon.ts';
import { NoticeBox } from './notice-box.tsx';

interface ErrorNoticeProps {
  readonly error: ErrorReport;
  readonly onAction: (kind: ActionKind) => void;
  readonly mild?: boolean;
  readonly onDismiss?: () => void;
}

/** What happened, in a few words and one sentence, and what can be done. */
export function ErrorNotice({ error, onAction, mild = false, onDismiss }: ErrorNoticeProps) {
  return (
    <NoticeBox
      icon={errorIcon(error.category)}
      title={error.title}
      mild={mild}
      onDismiss={onDismiss}
    >
      <Text size="sm" className="path" mt={-4}>
        {error.detail}
      </Text>
      <ErrorActions actions={error.actions} onAction={onAction} />
    </NoticeBox>
  );
}
