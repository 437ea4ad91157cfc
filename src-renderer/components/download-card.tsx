import { Badge, Box, Group, Paper, Text } from '@mantine/core';
import {
  activityOf,
  describeDownload,
  percent,
  retryReason,
} from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { formatBytes, formatLimit, formatMoment } from '../../src-shared/domain/format.ts';
import type { ActionKind } from '../../src-shared/errors.ts';
import { TONE_COLORS, toneOfDownload } from '../format/model-status.ts';
import type { SpeedSample } from '../format/speed-history.ts';
import { titleOfDownload } from '../format/titles.ts';
import { counted, formatAgo, sentenceCase } from '../format/words.ts';
import { DownloadButtons, type DownloadButtonsProps } from './download-buttons.tsx';
import classes from './download-card.module.css';
import { DownloadFiles } from './download-files.tsx';
import { DragHandle, useDropTarget } from './drag-handle.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { ProgressLine } from './progress-line.tsx';
import { SpeedGraph } from './speed-graph.tsx';

interface DownloadCardProps extends DownloadButtonsProps {
  /** Only read while a time is counted down or named. */
  readonly now: number;
  /** What sets its pace, in a sentence. */
  readonly pace: string | null;
  /** Speeds of the last minute. */
  readonly speeds: readonly SpeedSample[];
  readonly onAction: (kind: ActionKind) => void;
  /** Another download was dropped on this one. */
  readonly onDropped: (modelId: string) => void;
}

/** One download: what it is doing in words, how far it is, and what can be done with it. */
export function DownloadCard({
  now,
  pace,
  speeds,
  onAction,
  onDropped,
  ...buttons
}: DownloadCardProps) {
  const { download, canMoveUp, canMoveDown, onManage, onMove } = buttons;
  const { state } = download;
  const title = titleOfDownload(download);
  const drop = useDropTarget(onDropped);
  return (
    <Paper
      component="li"
      withBorder
      p="sm"
      px="md"
      className={classes.card ?? ''}
      aria-label={title}
      {...drop}
    >
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Group gap={6} wrap="nowrap" miw={0}>
          {download.can.prioritize && (canMoveUp || canMoveDown) && (
            <DragHandle
              title={title}
              modelId={download.modelId}
              position={download.position}
              onMove={onMove}
            />
          )}
          <Text fw={600} size="sm" truncate title={download.modelId}>
            {title}
          </Text>
          <Badges download={download} now={now} />
        </Group>
        <DownloadButtons {...buttons} />
      </Group>
      {hasBar(download) && (
        <Box my={8}>
          <ProgressLine
            label={`Progress of ${title}`}
            percent={shownPercent(download)}
            color={TONE_COLORS[toneOfDownload(download)]}
          />
        </Box>
      )}
      <Words download={download} now={now} pace={pace} />
      {state.kind === 'running' && (
        <Box mt={6}>
          <SpeedGraph label={`Speed of ${title}`} samples={speeds} />
        </Box>
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
        <DownloadFiles download={download} now={now} onManage={onManage} />
      )}
    </Paper>
  );
}

/** What was set for this download alone. */
function Badges({ download, now }: Pick<DownloadCardProps, 'download' | 'now'>) {
  const { state, limitBytesPerSecond, startAt, hold } = download;
  if (state.kind === 'done') return null;
  return (
    <>
      {limitBytesPerSecond !== null && (
        <Badge variant="light" color="gray" style={{ flexShrink: 0 }}>
          At most {formatLimit(limitBytesPerSecond)}
        </Badge>
      )}
      {startAt !== null && hold?.kind !== 'start-at' && state.kind !== 'running' && (
        <Badge variant="light" color="gray" style={{ flexShrink: 0 }}>
          Not before {formatMoment(startAt, now)}
        </Badge>
      )}
    </>
  );
}

function Words({ download, now, pace }: Pick<DownloadCardProps, 'download' | 'now' | 'pace'>) {
  const reason = retryReason(download);
  return (
    <Box fz="xs" c="dimmed" className="numbers">
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>{sentenceCase(wordsOf(download, now))}</span>
        <Group gap="md" wrap="nowrap">
          {download.connections > 0 && <span>{counted(download.connections, 'connection')}</span>}
          <span>{bytesWords(download)}</span>
        </Group>
      </Group>
      {reason && <div className={classes.more}>{reason}</div>}
      {pace && !reason && (
        <div className={classes.more}>
          <b>What sets the pace?</b> {pace}.
        </div>
      )}
    </Box>
  );
}

/** Nothing is drawn where nothing has happened yet, so that a long queue stays short. */
const hasBar = ({ state, receivedBytes }: Download) =>
  state.kind !== 'done' && (state.kind !== 'queued' || receivedBytes > 0);

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
  if (state.kind === 'done' || (state.kind === 'queued' && receivedBytes === 0)) {
    return formatBytes(sizeBytes);
  }
  return `${formatBytes(receivedBytes)} of ${formatBytes(sizeBytes)}, ${percent(receivedBytes, sizeBytes)} %`;
}
