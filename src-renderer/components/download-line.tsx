import { Stack, Text } from '@mantine/core';
import { describeDownload, percent } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { TONE_COLORS, toneOfDownload } from '../format/model-status.ts';
import { titleOfDownload } from '../format/titles.ts';
import { sentenceCase } from '../format/words.ts';
import { ProgressLine } from './progress-line.tsx';

interface DownloadLineProps {
  readonly download: Download;
  /** Only read while a retry is counted down. */
  readonly now: number;
}

/** A download in three short lines. */
export function DownloadLine({ download, now }: DownloadLineProps) {
  const title = titleOfDownload(download);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500} truncate>
        {title}
      </Text>
      {download.state.kind !== 'done' && (
        <ProgressLine
          size={4}
          label={`Progress of ${title}`}
          percent={percent(download.receivedBytes, download.sizeBytes)}
          color={TONE_COLORS[toneOfDownload(download)]}
        />
      )}
      <Text size="xs" c="dimmed" className="numbers">
        {sentenceCase(describeDownload(download, now))}
      </Text>
    </Stack>
  );
}
