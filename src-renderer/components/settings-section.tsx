import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './settings.module.css';

interface SettingsSectionProps {
  readonly title: string;
  /** To scroll to it. */
  readonly id?: string;
  readonly children: ReactNode;
}

export function SettingsSection({ title, id, children }: SettingsSectionProps) {
  const titleId = useId();
  return (
    <section id={id} aria-labelledby={titleId}>
      <Title order={2} size="h5" mb={8} id={titleId}>
        {title}
      </Title>
      <Paper withBorder className={classes.section ?? ''}>
        {children}
      </Paper>
    </section>
  );
}
