import { Box, Button, Group, Paper, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { Ref } from 'react';
import { percent } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import { DEPTHS, dueWords, repairWords } from '../format/health.ts';
import { formatExactly } from '../format/local-time.ts';
import classes from './health-card.module.css';
import { HealthDetails, type HealthDetailsProps } from './health-details.tsx';
import { Moment } from './moment.tsx';
import { ProgressLine } from './progress-line.tsx';
import { RepairLine } from './repair-line.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

interface HealthCardProps extends HealthDetailsProps {
  /** Of the same model, while one is open: a repair is a download. */
  readonly download: Download | undefined;
  readonly now: number;
  readonly isOpen: boolean;
  /** The button that opens it, to give it the focus. */
  readonly toggleRef?: Ref<HTMLButtonElement>;
  readonly onToggle: () => void;
  readonly onCheck: () => void;
  readonly onStop: () => void;
  readonly onShowDownload: () => void;
  readonly onRelease: () => void;
}

/** One model: its verdict, since when that is known, what was found, and what can be done. */
export function HealthCard(props: HealthCardProps) {
  const { health, download, title, isOpen } = props;
  const isSaidBelow =
    isOpen && health.findings.some(({ sentence }) => sentence === health.sentence);
  return (
    <Paper
      component="li"
      withBorder
      p="sm"
      px="md"
      className={classes.card ?? ''}
      aria-label={title}
    >
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Heading {...props} />
        <Buttons {...props} />
      </Group>
      {!isSaidBelow && (
        <Text size="sm" mt={4} className="path">
          {health.sentence}
        </Text>
      )}
      {download && (
        <RepairLine
          health={health}
          download={download}
          title={title}
          now={props.now}
          onShow={props.onShowDownload}
        />
      )}
      <RunningCheck health={health} title={title} />
      <Dates {...props} />
      {isOpen && <HealthDetails {...props} />}
    </Paper>
  );
}

function Heading({ health, title, isOpen, toggleRef, onToggle }: HealthCardProps) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <UnstyledButton
      ref={toggleRef}
      className={classes.toggle ?? ''}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <Group gap={8} wrap="nowrap" miw={0}>
        <Chevron size={16} aria-hidden style={{ flexShrink: 0 }} />
        <Text fw={600} size="sm" truncate title={health.modelId}>
          {title}
        </Text>
        <VerdictBadge verdict={health.verdict} />
      </Group>
    </UnstyledButton>
  );
}

/** What is done first; the other ways of repair are in the details. */
function Buttons(props: HealthCardProps) {
  const { health, title } = props;
  const { can, findings } = health;
  const [cheapest] = health.repairs;
  const isChecking = can.stopCheck;
  const check = isChecking ? 'Stop' : health.lastCheckedAt ? 'Check again' : 'Check';
  return (
    <Group gap="xs" justify="flex-end" className={classes.buttons ?? ''}>
      {can.repair && cheapest && (
        <Button
          size="compact-sm"
          aria-label={`${repairWords(cheapest, findings)} of ${title}`}
          onClick={() => props.onRepair(cheapest.mode)}
        >
          {repairWords(cheapest, findings)}
        </Button>
      )}
      {can.release && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Release… ${title}`}
          onClick={props.onRelease}
        >
          Release…
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        disabled={!isChecking && !can.check}
        aria-label={`${check} ${title}`}
        onClick={isChecking ? props.onStop : props.onCheck}
      >
        {check}
      </Button>
    </Group>
  );
}

function RunningCheck({ health, title }: Pick<HealthCardProps, 'health' | 'title'>) {
  const { check } = health;
  if (!check) return null;
  const { depth, checkedBytes, totalBytes } = check;
  return (
    <Box my={6}>
      <ProgressLine label={`Check of ${title}`} percent={percent(checkedBytes, totalBytes)} />
      <Text size="xs" c="dimmed" className="numbers" mt={2}>
        {DEPTHS[depth]}, {formatBytes(checkedBytes)} of {formatBytes(totalBytes)}
      </Text>
    </Box>
  );
}

function Dates({ health, now }: Pick<HealthCardProps, 'health' | 'now'>) {
  const { lastProvenAt, nextDueAt, healthScore, sizeBytes } = health;
  return (
    <Text size="xs" c="dimmed" className="numbers" mt={2}>
      {formatBytes(sizeBytes)} ·{' '}
      {lastProvenAt ? (
        <>
          last proven <Moment at={lastProvenAt} now={now} />
        </>
      ) : (
        'not proven as a whole yet'
      )}
      {nextDueAt && (
        <>
          {' '}
          · <span title={formatExactly(nextDueAt)}>{dueWords(nextDueAt, now)}</span>
        </>
      )}{' '}
      · health {healthScore} of 100
    </Text>
  );
}
