/**
 * Which models would be missed least. Each has a value from 0 to 1, a weighted sum of parts that are from 0 to 1
 * themselves; the score is 100 times what is left of 1. Pure.
 *
 * | part | weight | 1 means |
 * |---|---|---|
 * | recency | 0.40 | used, or come, just now; halves every 30 days |
 * | frequency | 0.20 | used often in the last 30 days: 10 uses are 0.63 |
 * | cost to get back | 0.25 | a day and more of downloading; cannot be fetched again; at least 0.5 when it needs permission |
 * | last of its kind | 0.15 | no other model here does its task |
 */

import { type CleanupRule, ruleFor } from '../../../src-shared/domain/cleanup-rule.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { Cleanup, Proposal } from '../../../src-shared/domain/storage.ts';

export interface ModelFacts {
  readonly modelId: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** What really becomes free. */
  readonly freedBytes: number;
  readonly keep: boolean;
  /** Milliseconds since the epoch. */
  readonly cameAt: number;
  /** `null` when no use was recorded. */
  readonly lastUsedAt: number | null;
  /** In the last 30 days; `null` when uses are not recorded. */
  readonly uses: number | null;
  /** Whether its source still has it for us; not for what was found on this computer. */
  readonly canFetchAgain: boolean;
  /** Whether its source may refuse it by then. */
  readonly isGated: boolean;
  readonly task: string | undefined;
  /** Given by its owner. */
  readonly tags: readonly string[];
}

export interface ProposeContext {
  readonly now: number;
  /** As measured lately; `null` when nothing was. */
  readonly bytesPerSecond: number | null;
  readonly targetBytes: number | null;
  readonly rules: readonly CleanupRule[];
}

const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 30;
const TYPICAL_BYTES_PER_SECOND = 5e6;
const GATED_COST = 0.5;
const WEIGHTS = { recency: 0.4, frequency: 0.2, cost: 0.25, lastOfKind: 0.15 } as const;

/** @returns what may go, what would be missed least first; of what is chosen none could stay */
export function proposeCleanup(models: readonly ModelFacts[], context: ProposeContext): Cleanup {
  const { targetBytes } = context;
  const counts = countTasks(models);
  const ranked = models
    .filter(({ keep, freedBytes }) => !keep && freedBytes > 0)
    .map((model) => rate(model, counts, context))
    .toSorted(
      (a, b) =>
        Number(b.rule !== null) - Number(a.rule !== null) ||
        b.score - a.score ||
        b.freedBytes - a.freedBytes,
    );
  const chosen = new Set(chooseFor(ranked, targetBytes ?? 0));
  const byRule = (item: Ranked) => targetBytes === null && item.rule !== null;
  const items = ranked.map((item) => ({ ...item, isChosen: chosen.has(item) || byRule(item) }));
  const chosenBytes = [...chosen].reduce((sum, { freedBytes }) => sum + freedBytes, 0);
  return { items, targetBytes, chosenBytes, reachesTarget: chosenBytes >= (targetBytes ?? 0) };
}

type Ranked = Omit<Proposal, 'isChosen'>;

/** The first that together free enough, without those of them that are not needed for it. */
function chooseFor(ranked: readonly Ranked[], targetBytes: number): Ranked[] {
  let sum = 0;
  const taken: Ranked[] = [];
  for (const item of ranked) {
    if (sum >= targetBytes) break;
    taken.push(item);
    sum += item.freedBytes;
  }
  // What would be missed most is looked at first.
  return taken.toReversed().filter((item) => {
    if (sum - item.freedBytes < targetBytes) return true;
    sum -= item.freedBytes;
    return false;
  });
}

type TaskCounts = ReadonlyMap<string | undefined, number>;

function countTasks(models: readonly ModelFacts[]): TaskCounts {
  const counts = new Map<string | undefined, number>();
  for (const { task } of models) counts.set(task, (counts.get(task) ?? 0) + 1);
  return counts;
}

function rate(model: ModelFacts, counts: TaskCounts, context: ProposeContext): Ranked {
  const { modelId, name, sizeBytes, freedBytes } = model;
  const usedAt = model.lastUsedAt ?? model.cameAt;
  const days = Math.max(0, (context.now - usedAt) / DAY_MS);
  const seconds = sizeBytes / (context.bytesPerSecond ?? TYPICAL_BYTES_PER_SECOND);
  const isLast = model.task !== undefined && counts.get(model.task) === 1;
  const parts = {
    recency: 0.5 ** (days / HALF_LIFE_DAYS),
    frequency: 1 - Math.exp(-(model.uses ?? 0) / 10),
    cost: costOf(model, seconds),
    lastOfKind: isLast ? 1 : 0,
  };
  const value = Object.entries(WEIGHTS).reduce(
    (sum, [part, weight]) => sum + weight * parts[part as keyof typeof parts],
    0,
  );
  const rule = ruleFor({ ...model, touchedAt: usedAt }, context.rules, context.now)?.name ?? null;
  const reasons = [
    ...(rule === null ? [] : [`Falls under your rule “${rule}”.`]),
    ...reasonsFor(model, { days, seconds, isLast }),
  ];
  const score = Math.round(100 * (1 - value));
  return { modelId, name, sizeBytes, freedBytes, score, reasons, rule };
}

/** Of what needs permission, nobody knows whether it will be given again. */
function costOf({ canFetchAgain, isGated }: ModelFacts, seconds: number): number {
  if (!canFetchAgain) return 1;
  return Math.max(isGated ? GATED_COST : 0, Math.min(1, seconds / 86_400));
}

function reasonsFor(
  { lastUsedAt, uses, sizeBytes, freedBytes, canFetchAgain, isGated, task }: ModelFacts,
  { days, seconds, isLast }: { days: number; seconds: number; isLast: boolean },
): string[] {
  const whole = Math.floor(days);
  const since = whole === 0 ? 'today' : whole === 1 ? 'yesterday' : `${whole} days ago`;
  return [
    lastUsedAt === null ? `Came ${since}; no use was recorded.` : `Last used ${since}.`,
    ...(uses !== null && uses > 0
      ? [`Used ${uses === 1 ? 'once' : `${uses} times`} in 30 days.`]
      : []),
    ...(freedBytes < sizeBytes
      ? [`Frees ${formatBytes(freedBytes)}: the rest has names elsewhere.`]
      : []),
    canFetchAgain
      ? `About ${durationWords(seconds)} to download again.`
      : 'Cannot be downloaded again: nobody knows where it came from.',
    ...(isGated ? ['Its source gives it only with permission.'] : []),
    ...(isLast ? [`The only model here for ${task?.replaceAll('-', ' ')}.`] : []),
  ];
}

function durationWords(seconds: number): string {
  if (seconds < 90) return 'a minute';
  if (seconds < 5_400) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3_600)} hours`;
}
