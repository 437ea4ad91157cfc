import { Button, Skeleton, Stack } from '@mantine/core';
import { IconCloudDownload } from '@tabler/icons-react';
import { describeBottleneck } from '../../../src-shared/domain/describe.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { EmptyScreen } from '../../components/empty-screen.tsx';
import { ErrorScreen } from '../../components/error-screen.tsx';
import { Page } from '../../components/page.tsx';
import { useNow } from '../../components/use-now.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { performAction } from '../../stores/perform-action.ts';
import { run } from '../../stores/run.ts';
import { speedNow } from '../../stores/speed-now.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { DownloadItem } from './download-item.tsx';
import { SpeedHeader } from './speed-header.tsx';

/** The queue in its order; finished ones below until dismissed. */
export function DownloadsView() {
  const downloads = useSlice('downloads', (state) => loadedValue(state.downloads)) ?? [];
  return (
    <Page
      title="Downloads"
      note={noteOf(downloads)}
      actions={<QueueButtons downloads={downloads} />}
    >
      <DownloadsContent />
    </Page>
  );
}

const ALL = [
  { action: 'pause', label: 'Pause all', applies: ({ can }: Download) => can.pause },
  { action: 'resume', label: 'Resume all', applies: ({ can }: Download) => can.resume },
  { action: 'retry', label: 'Try all again', applies: ({ can }: Download) => can.retry },
  {
    action: 'dismiss',
    label: 'Clear finished',
    applies: ({ state }: Download) => state.kind === 'done',
  },
] as const;

function QueueButtons({ downloads }: { readonly downloads: readonly Download[] }) {
  const stores = useStores();
  return ALL.filter(({ applies }) => downloads.some(applies)).map(({ action, label }) => (
    <Button
      key={action}
      size="xs"
      variant="default"
      onClick={() => void run(stores, ['downloads.manage', { action }])}
    >
      {label}
    </Button>
  ));
}

function DownloadsContent() {
  const stores = useStores();
  const loaded = useSlice('downloads', (state) => state.downloads);
  const now = useNow((loadedValue(loaded) ?? []).some(needsNow));
  if (loaded.status === 'loading') {
    return (
      <Stack gap="sm" aria-busy aria-label="Loading the downloads">
        <Skeleton height={104} />
        <Skeleton height={104} />
      </Stack>
    );
  }
  if (loaded.status === 'failed') {
    const { error } = loaded;
    const retry = () => void stores.downloads.getState().load();
    return (
      <ErrorScreen
        error={error}
        onAction={(kind) => performAction(stores, kind, { error, retry })}
      />
    );
  }
  if (loaded.value.length === 0) return <NoDownloads />;
  return (
    <>
      <SpeedHeader downloads={loaded.value} />
      <Queue downloads={loaded.value} now={now} />
    </>
  );
}

interface QueueProps {
  readonly downloads: readonly Download[];
  readonly now: number;
}

function Queue({ downloads, now }: QueueProps) {
  const settings = useSlice('settings', (state) => state.settings);
  const running = downloads.filter(({ state }) => state.kind === 'running').length;
  const around = {
    limitBytesPerSecond: speedNow(settings, Date.now())?.bytesPerSecond ?? null,
    othersRunning: Math.max(0, running - 1),
  };
  return (
    <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Downloads">
      {downloads.map((download, index) => (
        <DownloadItem
          key={download.id}
          download={download}
          above={movable(downloads[index - 1])}
          below={movable(downloads[index + 1])}
          now={nowFor(download, now)}
          pace={describeBottleneck(download, around)}
        />
      ))}
    </Stack>
  );
}

function movable(neighbour: Download | undefined): number | null {
  return neighbour?.can.prioritize ? neighbour.position : null;
}

function NoDownloads() {
  const stores = useStores();
  return (
    <EmptyScreen
      icon={IconCloudDownload}
      title="Nothing to download"
      description="Downloads appear here while they run. They survive lost connections, sleep and restarts."
    >
      <Button onClick={() => stores.navigation.getState().go('discover')}>Discover models</Button>
    </EmptyScreen>
  );
}

function noteOf(downloads: readonly Download[]): string | undefined {
  const open = downloads.filter(({ state }) => state.kind !== 'done');
  if (open.length === 0) return undefined;
  const left = open.reduce((sum, one) => sum + one.sizeBytes - one.receivedBytes, 0);
  return `${formatBytes(left)} to go`;
}
