import { Box, Button, Chip, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { HealthEvent, HealthSummary, Verdict } from '../../../src-shared/domain/health.ts';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { useNow } from '../../components/use-now.ts';
import { scoreWords, VERDICT_ORDER, VERDICTS } from '../../format/health.ts';
import { counted, formatAgo } from '../../format/words.ts';
import type { HealthReport } from '../../stores/health-store.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { HealthItem } from './health-item.tsx';

/** Whether the models are still what they should be, and what can be done about it. */
export function HealthView() {
  const report = useSlice('health', (state) => loadedValue(state.health));
  return (
    <Page
      title="Health"
      note={report && report.items.length > 0 ? counted(report.items.length, 'model') : undefined}
      actions={report && report.items.length > 0 && <Checks report={report} />}
    >
      <HealthContent />
    </Page>
  );
}

function Checks({ report }: { readonly report: HealthReport }) {
  const stores = useStores();
  if (report.items.some(({ check }) => check !== null)) {
    return (
      <Button size="xs" variant="default" onClick={() => void run(stores, ['health.stop', {}])}>
        Stop checking
      </Button>
    );
  }
  const check = (depth: 'quick' | 'full') => void run(stores, ['health.check', { depth }]);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => check('quick')}>
        Quick check
      </Button>
      <Button size="xs" variant="default" onClick={() => check('full')}>
        Check every byte
      </Button>
    </>
  );
}

function HealthContent() {
  const stores = useStores();
  const loaded = useSlice('health', (state) => state.health);
  if (loaded.status === 'loading') {
    return (
      <Stack gap="sm" aria-busy aria-label="Loading the health of the models">
        <Skeleton height={88} />
        <Skeleton height={88} />
      </Stack>
    );
  }
  if (loaded.status === 'failed') {
    const { error } = loaded;
    const retry = () => void stores.health.getState().load();
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry })}
      />
    );
  }
  return loaded.value.items.length === 0 ? <NoModels /> : <Report report={loaded.value} />;
}

function NoModels() {
  const stores = useStores();
  return (
    <EmptyScreen
      icon={IconHeartbeat}
      title="No models yet"
      description="Once there are models, this shows whether every byte of them is still as it was published."
    >
      <Button onClick={() => stores.navigation.getState().go('discover')}>Discover models</Button>
    </EmptyScreen>
  );
}

function Report({ report }: { readonly report: HealthReport }) {
  const now = useNow(true);
  const [shown, setShown] = useState<Verdict | null>(null);
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  const items = report.items.filter(({ verdict }) => shown === null || verdict === shown);
  return (
    <Stack gap="md">
      <Summary summary={report} shown={shown} onShow={setShown} />
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Models">
        {items.map((health) => (
          <HealthItem key={health.modelId} health={health} now={hour} />
        ))}
      </Stack>
      <History history={report.history} now={hour} />
    </Stack>
  );
}

interface SummaryProps {
  readonly summary: HealthSummary;
  readonly shown: Verdict | null;
  readonly onShow: (verdict: Verdict | null) => void;
}

function Summary({ summary, shown, onShow }: SummaryProps) {
  const { healthScore, byVerdict, scrub } = summary;
  const there = VERDICT_ORDER.filter((verdict) => byVerdict[verdict] > 0);
  const budget = scrub.budgetBytes === 0 ? '' : ` of ${formatBytes(scrub.budgetBytes)}`;
  return (
    <Paper withBorder p="md" component="section" aria-label="Summary">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xl">
        <Box>
          <Group gap={8} align="baseline" wrap="nowrap">
            <Text fz={28} fw={650} lh={1} className="numbers">
              {healthScore}
            </Text>
            <Text size="sm">{scoreWords(healthScore)}</Text>
          </Group>
          <Text size="xs" c="dimmed" mt={6}>
            Background check: {scrub.sentence} {formatBytes(scrub.todayBytes)}
            {budget} read today.
          </Text>
        </Box>
        <Group gap={6} role="group" aria-label="Show only">
          {there.map((verdict) => (
            <Chip
              key={verdict}
              size="xs"
              checked={shown === verdict}
              onChange={(isOn) => onShow(isOn ? verdict : null)}
            >
              {VERDICTS[verdict].words} {byVerdict[verdict]}
            </Chip>
          ))}
        </Group>
      </Group>
    </Paper>
  );
}

const SHOWN_EVENTS = 20;

function History({
  history,
  now,
}: {
  readonly history: readonly HealthEvent[];
  readonly now: number;
}) {
  if (history.length === 0) return null;
  return (
    <section aria-label="What happened">
      <Title order={2} size="h5" mb={6}>
        What happened
      </Title>
      <Stack gap={4} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {history.slice(0, SHOWN_EVENTS).map((event) => (
          <Text
            key={`${event.at} ${event.modelId} ${event.kind} ${event.sentence}`}
            component="li"
            size="xs"
            className="path"
          >
            <Text span c="dimmed" size="xs" title={event.at}>
              {formatAgo(event.at, now)}
            </Text>{' '}
            <b>{event.name}</b> {event.sentence}
          </Text>
        ))}
      </Stack>
    </section>
  );
}
