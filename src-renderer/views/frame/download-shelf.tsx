import { Badge, Popover, RingProgress, Text, UnstyledButton } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { percent } from '../../../src-shared/domain/describe.ts';
import type { Download } from '../../../src-shared/domain/download.ts';
import { openDownloads } from '../../stores/downloads-store.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import classes from './frame.module.css';
import { ShelfContent } from './shelf-content.tsx';

/** All downloads in one ring; opens into what is running and what has finished. */
export function DownloadShelf() {
  const stores = useStores();
  const downloads = useSlice('downloads', useShallow(openDownloads));
  const [opened, setOpened] = useState(false);
  const done = progressOf(downloads);
  const goThere = () => {
    setOpened(false);
    stores.navigation.getState().go('downloads');
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={400}
      shadow="md"
      position="bottom-end"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.shelf ?? ''}
          aria-label={shelfLabel(downloads, done)}
          onClick={() => setOpened(!opened)}
        >
          <Ring percent={downloads.length > 0 ? done : 0} />
          {downloads.length > 0 && (
            <>
              <Text size="sm" fw={500} className="numbers">
                {`${done} %`}
              </Text>
              <CountBadge downloads={downloads} />
            </>
          )}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Downloads at a glance">
        <ShelfContent onShow={goThere} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** How many have failed, in red; if none has, how many run. */
function CountBadge({ downloads }: { readonly downloads: readonly Download[] }) {
  const failed = countOf(downloads, 'failed');
  const running = countOf(downloads, 'running');
  return (
    <Badge
      size="sm"
      radius="xl"
      variant="light"
      color={failed > 0 ? 'red' : running > 0 ? 'leaf' : 'gray'}
    >
      {failed > 0 ? failed : running}
    </Badge>
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

const countOf = (downloads: readonly Download[], kind: Download['state']['kind']) =>
  downloads.filter(({ state }) => state.kind === kind).length;

function progressOf(downloads: readonly Download[]): number {
  const received = downloads.reduce((sum, one) => sum + one.receivedBytes, 0);
  return percent(
    received,
    downloads.reduce((sum, one) => sum + one.sizeBytes, 0),
  );
}

function shelfLabel(downloads: readonly Download[], done: number): string {
  if (downloads.length === 0) return 'Downloads: none';
  const failed = countOf(downloads, 'failed');
  const counts = `${countOf(downloads, 'running')} running${failed > 0 ? `, ${failed} failed` : ''}`;
  return `Downloads: ${downloads.length}, ${counts}, ${done} %`;
}
