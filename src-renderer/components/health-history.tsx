import { Button, Title } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconCheck,
  IconEyeOff,
  IconLock,
  IconSearch,
  IconTool,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { HealthEvent } from '../../src-shared/domain/health.ts';
import { EVENT_WORDS } from '../format/health.ts';
import classes from './health-history.module.css';
import { Moment } from './moment.tsx';

const ICONS: Record<HealthEvent['kind'], Icon> = {
  checked: IconCheck,
  found: IconSearch,
  repaired: IconTool,
  quarantined: IconLock,
  released: IconArrowBackUp,
  ignored: IconEyeOff,
};

const SHOWN_AT_FIRST = 20;

interface HealthHistoryProps {
  /** Newest first. */
  readonly history: readonly HealthEvent[];
  readonly now: number;
}

/** What was checked, found, repaired and decided. */
export function HealthHistory({ history, now }: HealthHistoryProps) {
  const [all, setAll] = useState(false);
  if (history.length === 0) return null;
  return (
    <section aria-label="What happened">
      <Title order={2} size="h5" mb={6}>
        What happened
      </Title>
      <ul className={classes.list}>
        {(all ? history : history.slice(0, SHOWN_AT_FIRST)).map((event) => (
          <HistoryLine
            key={`${event.at} ${event.modelId} ${event.kind} ${event.sentence}`}
            event={event}
            now={now}
          />
        ))}
      </ul>
      {history.length > SHOWN_AT_FIRST && (
        <Button size="compact-xs" variant="subtle" mt={6} onClick={() => setAll(!all)}>
          {all ? 'Show only the newest' : `Show all ${history.length}`}
        </Button>
      )}
    </section>
  );
}

function HistoryLine({ event, now }: { readonly event: HealthEvent; readonly now: number }) {
  const { at, kind, name, sentence } = event;
  const Glyph = ICONS[kind];
  return (
    <li className={classes.event}>
      <span className={classes.when}>
        <Moment at={at} now={now} />
      </span>
      <span className={classes.kind}>
        <Glyph size={13} className={classes.icon ?? ''} aria-hidden />
        {EVENT_WORDS[kind]}
      </span>
      <span className="path">
        <b>{name}</b> {sentence}
      </span>
    </li>
  );
}
