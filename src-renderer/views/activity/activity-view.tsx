import { Button, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Usage } from '../../../src-shared/domain/usage.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DayBars } from '../../components/day-bars.tsx';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { SettingsSection } from '../../components/settings-section.tsx';
import { busiestHour, durationWords, successWords } from '../../format/usage.ts';
import { counted, formatAgo } from '../../format/words.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { useTitles } from '../use-titles.ts';
import { ExportMenu } from './export-menu.tsx';
import { RecoverySection } from './recovery-section.tsx';

/** Which models were used, when, and how well that went. */
export function ActivityView() {
  const stores = useStores();
  const usage = useSlice('usage', (state) => loadedValue(state.usage));
  useEffect(() => void stores.usage.getState().load(), [stores]);
  const isThere = usage !== undefined && usage.items.length > 0;
  return (
    <Page
      title="Activity"
      note={isThere ? `${counted(usage.uses, 'use')} in 30 days` : undefined}
      actions={isThere && <Actions />}
    >
      <Stack gap="xl" maw={980}>
        <ActivityContent />
        <RecoverySection />
      </Stack>
    </Page>
  );
}

function Actions() {
  const stores = useStores();
  const [isAsking, setAsking] = useState(false);
  const erase = async () => {
    const answer = await run(stores, ['analytics.erase', {}]);
    if (answer.ok) void stores.usage.getState().load();
  };
  return (
    <>
      <ExportMenu />
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Erase…
      </Button>
      {isAsking && (
        <ConfirmDialog
          opened
          title="Erase all uses?"
          stay="Keep them"
          choices={[{ label: 'Erase', danger: true, onChoose: () => void erase() }]}
          onClose={() => setAsking(false)}
        >
          <Text size="sm">
            Which models were used, and when, is forgotten. Clean-up knows only when a model came.
          </Text>
        </ConfirmDialog>
      )}
    </>
  );
}

function ActivityContent() {
  const stores = useStores();
  const { usage, load } = useSlice('usage', (state) => state);
  if (usage.status === 'loading') {
    return <Skeleton height={160} maw={980} aria-busy aria-label="Loading what was used" />;
  }
  if (usage.status === 'failed') {
    const { error } = usage;
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry: () => void load() })}
      />
    );
  }
  return usage.value.items.length === 0 ? <NothingYet /> : <Figures usage={usage.value} />;
}

function NothingYet() {
  return (
    <EmptyScreen
      icon={IconChartBar}
      title="No uses recorded yet"
      description="What you ask in Try it, and programs through Larder’s address, is counted here. Programs can report further uses through the local API, and Settings → Usage switches on that Ollama, ComfyUI and the files are watched. What was asked is never recorded, and nothing leaves this computer."
    />
  );
}

function Figures({ usage }: { readonly usage: Usage }) {
  const titles = useTitles();
  const now = Date.now();
  const [likely] = usage.preload;
  return (
    <Stack gap="xl">
      <SettingsSection title="The last 30 days">
        <Paper p="md">
          <DayBars series={usage.series} />
          {likely && likely.probability >= 0.2 && (
            <Text size="sm" c="dimmed" mt="sm">
              Within the next hour most likely: {titles(likely.modelId)} (
              {Math.round(100 * likely.probability)} %).
            </Text>
          )}
          {usage.dropped > 0 && (
            <Text size="sm" c="dimmed" mt="sm">
              {usage.dropped.toLocaleString('en')} uses came too fast to be kept.
            </Text>
          )}
        </Paper>
      </SettingsSection>
      <Table aria-label="Models by use" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {[
              'Model',
              'Uses',
              'Went well',
              'Average',
              '95 of 100 within',
              'Busiest hour',
              'Last used',
            ].map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="numbers">
          {usage.items.map((item) => (
            <Table.Tr key={item.modelId}>
              <Table.Td title={item.modelId}>{titles(item.modelId)}</Table.Td>
              <Table.Td>{item.uses.toLocaleString('en')}</Table.Td>
              <Table.Td>
                {successWords(item)}
                {item.failureStreak > 1 && ` (the last ${item.failureStreak} failed)`}
              </Table.Td>
              <Table.Td>{durationWords(item.averageMs)}</Table.Td>
              <Table.Td>{durationWords(item.p95Ms)}</Table.Td>
              <Table.Td>{busiestHour(item.hours)}</Table.Td>
              <Table.Td>{formatAgo(item.lastUsedAt, now)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
