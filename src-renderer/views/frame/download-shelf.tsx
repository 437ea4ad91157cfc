import {
  Badge,
  Button,
  Divider,
  Group,
  Popover,
  RingProgress,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { percent } from '../../../src-shared/domain/describe.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { DownloadLine } from '../../components/download-line.tsx';
import { useNow } from '../../components/use-now.ts';
import { isRetrying } from '../../format/model-status.ts';
import { openDownloads } from '../../stores/downloads-store.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './frame.module.css';

const MOST_SHOWN = 5;

/** All downloads in one ring; opens into what is running. */
export function DownloadShelf() {
  const stores = useStores();
  const downloads = useSlice('downloads', useShallow(openDownloads));
  const [opened, setOpened] = useState(false);
  const done = progressOf(downloads);
  const failed = downloads.some(({ state }) => state.kind === 'failed');
  const goThere = () => {
    setOpened(false);
    stores.navigation.getState().go('downloads');
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={380}
      shadow="md"
      position="bottom-end"
      trapFocus
      withRoles
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.shelf ?? ''}
          aria-label={shelfLabel(downloads.length, done)}
          onClick={() => setOpened(!opened)}
        >
          <Ring percent={downloads.length > 0 ? done : 0} />
          {downloads.length > 0 && (
            <>
              <Text size="sm" fw={500} className="numbers">
                {`${done} %`}
              </Text>
              <Badge size="sm" radius="xl" variant="light" color={failed ? 'red' : 'leaf'}>
                {downloads.length}
              </Badge>
            </>
          )}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Downloads at a glance">
        <ShelfContent downloads={downloads} onShow={goThere} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface ShelfContentProps {
  readonly downloads: readonly Download[];
  readonly onShow: () => void;
}

function ShelfContent({ downloads, onShow }: ShelfContentProps) {
  const stores = useStores();
  const now = useNow(downloads.some(isRetrying));
  const manageAll = (action: 'pause' | 'resume') => () =>
    void run(stores, ['downloads.manage', { action }]);
  return (
    <Stack gap="sm">
      {downloads.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is downloading.
        </Text>
      )}
      {downloads.slice(0, MOST_SHOWN).map((download) => (
        <DownloadLine key={download.id} download={download} now={isRetrying(download) ? now : 0} />
      ))}
      {downloads.length > MOST_SHOWN && (
        <Text size="xs" c="dimmed">
          and {downloads.length - MOST_SHOWN} more
        </Text>
      )}
      <Divider />
      <Group gap="xs">
        {downloads.some(({ can }) => can.pause) && (
          <Button size="xs" variant="default" onClick={manageAll('pause')}>
            Pause all
          </Button>
        )}
        {downloads.some(({ can }) => can.resume) && (
          <Button size="xs" variant="default" onClick={manageAll('resume')}>
            Resume all
          </Button>
        )}
        <Button size="xs" variant="default" ml="auto" onClick={onShow}>
          Show downloads
        </Button>
      </Group>
    </Stack>
  );
}

function Ring({ percent: done }: { readonly percent: number }) {
  return (
    <RingProgress
      size={32}
      thickness={3}
      roundCaps
      sections={done > 0 ? [{ value: done, color: 'var(--larder-good)' }] : []}
      label={<IconDownload size={15} style={{ display: 'block', margin: '0 auto' }} aria-hidden />}
    />
  );
}

function progressOf(downloads: readonly Download[]): number {
  const received = downloads.reduce((sum, one) => sum + one.receivedBytes, 0);
  return percent(
    received,
    downloads.reduce((sum, one) => sum + one.sizeBytes, 0),
  );
}

function shelfLabel(count: number, done: number): string {
  if (count === 0) return 'Downloads: none';
  return `Downloads: ${count}, ${done} %`;
}
