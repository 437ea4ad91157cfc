import { percent } from '../../src-shared/domain/describe.ts';
import type { FileProgress } from '../../src-shared/domain/download.ts';
import { formatBytes, formatDuration } from '../../src-shared/domain/format.ts';
import { TONE_COLORS } from '../format/model-status.ts';
import classes from './file-rows.module.css';
import { ProgressLine } from './progress-line.tsx';

interface FileProgressRowsProps {
  readonly files: readonly FileProgress[];
  readonly now: number;
}

export function FileProgressRows({ files, now }: FileProgressRowsProps) {
  return (
    <ul className={classes.list}>
      {files.map((file) => (
        <li key={file.path} className={`${classes.line} numbers`}>
          <span className="path">{file.path}</span>
          <span>{describeFile(file, now)}</span>
          {MOVING.includes(file.state.kind) ? (
            <ProgressLine
              size={4}
              label={`Progress of ${file.path}`}
              percent={percent(file.receivedBytes, file.sizeBytes)}
              color={TONE_COLORS[file.state.kind === 'retrying' ? 'waiting' : 'busy']}
            />
          ) : (
            <span />
          )}
          <span style={{ textAlign: 'right' }}>{sizeWords(file)}</span>
        </li>
      ))}
    </ul>
  );
}

const MOVING: readonly FileProgress['state']['kind'][] = ['downloading', 'retrying', 'verifying'];

function sizeWords({ receivedBytes, sizeBytes }: FileProgress): string {
  const size = formatBytes(sizeBytes);
  return receivedBytes >= sizeBytes ? size : `${formatBytes(receivedBytes)} of ${size}`;
}

/** What one file is doing, in words. Pure. */
export function describeFile(
  { state, verifiedBytes, sizeBytes }: FileProgress,
  now: number,
): string {
  switch (state.kind) {
    case 'waiting':
      return 'waiting';
    case 'downloading':
      return 'downloading';
    case 'retrying': {
      const inMs = Math.max(0, Date.parse(state.at) - now);
      return `${state.error.title}, retrying in ${formatDuration(inMs)} (${state.attempt} of ${state.of})`;
    }
    case 'verifying':
      return `verifying, ${percent(verifiedBytes, sizeBytes)} %`;
    case 'verified':
      return 'verified';
    case 'failed':
      return state.error.title;
  }
}
