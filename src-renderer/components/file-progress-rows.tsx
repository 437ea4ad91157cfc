import { Checkbox } from '@mantine/core';
import { percent } from '../../src-shared/domain/describe.ts';
import type { FileProgress } from '../../src-shared/domain/download.ts';
import { formatBytes, formatDuration } from '../../src-shared/domain/format.ts';
import { counted } from '../format/words.ts';
import classes from './file-rows.module.css';
import { PieceBar } from './piece-bar.tsx';

interface FileProgressRowsProps {
  readonly files: readonly FileProgress[];
  /** Otherwise nothing can be said of a file that waits: its download does. */
  readonly isRunning: boolean;
  readonly now: number;
  readonly onInclude: (path: string, included: boolean) => void;
}

/** Each file of a download: whether it is wanted, which parts are here, and what it is doing. */
export function FileProgressRows({ files, isRunning, now, onInclude }: FileProgressRowsProps) {
  const wanted = files.filter(({ state }) => state.kind !== 'excluded').length;
  return (
    <ul className={classes.list}>
      {files.map((file) => {
        const { path, state } = file;
        const included = state.kind !== 'excluded';
        const hasBar = WITH_BAR.includes(state.kind);
        const doing = doingWords(file, now);
        return (
          <li key={path} className={`${classes.line} numbers`} data-excluded={!included}>
            <Checkbox
              size="xs"
              aria-label={`Include ${path}`}
              checked={included}
              disabled={state.kind === 'verified' || (included && wanted === 1)}
              onChange={(event) => onInclude(path, event.currentTarget.checked)}
            />
            <span className="path">{path}</span>
            {hasBar ? <PieceBar file={file} /> : <span className={classes.settled}>{doing}</span>}
            <span className={classes.size}>{sizeWords(file)}</span>
            {hasBar && (isRunning || state.kind !== 'waiting') && (
              <span className={classes.doing}>{doing}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const WITH_BAR: readonly FileProgress['state']['kind'][] = [
  'waiting',
  'downloading',
  'retrying',
  'verifying',
  'failed',
];

function sizeWords({ receivedBytes, sizeBytes, state }: FileProgress): string {
  const size = formatBytes(sizeBytes);
  if (state.kind === 'excluded' || receivedBytes >= sizeBytes) return size;
  return `${formatBytes(receivedBytes)} of ${size}`;
}

/** `downloading · 4 connections to cdn.example.org`. */
function doingWords(file: FileProgress, now: number): string {
  const { connections, route } = file;
  const using = connections > 0 ? counted(connections, 'connection') : null;
  const from = using && route ? `${using} to ${route}` : (using ?? null);
  return [describeFile(file, now), from].filter(Boolean).join(' · ');
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
    case 'excluded':
      return 'left out';
  }
}
