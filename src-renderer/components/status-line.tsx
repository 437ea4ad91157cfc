import { UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconDownload,
} from '@tabler/icons-react';
import { type ShownStatus, TONE_COLORS, type Tone } from '../format/model-status.ts';
import { ProgressLine } from './progress-line.tsx';
import classes from './status-line.module.css';

const ICONS: Record<Tone, Icon> = {
  ready: IconCircleCheck,
  busy: IconDownload,
  waiting: IconClock,
  idle: IconCircleDashed,
  problem: IconAlertTriangle,
};

interface StatusLineProps {
  readonly name: string;
  readonly status: ShownStatus;
  /** Leads from a problem to what can be done about it. */
  readonly onHelp?: () => void;
}

/** The status of a model: an icon, words, and a bar while it downloads. */
export function StatusLine({ name, status, onHelp }: StatusLineProps) {
  const { tone, words, percent } = status;
  const Glyph = ICONS[tone];
  return (
    <div className={classes.status}>
      {percent !== undefined && (
        <ProgressLine
          size={5}
          label={`Progress of ${name}`}
          percent={percent}
          color={TONE_COLORS[tone]}
        />
      )}
      <div className={classes.line}>
        <Glyph size={16} color={TONE_COLORS[tone]} className={classes.icon ?? ''} aria-hidden />
        {onHelp && tone === 'problem' ? (
          <UnstyledButton
            className={`${classes.words} ${classes.help}`}
            aria-label={`${words} What can be done about ${name}`}
            onClick={onHelp}
          >
            {words}
          </UnstyledButton>
        ) : (
          <span className={classes.words} title={words}>
            {words}
          </span>
        )}
      </div>
    </div>
  );
}
