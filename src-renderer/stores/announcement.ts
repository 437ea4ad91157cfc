import { activityOf } from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../src-shared/domain/health.ts';
import type { Activity } from '../../src-shared/domain/model.ts';
import { VERDICTS } from '../format/health.ts';
import { titleOfDownload } from '../format/titles.ts';

const WORDS: Partial<Record<Activity, string>> = {
  queued: 'queued',
  downloading: 'downloading',
  verifying: 'verifying',
  paused: 'paused',
  idle: 'finished',
};

/** What a screen reader hears when a download changes state; `null` when there is nothing to say. */
export function announcementOf(before: Download | undefined, after: Download): string | null {
  const activity = activityOf(after);
  if (before && activityOf(before) === activity) return null;
  const { state } = after;
  const title = titleOfDownload(after);
  if (state.kind === 'failed' || state.kind === 'waiting-space') {
    return `${title}: ${state.error.title}. ${state.error.detail}`;
  }
  if (!before && state.kind === 'done') return null;
  const words =
    activity === 'waiting-retry' ? 'connection lost, retrying by itself' : WORDS[activity];
  return words ? `${title}: ${words}` : null;
}

/** What a screen reader hears of a verdict that changed, or a check that ended; `null` for neither. */
export function announcementOfHealth(
  before: ModelHealth | undefined,
  after: ModelHealth,
): string | null {
  if (!before) return null;
  const hasEnded = before.check !== null && after.check === null;
  if (before.verdict === after.verdict && !hasEnded) return null;
  return `${titleOfDownload(after)}: ${VERDICTS[after.verdict].words}. ${after.sentence}`;
}

/** What is heard instead when many checks end at once. */
export const checkedWords = (count: number) => `${count} models checked`;
