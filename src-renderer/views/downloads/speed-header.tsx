import { Button, Group, Popover, Text } from '@mantine/core';
import { IconChevronDown, IconGauge } from '@tabler/icons-react';
import { useState } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import { formatRate } from '../../../src-shared/domain/format.ts';
import { limitWords, RateChoice } from '../../components/rate-choice.tsx';
import { SpeedGraph } from '../../components/speed-graph.tsx';
import { describeSpeedNow } from '../../format/schedule-words.ts';
import { totalSpeed } from '../../format/speed-history.ts';
import { sentenceCase } from '../../format/words.ts';
import { run } from '../../stores/run.ts';
import { speedNow } from '../../stores/speed-now.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';

/** All downloads together: how fast they are, and how fast they may be. One alone has its own graph. */
export function SpeedHeader({ downloads }: { readonly downloads: readonly Download[] }) {
  const samples = useSlice('downloads', (state) => state.speeds.total);
  const settings = useSlice('settings', (state) => state.settings);
  const now = Date.now();
  const pace = speedNow(settings, now);
  const running = downloads.filter(({ state }) => state.kind === 'running').length;
  return (
    <section aria-label="Speed of all downloads">
      <Group gap="md" mb="sm" wrap="nowrap" align="center">
        {running > 0 ? (
          <Text size="sm" fw={600} className="numbers" miw={92}>
            {formatRate(totalSpeed(downloads))}
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            Nothing is running
          </Text>
        )}
        <div style={{ flex: 1, minWidth: 0 }}>
          {running > 1 && (
            <SpeedGraph label="Speed of all downloads" samples={samples} height={24} />
          )}
        </div>
        {pace?.fromSchedule && (
          <Text size="xs" c="dimmed">
            {sentenceCase(describeSpeedNow(pace, now))}
          </Text>
        )}
        <LimitMenu />
      </Group>
    </section>
  );
}

function LimitMenu() {
  const stores = useStores();
  const settings = useSlice('settings', (state) => state.settings);
  const [opened, setOpened] = useState(false);
  if (settings.status !== 'ready') return null;
  const limit = settings.value.values.downloads.limitBytesPerSecond || null;
  const choose = async (bytesPerSecond: number | null) => {
    setOpened(false);
    const downloads = { limitBytesPerSecond: bytesPerSecond ?? 0 };
    const answer = await run(stores, ['settings.patch', { downloads }]);
    if (answer.ok) stores.settings.getState().put(answer.value);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={360}
      shadow="md"
      position="bottom-end"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconGauge size={15} />}
          rightSection={<IconChevronDown size={14} />}
          aria-label={`Speed limit: ${limitWords(limit)}`}
          onClick={() => setOpened(!opened)}
        >
          {limitWords(limit)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Speed limit of all downloads">
        <RateChoice
          label="Speed limit of all downloads"
          value={limit}
          onChoose={(value) => void choose(value)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
