import { EmptyState } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyScreenProps {
  readonly icon: Icon;
  readonly title: string;
  readonly description: string;
  /** What to do first. */
  readonly children?: ReactNode;
}

export function EmptyScreen({ icon: Glyph, title, description, children }: EmptyScreenProps) {
  return (
    <EmptyState
      py={64}
      maw={520}
      mx="auto"
      icon={<Glyph size={40} stroke={1.3} />}
      title={title}
      description={description}
    >
      {children && <EmptyState.Actions pt="sm">{children}</EmptyState.Actions>}
    </EmptyState>
  );
}
