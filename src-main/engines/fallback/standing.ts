/** How near a model is to answering. Pure. */
import type { Activity, ModelStatus } from '../../../src-shared/domain/model.ts';
import type { Standing } from './decide.ts';

const COMING: ReadonlySet<Activity> = new Set([
  'queued',
  'downloading',
  'moving',
  'verifying',
  'repairing',
  'updating',
  'waiting-retry',
]);

export interface StandingFacts {
  /** `undefined` for what is in no library. */
  readonly model: Pick<ModelStatus, 'availability' | 'activity' | 'source'> | undefined;
  readonly canRun: boolean;
  /** A server on this computer offers it. */
  readonly isOffered: boolean;
  /** Decide as if its files were not here. */
  readonly assumeMissing: boolean;
  /** It could not be loaded just now. */
  readonly isFailing: boolean;
  /** Its name says where it comes from. */
  readonly isReference: boolean;
}

export function standingOf(facts: StandingFacts): Standing {
  const { model, canRun, isOffered, assumeMissing, isFailing, isReference } = facts;
  const ready = isFailing ? 'failing' : 'ready';
  if (isOffered && !assumeMissing) return ready;
  if (!model) return isReference ? 'fetchable' : 'unknown';
  if (!canRun) return 'unrunnable';
  const { availability, activity, source } = model;
  if (availability === 'available' && !assumeMissing) return ready;
  if (availability === 'quarantined' || availability === 'offline') return 'held';
  if (COMING.has(activity)) return 'coming';
  if (activity === 'paused' || activity === 'failed') return 'held';
  // Of what was found on this computer nobody knows where it came from.
  return source === 'local' ? 'held' : 'fetchable';
}
