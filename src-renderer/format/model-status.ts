import { describeDownload, percent } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { Model } from '../../src-shared/domain/model.ts';
import { sentenceCase } from './words.ts';

export type Tone = 'ready' | 'busy' | 'waiting' | 'idle' | 'problem';

/** Colours of icons and progress bars; the theme has their values. */
export const TONE_COLORS: Readonly<Record<Tone, string>> = {
  ready: 'var(--larder-good)',
  busy: 'var(--larder-good)',
  waiting: 'var(--larder-waiting)',
  idle: 'var(--larder-idle)',
  problem: 'var(--larder-bad)',
};

export interface ShownStatus {
  readonly tone: Tone;
  readonly words: string;
  /** Present while a download of it is open. */
  readonly percent?: number;
}

/** One status out of what is on disk and what is being done about it. Pure. */
export function statusOf(model: Model, download: Download | undefined, now: number): ShownStatus {
  if (download && download.state.kind !== 'done') return statusOfDownload(download, now);
  if (model.error) return { tone: 'problem', words: model.error.title };
  return { tone: toneOf(model), words: model.sentence };
}

function statusOfDownload(download: Download, now: number): ShownStatus {
  return {
    tone: toneOfDownload(download),
    words: sentenceCase(describeDownload(download, now)),
    percent: percent(download.receivedBytes, download.sizeBytes),
  };
}

export function toneOfDownload(download: Download): Tone {
  switch (download.state.kind) {
    case 'failed':
      return 'problem';
    case 'waiting-space':
      return 'waiting';
    case 'paused':
    case 'queued':
      return 'idle';
    case 'done':
      return 'ready';
    case 'running':
      return isRetrying(download) ? 'waiting' : 'busy';
  }
}

/** Some file waits for its next attempt, and none is moving. */
function isRetrying({ state, files }: Pick<Download, 'state' | 'files'>): boolean {
  const kinds = files.map((file) => file.state.kind);
  return state.kind === 'running' && kinds.includes('retrying') && !kinds.includes('downloading');
}

const MINUTE_MS = 60_000;

/** The words of a download, or of one of its files, name a time. */
export function needsNow(download: Download): boolean {
  return countsDown(download) || download.startAt !== null || download.hold !== null;
}

const countsDown = ({ files }: Download) => files.some(({ state }) => state.kind === 'retrying');

/** The time as exact as the words of a download need it, so that others are not drawn again. */
export function nowFor(download: Download, now: number): number {
  if (countsDown(download)) return now;
  return needsNow(download) ? Math.floor(now / MINUTE_MS) * MINUTE_MS : 0;
}

const BUSY = new Set<Model['activity']>(['verifying', 'repairing', 'updating', 'moving']);

function toneOf({ availability, activity }: Model): Tone {
  if (availability === 'corrupted' || availability === 'quarantined') return 'problem';
  if (BUSY.has(activity)) return 'busy';
  return availability === 'available' ? 'ready' : 'idle';
}

const CANNOT_START = new Set<Model['availability']>(['available', 'quarantined', 'offline']);

/** What the one button of a row does; `null` when there is nothing to do. */
export type MainAction = 'start' | 'pause' | 'resume' | 'retry';

export function mainActionOf(model: Model, download: Download | undefined): MainAction | null {
  if (download && download.state.kind !== 'done') {
    const { retry, pause, resume } = download.can;
    return retry ? 'retry' : pause ? 'pause' : resume ? 'resume' : null;
  }
  return CANNOT_START.has(model.availability) ? null : 'start';
}
