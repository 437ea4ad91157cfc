/** Which downloads run, and in what order: pure decisions over the queue. */
import type { DownloadStateKind } from '../../../src-shared/domain/download.ts';

export interface QueueEntry {
  readonly id: string;
  readonly state: DownloadStateKind;
  readonly priority: number;
  /** Something beside its turn keeps it from running. */
  readonly isHeld: boolean;
}

export interface RunPlan {
  readonly start: readonly string[];
  /** Running ones that give way to others with a higher priority, or are held. */
  readonly preempt: readonly string[];
}

/**
 * The wanted ones are the first `slots` of those that run or may run, by priority, then by place in
 * the queue; a running one is not disturbed by an equal.
 * @param entries in queue order
 */
export function planRuns(entries: readonly QueueEntry[], slots: number): RunPlan {
  const candidates = entries
    .map((entry, place) => ({ ...entry, place }))
    .filter(({ state, isHeld }) => !isHeld && (state === 'queued' || state === 'running'))
    .sort((a, b) => b.priority - a.priority || runningFirst(a, b) || a.place - b.place);
  const wanted = new Set(candidates.slice(0, slots).map(({ id }) => id));
  return {
    start: candidates.filter(({ id, state }) => state === 'queued' && wanted.has(id)).map(idOf),
    preempt: entries.filter(({ id, state }) => state === 'running' && !wanted.has(id)).map(idOf),
  };
}

const idOf = ({ id }: { id: string }) => id;

function runningFirst(a: QueueEntry, b: QueueEntry): number {
  return Number(b.state === 'running') - Number(a.state === 'running');
}

/** The list with one element moved to `position` (clamped); everything else keeps its order. */
export function moveTo<T>(list: readonly T[], element: T, position: number): T[] {
  const rest = list.filter((other) => other !== element);
  const place = Math.max(0, Math.min(position, rest.length));
  return [...rest.slice(0, place), element, ...rest.slice(place)];
}
