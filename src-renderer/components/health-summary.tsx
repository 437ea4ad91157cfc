import { Box, Chip, Group, Paper, Text } from '@mantine/core';
import type { HealthSummary as Summary, Verdict } from '../../src-shared/domain/health.ts';
import { overallWords, scrubWords, shownScore, VERDICT_ORDER, VERDICTS } from '../format/health.ts';

interface HealthSummaryProps {
  readonly summary: Summary;
  /** Only models of this verdict are shown; `null` shows all. */
  readonly filter: Verdict | null;
  readonly onFilter: (verdict: Verdict | null) => void;
}

/** All models together: a score with a word, how many there are of each verdict, and what the background check does. */
export function HealthSummary({ summary, filter, onFilter }: HealthSummaryProps) {
  const { byVerdict, scrub } = summary;
  const there = VERDICT_ORDER.filter((verdict) => byVerdict[verdict] > 0);
  return (
    <Paper withBorder p="md" component="section" aria-label="Summary">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap={8} align="baseline" wrap="nowrap">
          <Text fz={28} fw={650} lh={1} className="numbers" title="Health of all models, of 100">
            {shownScore(summary)}
          </Text>
          <Text size="sm">{overallWords(summary)}</Text>
        </Group>
        <Group gap={6} role="group" aria-label="Show only">
          {there.map((verdict) => (
            <Chip
              key={verdict}
              size="xs"
              checked={filter === verdict}
              onChange={(isOn) => onFilter(isOn ? verdict : null)}
            >
              {VERDICTS[verdict].words} {byVerdict[verdict]}
            </Chip>
          ))}
        </Group>
      </Group>
      <Box mt={8}>
        <Text size="xs" c="dimmed" className="numbers">
          Background check: {scrubWords(scrub)}
        </Text>
      </Box>
    </Paper>
  );
}
