import { Box, Button, Group, Text } from '@mantine/core';
import { describeDownload, percent } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../src-shared/domain/health.ts';
import { isRepair } from '../format/health.ts';
import { TONE_COLORS, toneOfDownload } from '../format/model-status.ts';
import { ProgressLine } from './progress-line.tsx';

interface RepairLineProps {
  readonly health: ModelHealth;
  readonly download: Download;
  readonly title: string;
  readonly now: number;
  readonly onShow: () => void;
}

/** What is fetched for a model at this moment, in one line, and the way to its download. */
export function RepairLine({ health, download, title, now, onShow }: RepairLineProps) {
  const name = isRepair(health) ? 'Repair' : 'Download';
  return (
    <Box my={6}>
      <ProgressLine
        label={`${name} of ${title}`}
        percent={percent(download.receivedBytes, download.sizeBytes)}
        color={TONE_COLORS[toneOfDownload(download)]}
      />
      <Group gap="xs" justify="space-between" mt={2}>
        <Text size="xs" c="dimmed" className="numbers">
          {name}: {describeDownload(download, now)}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Show download of ${title}`}
          onClick={onShow}
        >
          Show download
        </Button>
      </Group>
    </Box>
  );
}
