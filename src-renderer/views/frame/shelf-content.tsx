import { Button, Divider, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { DownloadLine } from '../../components/download-line.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { useNow } from '../../components/use-now.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { titleOfDownload } from '../../format/titles.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { run } from '../../stores/run.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

/** What downloads, and what has finished until it is dismissed. */
export function ShelfContent({ onShow }: { readonly onShow: () => void }) {
  const stores = useStores();
  const downloads = useSlice('downloads', (state) => loadedValue(state.downloads)) ?? [];
  const now = useNow(downloads.some(needsNow));
  const finished = downloads.filter(({ state }) => state.kind === 'done');
  const manage = (action: 'pause' | 'resume' | 'dismiss', modelId?: string) =>
    void run(stores, ['downloads.manage', { action, ...(modelId && { modelId }) }]);
  return (
    <Stack gap="sm">
      {downloads.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is downloading.
        </Text>
      )}
      <ScrollArea.Autosize mah={360} offsetScrollbars="present">
        <Stack gap="sm" p={4}>
          {downloads.map((download) => (
            <Group key={download.id} gap={6} wrap="nowrap" align="flex-start">
              <div style={{ flex: 1, minWidth: 0 }}>
                <DownloadLine download={download} now={nowFor(download, now)} />
              </div>
              {download.state.kind === 'done' && (
                <IconButton
                  label={`Dismiss ${titleOfDownload(download)}`}
                  tooltip="Dismiss"
                  icon={IconX}
                  onClick={() => manage('dismiss', download.modelId)}
                />
              )}
            </Group>
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <Divider />
      <Group gap="xs">
        {downloads.some(({ can }) => can.pause) && (
          <Button size="xs" variant="default" onClick={() => manage('pause')}>
            Pause all
          </Button>
        )}
        {downloads.some(({ can }) => can.resume) && (
          <Button size="xs" variant="default" onClick={() => manage('resume')}>
            Resume all
          </Button>
        )}
        {finished.length > 0 && (
          <Button size="xs" variant="default" onClick={() => manage('dismiss')}>
            Dismiss finished
          </Button>
        )}
        <Button size="xs" variant="default" ml="auto" onClick={onShow}>
          Show downloads
        </Button>
      </Group>
    </Stack>
  );
}
