import { Box, Button, Group, Paper, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { percent } from '../../src-shared/domain/describe.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { ModelHealth, RepairMode } from '../../src-shared/domain/health.ts';
import { repairChoices, repairWords } from '../format/health.ts';
import { counted, formatAgo } from '../format/words.ts';
import { FindingItem } from './finding-item.tsx';
import { ProgressLine } from './progress-line.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

export interface HealthCardProps {
  readonly health: ModelHealth;
  readonly title: string;
  readonly now: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onCheck: () => void;
  readonly onStop: () => void;
  readonly onRepair: (mode: RepairMode) => void;
  readonly onQuarantine: () => void;
  readonly onRelease: () => void;
  readonly onIgnore: (findingId: string) => void;
  readonly onCount: (findingId: string) => void;
}

/** One model: its verdict, since when that is known, what was found, and what can be done. */
export function HealthCard(props: HealthCardProps) {
  const { health, title, isOpen, onToggle } = props;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Paper component="li" withBorder p="sm" px="md" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <UnstyledButton onClick={onToggle} aria-expanded={isOpen} style={{ minWidth: 0 }}>
          <Group gap={8} wrap="nowrap" miw={0}>
            <Chevron size={16} aria-hidden style={{ flexShrink: 0 }} />
            <Text fw={600} size="sm" truncate title={health.modelId}>
              {title}
            </Text>
            <VerdictBadge verdict={health.verdict} />
          </Group>
        </UnstyledButton>
        <Buttons {...props} />
      </Group>
      <Text size="sm" mt={4} className="path">
        {health.sentence}
      </Text>
      <RunningCheck health={health} title={title} />
      <Dates {...props} />
      {isOpen && <Findings {...props} />}
    </Paper>
  );
}

function Buttons(props: HealthCardProps) {
  const { health, title } = props;
  const { can } = health;
  const [cheapest] = health.repairs;
  return (
    <Group gap="xs" wrap="nowrap">
      {can.repair && cheapest && (
        <Button size="compact-sm" onClick={() => props.onRepair(cheapest.mode)}>
          {repairWords(cheapest)}
        </Button>
      )}
      {can.release && (
        <Button size="compact-sm" variant="default" onClick={props.onRelease}>
          Release…
        </Button>
      )}
      {can.stopCheck ? (
        <Button size="compact-sm" variant="default" onClick={props.onStop}>
          Stop
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          disabled={!can.check}
          aria-label={`Check ${title}`}
          onClick={props.onCheck}
        >
          Check
        </Button>
      )}
    </Group>
  );
}

function RunningCheck({ health, title }: Pick<HealthCardProps, 'health' | 'title'>) {
  const { check } = health;
  if (!check) return null;
  const { checkedBytes, totalBytes } = check;
  return (
    <Box my={6}>
      <ProgressLine label={`Check of ${title}`} percent={percent(checkedBytes, totalBytes)} />
      <Text size="xs" c="dimmed" className="numbers" mt={2}>
        Reading, {formatBytes(checkedBytes)} of {formatBytes(totalBytes)}
      </Text>
    </Box>
  );
}

function Dates({ health, now }: HealthCardProps) {
  const { lastProvenAt, nextDueAt, healthScore, integrityScore, sizeBytes } = health;
  const proven = lastProvenAt
    ? `last proven ${formatAgo(lastProvenAt, now)}`
    : 'not proven as a whole yet';
  return (
    <Text size="xs" c="dimmed" className="numbers" mt={2}>
      {formatBytes(sizeBytes)} · <span title={lastProvenAt ?? ''}>{proven}</span>
      {nextDueAt && <span title={nextDueAt}> · {dueWords(nextDueAt, now)}</span>} · health{' '}
      {healthScore}, integrity {integrityScore}
    </Text>
  );
}

const DAY_MS = 86_400_000;

function dueWords(iso: string, now: number): string {
  const days = Math.round((Date.parse(iso) - now) / DAY_MS);
  return days <= 0 ? 'due now' : `due in ${counted(days, 'day')}`;
}

function Findings(props: HealthCardProps) {
  const { health, onIgnore, onCount, onRepair, onQuarantine } = props;
  const others = repairChoices(health.repairs).slice(1);
  return (
    <Box mt={8}>
      {health.findings.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing was found.
        </Text>
      )}
      <Box component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Findings">
        {health.findings.map((finding) => (
          <FindingItem
            key={finding.id}
            finding={finding}
            onIgnore={() => onIgnore(finding.id)}
            onCount={() => onCount(finding.id)}
          />
        ))}
      </Box>
      <Group gap="xs" mt={8}>
        {others.map((repair) => (
          <Button
            key={repair.mode}
            size="compact-sm"
            variant="default"
            onClick={() => onRepair(repair.mode)}
          >
            {repairWords(repair)}
          </Button>
        ))}
        {health.can.quarantine && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onQuarantine}>
            Take out of use…
          </Button>
        )}
      </Group>
    </Box>
  );
}
