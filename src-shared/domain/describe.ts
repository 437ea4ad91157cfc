/** The status of a download and of a model in words: the same in the window, the API and the tray. */

import type { Download, FileProgress } from './download.ts';
import { formatBytes, formatDuration, formatRate } from './format.ts';
import type { Activity, Availability } from './model.ts';

/** What a download is doing, derived from its state and the states of its files. */
export function activityOf(download: Pick<Download, 'state' | 'files'>): Activity {
  switch (download.state.kind) {
    case 'queued':
      return 'queued';
    case 'paused':
      return 'paused';
    case 'failed':
      return 'failed';
    case 'waiting-space':
      return 'waiting-retry';
    case 'done':
      return 'idle';
    case 'running':
      return activityOfFiles(download.files);
  }
}

function activityOfFiles(files: readonly FileProgress[]): Activity {
  const kinds = new Set(files.map((file) => file.state.kind));
  if (kinds.has('downloading')) return 'downloading';
  if (kinds.has('retrying')) return 'waiting-retry';
  const allHere = files.length > 0 && !kinds.has('waiting');
  return kinds.has('verifying') || allHere ? 'verifying' : 'downloading';
}

/** One line, e.g. `retrying in 8 s (2 of 3)`, `verifying, 62 %`, `12.3 MB/s, 4 min left`. */
export function describeDownload(download: Download, now: number): string {
  switch (activityOf(download)) {
    case 'queued':
      return download.receivedBytes > 0 ? 'waiting for its turn' : 'queued';
    case 'paused':
      return 'paused';
    case 'failed':
      return download.state.kind === 'failed' ? download.state.error.title : 'failed';
    case 'waiting-retry':
      return download.state.kind === 'waiting-space'
        ? 'needs space, goes on by itself when there is room'
        : describeRetry(download.files, now);
    case 'verifying':
      return `verifying, ${percent(download.verifiedBytes, download.sizeBytes)} %`;
    case 'downloading':
      return describeSpeed(download);
    default:
      return 'finished';
  }
}

function describeRetry(files: readonly FileProgress[], now: number): string {
  const next = nextRetry(files);
  if (!next) return 'retrying';
  const inMs = Math.max(0, Date.parse(next.at) - now);
  return `retrying in ${formatDuration(inMs)} (${next.attempt} of ${next.of})`;
}

function nextRetry(files: readonly FileProgress[]) {
  const waits = files.flatMap(({ state }) => (state.kind === 'retrying' ? [state] : []));
  return waits.sort((a, b) => a.at.localeCompare(b.at))[0];
}

/** Why a download waits before its next attempt, in a sentence; `null` when it does not. */
export function retryReason(download: Pick<Download, 'state' | 'files'>): string | null {
  if (activityOf(download) !== 'waiting-retry') return null;
  return nextRetry(download.files)?.error.detail ?? null;
}

function describeSpeed({ bytesPerSecond, etaMs }: Download): string {
  if (bytesPerSecond <= 0) return 'connecting';
  const speed = formatRate(bytesPerSecond);
  return etaMs === null ? speed : `${speed}, ${formatDuration(etaMs)} left`;
}

/** Whole percent, 100 only when all is there. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 100;
  return part >= whole ? 100 : Math.min(99, Math.floor((part / whole) * 100));
}

interface ModelFacts {
  readonly availability: Availability;
  readonly sizeBytes: number;
  readonly missingFiles: readonly string[];
  readonly missingBytes: number;
}

/** The status of a model that nothing is being done to. */
export function describeAvailability(facts: ModelFacts): string {
  switch (facts.availability) {
    case 'available':
      return 'Ready to use.';
    case 'partial':
      return `${countFiles(facts.missingFiles.length)} missing (${formatBytes(facts.missingBytes)}): ${listSome(facts.missingFiles)}.`;
    case 'missing':
      return `Not downloaded (${formatBytes(facts.sizeBytes)}).`;
    case 'corrupted':
      return `${countFiles(facts.missingFiles.length)} damaged: ${listSome(facts.missingFiles)}.`;
    case 'quarantined':
      return 'Set aside as unsafe.';
  }
}

const countFiles = (count: number) => (count === 1 ? '1 file is' : `${count} files are`);

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
