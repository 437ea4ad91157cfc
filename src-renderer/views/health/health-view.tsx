import { Button, Skeleton, Stack, Tooltip } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useMemo } from 'react';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { HealthHistory } from '../../components/health-history.tsx';
import { HealthSummary } from '../../components/health-summary.tsx';
import { Page } from '../../components/page.tsx';
import { useNow } from '../../components/use-now.ts';
import { queuedWords } from '../../format/health.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { counted } from '../../format/words.ts';
import { openByModel } from '../../stores/downloads-store.ts';
import type { HealthReport } from '../../stores/health-store.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { HealthItem } from './health-item.tsx';

/** Whether the models are still what they should be, and what can be done about it. */
export function HealthView() {
  const items = useSlice('health', (state) => loadedValue(state.health)?.items) ?? [];
  const isThere = items.length > 0;
  return (
    <Page
      title="Health"
      note={isThere ? counted(items.length, 'model') : undefined}
      actions={isThere && <Checks items={items} />}
    >
      <HealthContent />
    </Page>
  );
}

/** Checks of everything: a look that takes seconds, or a proof that reads it all. */
function Checks({ items }: { readonly items: readonly ModelHealth[] }) {
  const stores = useStores();
  const check = async (depth: 'quick' | 'full') => {
    const answer = await run(stores, ['health.check', { depth }]);
    if (answer.ok) stores.notices.getState().note(queuedWords(answer.value.queued));
  };
  const canCheck = items.some(({ can }) => can.check);
  const bytes = items.reduce((sum, { can, sizeBytes }) => sum + (can.check ? sizeBytes : 0), 0);
  return (
    <>
      {items.some(({ can }) => can.stopCheck) && (
        <Button size="xs" variant="default" onClick={() => void run(stores, ['health.stop', {}])}>
          Stop checking
        </Button>
      )}
      <Tooltip label="Names, sizes and headers of all models; takes seconds">
        <Button
          size="xs"
          variant="default"
          disabled={!canCheck}
          onClick={() => void check('quick')}
        >
          Quick check
        </Button>
      </Tooltip>
      <Tooltip label={`Reads ${formatBytes(bytes)} and compares it with what was published`}>
        <Button size="xs" variant="default" disabled={!canCheck} onClick={() => void check('full')}>
          Check every byte
        </Button>
      </Tooltip>
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

const HOUR_MS = 3_600_000;

function Report({ report }: { readonly report: HealthReport }) {
  const stores = useStores();
  const downloads = useSlice('downloads', (state) => state.downloads);
  const byModel = useMemo(() => openByModel(loadedValue(downloads) ?? []), [downloads]);
  const now = useNow([...byModel.values()].some(needsNow));
  const chosen = useSlice('navigation', (state) => state.healthFilter);
  // Its last model may have got another verdict: then there is nothing to filter by.
  const filter = chosen !== null && report.byVerdict[chosen] > 0 ? chosen : null;
  const items = report.items.filter(({ verdict }) => filter === null || verdict === filter);
  // Days and hours are told; a card is drawn again only when it says something else.
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const nowOf = (modelId: string) => {
    const download = byModel.get(modelId);
    return (download && nowFor(download, now)) || hour;
  };
  return (
    <Stack gap="md">
      <HealthSummary
        summary={report}
        filter={filter}
        onFilter={(verdict) => stores.navigation.getState().filterHealth(verdict)}
      />
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Models">
        {items.map((health) => (
          <HealthItem
            key={health.modelId}
            health={health}
            download={byModel.get(health.modelId)}
            now={nowOf(health.modelId)}
          />
        ))}
      </Stack>
      <HealthHistory history={report.history} now={hour} />
    </Stack>
  );
}
