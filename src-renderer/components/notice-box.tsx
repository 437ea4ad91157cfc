import { CloseButton, Stack, Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice-box.module.css';

interface NoticeBoxProps {
  readonly icon: Icon;
  readonly title: string;
  /** Amber instead of red: it is being dealt with, or can wait. */
  readonly mild?: boolean;
  readonly onDismiss?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Something to know, set apart without shouting. */
export function NoticeBox({ icon: Glyph, title, mild = false, ...rest }: NoticeBoxProps) {
  const { onDismiss, children } = rest;
  return (
    <section className={classes.notice} data-mild={mild} aria-label={title}>
      <Glyph size={18} className={classes.icon ?? ''} aria-hidden />
      <Stack gap={8}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {children}
      </Stack>
      {onDismiss && <CloseButton size="sm" aria-label={`Dismiss: ${title}`} onClick={onDismiss} />}
    </section>
  );
}
