import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './page.module.css';

interface PageProps {
  readonly title: string;
  /** A few words beside the title, e.g. a count. */
  readonly note?: string | undefined;
  readonly actions?: ReactNode;
  /** The content takes the height that is left and scrolls by itself. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** One screen: its title and actions stay, its content scrolls. */
export function Page({ title, note, actions, fill = false, children }: PageProps) {
  const titleId = useId();
  return (
    <section
      className={classes.page}
      aria-labelledby={titleId}
      data-fill={fill}
      {...(!fill && { 'data-scrolls': true })}
    >
      <div className={classes.head}>
        <Group gap="sm" align="baseline" wrap="nowrap">
          <Title order={1} size="h3" id={titleId}>
            {title}
          </Title>
          {note && (
            <Text size="sm" c="dimmed" className="numbers">
              {note}
            </Text>
          )}
        </Group>
        <Group gap="xs">{actions}</Group>
      </div>
      {children}
    </section>
  );
}
