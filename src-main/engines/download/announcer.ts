/**
 * Tells of downloads: every change of state, and progress at most four times a second for each. While
 * nothing arrives the rate that was told last would stand: it is told again until it is 0.
 */
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Clock, Publish } from '../ports.ts';
import type { FileJob, Job } from './job.ts';

const PROGRESS_INTERVAL_MS = 250;
const LULL_MS = 1_000;

export interface AnnouncerPorts {
  readonly clock: Clock;
  readonly publish: Publish;
  readonly isQueued: (job: Job) => boolean;
  /** The job that stands in the queue for this one's model: itself, or what took its place. */
  readonly current: (job: Job) => Job | undefined;
  readonly snapshot: (job: Job) => Download;
}

export type Announcer = ReturnType<typeof createAnnouncer>;

export function createAnnouncer(ports: AnnouncerPorts) {
  const { clock, publish, isQueued, snapshot } = ports;

  function announce(job: Job): void {
    const modelId = job.manifest.id;
    const current = ports.current(job);
    const download = current ? snapshot(current) : null;
    job.hasNewFileState = false;
    watchLull(job, download);
    publish('download.state', { downloadId: job.id, modelId, download });
  }

  /** The last state is always told. */
  function announceProgress(job: Job): void {
    if (job.publishTimer) return;
    const sinceMs = clock.now() - job.publishedAt;
    // A clock that was set back silences nothing.
    const wait = sinceMs < 0 ? PROGRESS_INTERVAL_MS : PROGRESS_INTERVAL_MS - sinceMs;
    job.publishTimer = clock.after(Math.max(0, wait), () => {
      job.publishTimer = undefined;
      job.publishedAt = clock.now();
      if (job.state.kind !== 'running' || !isQueued(job)) return;
      if (job.hasNewFileState) announce(job);
      else tellProgress(job);
    });
  }

  function tellProgress(job: Job): void {
    const download = snapshot(job);
    watchLull(job, download);
    publish('download.progress', { download });
  }

  function watchLull(job: Job, told: Download | null): void {
    job.lullTimer?.();
    const isMoving = told !== null && told.bytesPerSecond > 0;
    job.lullTimer = isMoving ? clock.after(LULL_MS, () => announceProgress(job)) : undefined;
  }

  function dropProgress(job: Job): void {
    job.publishTimer?.();
    job.publishTimer = undefined;
    job.lullTimer?.();
    job.lullTimer = undefined;
  }

  return { announce, announceProgress, dropProgress };
}

export function setFileState(
  job: Job,
  { announce, announceProgress }: Pick<Announcer, 'announce' | 'announceProgress'>,
) {
  return (file: FileJob, state: FileJob['state']): void => {
    if (file.state.kind === state.kind && state.kind === 'downloading') return;
    file.state = state;
    if (state.kind === 'verified') file.verifiedBytes = file.sizeBytes;
    job.hasNewFileState = true;
    // A wait is told at once; thousands of small files that come and go are told together.
    if (state.kind === 'retrying') announce(job);
    else announceProgress(job);
  };
}
