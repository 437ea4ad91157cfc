import { Group, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface DrawerSectionProps {
  readonly title: string;
  /** Beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the details of a model, under its title. */
export function DrawerSection({ title, action, children }: DrawerSectionProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={3} size="h5" id={titleId}>
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </section>
  );
}
