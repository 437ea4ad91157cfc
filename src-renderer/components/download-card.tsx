import { Box, Collapse, Group, Paper, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import {
  activityOf,
  describeDownload,
  percent,
  retryReason,
} from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { ActionKind } from '../../src-shared/errors.ts';
import { TONE_COLORS, toneOfDownload } from '../format/model-status.ts';
import { titleOfDownload } from '../format/titles.ts';
import { counted, formatAgo, sentenceCase } from '../format/words.ts';
import { DownloadButtons, type DownloadButtonsProps } from './download-buttons.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { FileProgressRows } from './file-progress-rows.tsx';
import { ProgressLine } from './progress-line.tsx';

interface DownloadCardProps extends DownloadButtonsProps {
  /** Only read while a retry is counted down. */
  readonly now: number;
  readonly onAction: (kind: ActionKind) => void;
}

/** One download: what it is doing in words, how far it is, and what can be done with it. */
export function DownloadCard({ now, onAction, ...buttons }: DownloadCardProps) {
  const { download } = buttons;
  const { state } = download;
  const title = titleOfDownload(download);
  const reason = retryReason(download);
  return (
    <Paper component="li" withBorder p="sm" px="md" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Text fw={600} size="sm" truncate title={download.modelId}>
          {title}
        </Text>
        <DownloadButtons {...buttons} />
      </Group>
      {state.kind !== 'done' && (
        <Box my={8}>
          <ProgressLine
            label={`Progress of ${title}`}
            percent={shownPercent(download)}
            color={TONE_COLORS[toneOfDownload(download)]}
          />
        </Box>
      )}
      <Group justify="space-between" gap="md" fz="xs" c="dimmed" className="numbers" wrap="nowrap">
        <span>{sentenceCase(wordsOf(download, now))}</span>
        <span>{bytesWords(download)}</span>
      </Group>
      {reason && (
        <Text fz="xs" c="dimmed" mt={2}>
          {reason}
        </Text>
      )}
      {'error' in state && (
        <div style={{ marginTop: 10 }}>
          <ErrorNotice
            error={state.error}
            mild={state.kind === 'waiting-space'}
            onAction={onAction}
          />
        </div>
      )}
      {state.kind !== 'done' && download.files.length > 0 && (
        <Files download={download} now={now} />
      )}
    </Paper>
  );
}

function Files({ download, now }: { readonly download: Download; readonly now: number }) {
  const [open, setOpen] = useState(false);
  const { files } = download;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const done = files.filter((file) => file.state.kind === 'verified').length;
  return (
    <div style={{ marginTop: 6 }}>
      <UnstyledButton
        aria-expanded={open}
        aria-label={`Files of ${titleOfDownload(download)}`}
        onClick={() => setOpen(!open)}
      >
        <Group gap={4} c="dimmed" fz="xs" className="numbers">
          <Chevron size={14} aria-hidden />
          {`${counted(files.length, 'file')}, ${done} verified`}
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>
        <FileProgressRows files={files} now={now} />
      </Collapse>
    </div>
  );
}

/** While files are verified the bar shows how far that is. */
function shownPercent(download: Download): number {
  const { verifiedBytes, receivedBytes, sizeBytes } = download;
  return percent(activityOf(download) === 'verifying' ? verifiedBytes : receivedBytes, sizeBytes);
}

function wordsOf(download: Download, now: number): string {
  const { state } = download;
  if (state.kind === 'done') {
    return `finished ${formatAgo(state.finishedAt, Date.now())}, every file verified`;
  }
  // The notice below says what went wrong.
  return state.kind === 'failed' ? 'stopped' : describeDownload(download, now);
}

function bytesWords({ state, receivedBytes, sizeBytes }: Download): string {
  if (state.kind === 'done') return formatBytes(sizeBytes);
  return `${formatBytes(receivedBytes)} of ${formatBytes(sizeBytes)}, ${percent(receivedBytes, sizeBytes)} %`;
}
