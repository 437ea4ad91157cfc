/** The status of a download and of a model in words: the same in the window, the API and the tray. */

import type { Download, EtaConfidence, FileProgress, Hold } from './download.ts';
import {
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatLimit,
  formatMoment,
  formatRate,
} from './format.ts';
import type { Activity, Availability } from './model.ts';

interface Doing extends Pick<Download, 'state'> {
  /** Present for what moves between libraries. */
  readonly movesFrom?: string | null;
  readonly files: readonly Pick<FileProgress, 'state'>[];
}

/** What a download is doing, derived from its state and the states of its files. */
export function activityOf(download: Doing): Activity {
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
      return activityOfRun(download);
  }
}

function activityOfRun({ files, movesFrom }: Doing): Activity {
  const kinds = new Set(files.map((file) => file.state.kind));
  if (kinds.has('downloading')) return 'downloading';
  if (kinds.has('retrying')) return 'waiting-retry';
  const allHere = files.length > 0 && !kinds.has('waiting');
  if (kinds.has('verifying') || allHere) return 'verifying';
  return movesFrom ? 'moving' : 'downloading';
}

/** One line, e.g. `retrying in 8 s (2 of 3)`, `waits until 22:00`, `12.3 MB/s, 4 min left`. */
export function describeDownload(download: Download, now: number): string {
  switch (activityOf(download)) {
    case 'queued':
      if (download.hold) return describeHold(download.hold, now);
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
    case 'moving':
      return `moving, ${describeSpeed(download)}`;
    default:
      return 'finished';
  }
}

/** What a queued download waits for, beside its turn. */
export function describeHold(hold: Hold, now: number): string {
  switch (hold.kind) {
    case 'start-at':
      return `waits until ${formatMoment(hold.at, now)}`;
    case 'offline':
      return 'waits for the network';
    case 'asleep':
      return 'waits for the computer to wake up';
    case 'on-battery':
      return 'waits for mains power';
    case 'metered':
      return 'waits: this connection is metered';
    case 'schedule':
      return hold.until === null
        ? 'paused by the weekly schedule'
        : `paused by the weekly schedule until ${formatMoment(hold.until, now)}`;
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

function describeSpeed({ bytesPerSecond, etaMs, etaConfidence }: Download): string {
  if (bytesPerSecond <= 0) return 'connecting';
  const speed = formatRate(bytesPerSecond);
  return etaMs === null ? speed : `${speed}, ${describeEta(etaMs, etaConfidence)}`;
}

/** The time left, no more exact than it is known: `4 min left`, `about 4 min left`, `roughly 2–7 min left`. */
export function describeEta(etaMs: number, confidence: EtaConfidence | null): string {
  if (confidence === 'medium') return `about ${formatDurationRange(etaMs, etaMs)} left`;
  if (confidence !== 'low') return `${formatDuration(etaMs)} left`;
  return `roughly ${formatDurationRange(etaMs * 0.7, etaMs * 1.7)} left`;
}

interface Surroundings {
  /** The speed limit of all downloads that holds now, in bytes per second; `null` for none. */
  readonly limitBytesPerSecond: number | null;
  /** Downloads that run beside this one. */
  readonly othersRunning: number;
}

/** What sets the pace of a running download; `null` where that is not known, or its status says it. */
export function describeBottleneck(
  { bottleneck, limitBytesPerSecond }: Pick<Download, 'bottleneck' | 'limitBytesPerSecond'>,
  around: Surroundings,
): string | null {
  switch (bottleneck) {
    case null:
    case 'proof':
      return null;
    case 'own-limit':
      return `Held${atRate(limitBytesPerSecond)} by its own speed limit`;
    case 'global-limit':
      return `Held${atRate(around.limitBytesPerSecond)} by the speed limit in settings`;
    case 'schedule-limit':
      return `Held${atRate(around.limitBytesPerSecond)} by the weekly schedule`;
    case 'shared-line':
      return around.othersRunning > 0
        ? `Shared with ${around.othersRunning} other ${around.othersRunning === 1 ? 'download' : 'downloads'}`
        : 'Shared with other downloads';
    case 'source':
      return 'Your line or the server; more connections brought no more';
    case 'one-connection':
      return 'This server allows only one connection';
    case 'errors':
      return 'The connection breaks often';
  }
}

const atRate = (limit: number | null) => (limit ? ` at ${formatLimit(limit)}` : '');

/** How many files are left out of a download, and how large they are; `null` when none is. */
export function describeExcluded(
  files: readonly Pick<FileProgress, 'state' | 'sizeBytes'>[],
): string | null {
  const excluded = files.filter(({ state }) => state.kind === 'excluded');
  if (excluded.length === 0) return null;
  const size = formatBytes(excluded.reduce((sum, file) => sum + file.sizeBytes, 0));
  return `${excluded.length === 1 ? '1 file' : `${excluded.length} files`} left out (${size})`;
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
    case 'offline':
      return 'Its drive is not plugged in.';
  }
}

const countFiles = (count: number) => (count === 1 ? '1 file is' : `${count} files are`);

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
