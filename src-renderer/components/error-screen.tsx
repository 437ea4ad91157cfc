import { EmptyState } from '@mantine/core';
import type { ActionKind, ErrorReport } from '../../src-shared/errors.ts';
import { ErrorActions } from './error-actions.tsx';
import { errorIcon } from './error-icon.ts';

interface ErrorScreenProps {
  readonly error: ErrorReport;
  readonly onAction: (kind: ActionKind) => void;
}

/** Stands where content would be, when it cannot be had. */
export function ErrorScreen({ error, onAction }: ErrorScreenProps) {
  const Glyph = errorIcon(error.category);
  return (
    <EmptyState
      role="alert"
      py={64}
      maw={520}
      mx="auto"
      icon={<Glyph size={40} stroke={1.4} />}
      title={error.title}
      description={error.detail}
    >
      <EmptyState.Actions pt="sm">
        <ErrorActions actions={error.actions} onAction={onAction} justify="center" />
      </EmptyState.Actions>
    </EmptyState>
  );
}
