import { Tooltip, UnstyledButton } from '@mantine/core';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { isFirstDownload, needsAttention, VERDICTS } from '../../format/health.ts';
import classes from './model-table.module.css';

interface HealthCellProps {
  readonly title: string;
  readonly health: ModelHealth | undefined;
  readonly onHealth: (modelId: string) => void;
}

const BY_KEYBOARD_TOO = { hover: true, focus: true, touch: false } as const;

/** Verdict and score. Where something is wrong, it leads to what was found and what can be done. */
export function HealthCell({ title, health, onHealth }: HealthCellProps) {
  if (!health || isFirstDownload(health)) return <Unknown />;
  const { modelId, verdict, sentence, healthScore } = health;
  const score = `${Math.round(healthScore)} of 100`;
  const { words } = VERDICTS[verdict];
  if (!needsAttention(health)) {
    return (
      <span title={sentence}>
        {words}
        <div className={classes.of}>{score}</div>
      </span>
    );
  }
  return (
    <>
      <Tooltip label={sentence} multiline maw={360} events={BY_KEYBOARD_TOO}>
        <UnstyledButton
          className={classes.health ?? ''}
          aria-label={`${words}. ${sentence} Show the health of ${title}`}
          onClick={() => onHealth(modelId)}
        >
          <VerdictBadge verdict={verdict} size="sm" />
        </UnstyledButton>
      </Tooltip>
      <div className={classes.of}>{score}</div>
    </>
  );
}

const Unknown = () => (
  <span className={classes.of} title="Not checked yet">
    –
  </span>
);
