/** From uses to days, and from days to figures. Pure. */
import {
  type DayUse,
  type ModelUsage,
  OTHER_MODELS,
  type UsageEvent,
} from '../../../src-shared/domain/usage.ts';

/** A moment as the person's clock shows it. */
export interface LocalTime {
  /** `2026-01-31`. */
  readonly day: string;
  /** 0 to 23. */
  readonly hour: number;
}

export type ToLocal = (ms: number) => LocalTime;

/** Uses by day, then by model. */
export type Days = Readonly<Record<string, Readonly<Record<string, DayUse>>>>;

const EMPTY: DayUse = {
  uses: 0,
  failures: 0,
  durationMs: 0,
  successMs: 0,
  tokens: 0,
  steps: 0,
  hours: {},
  durations: {},
  lastUsedAt: new Date(0).toISOString(),
  failureStreak: 0,
};

const BUCKET_BASE = 1.05;
const bucketOf = (durationMs: number) =>
  String(Math.floor(Math.log(Math.max(1, durationMs)) / Math.log(BUCKET_BASE)));
/** The middle of a bucket. */
const durationOf = (bucket: number) => BUCKET_BASE ** (bucket + 0.5);

/** Days with further uses. What has none of them stays the same object. */
export function addUses(days: Days, events: readonly UsageEvent[], toLocal: ToLocal): Days {
  const changed = new Map<string, Record<string, DayUse>>();
  for (const event of events) {
    const { day, hour } = toLocal(Date.parse(event.startedAt));
    const models = changed.get(day) ?? { ...days[day] };
    changed.set(day, models);
    models[event.modelId] = withUse(models[event.modelId] ?? EMPTY, event, hour);
  }
  return { ...days, ...Object.fromEntries(changed) };
}

/** Of documents that lack it, from the buckets: within 2.5 %. */
function successMsOf({ successMs, durations }: DayUse): number {
  if (successMs !== undefined) return successMs;
  return Object.entries(durations).reduce(
    (sum, [bucket, count]) => sum + count * durationOf(Number(bucket)),
    0,
  );
}

/** Models beyond the `most` used of these days are counted as one; among equals the newest stay. */
export function withFewModels(days: Days, most: number): Days {
  const models = new Map<string, { uses: number; lastUsedAt: string }>();
  for (const [modelId, { uses, lastUsedAt }] of Object.values(days).flatMap(
    Object.entries<DayUse>,
  )) {
    if (modelId === OTHER_MODELS) continue;
    const known = models.get(modelId) ?? { uses: 0, lastUsedAt: EMPTY.lastUsedAt };
    models.set(modelId, {
      uses: known.uses + uses,
      lastUsedAt: latest([lastUsedAt, known.lastUsedAt]),
    });
  }
  if (models.size <= most) return days;
  const ranked = [...models].toSorted(
    ([, a], [, b]) => b.uses - a.uses || (a.lastUsedAt < b.lastUsedAt ? 1 : -1),
  );
  const kept = new Set(ranked.slice(0, most).map(([modelId]) => modelId));
  return Object.fromEntries(
    Object.entries(days).map(([day, uses]) => [day, withoutRare(uses, kept)]),
  );
}

function withoutRare(
  uses: Readonly<Record<string, DayUse>>,
  kept: ReadonlySet<string>,
): Record<string, DayUse> {
  const all = Object.entries(uses);
  const rare = all.filter(([modelId]) => !kept.has(modelId)).map(([, use]) => use);
  if (rare.length === 0) return uses;
  const sum = (amount: (use: DayUse) => number) =>
    rare.reduce((total, use) => total + amount(use), 0);
  const other: DayUse = {
    uses: sum((use) => use.uses),
    failures: sum((use) => use.failures),
    durationMs: sum((use) => use.durationMs),
    successMs: sum(successMsOf),
    tokens: sum((use) => use.tokens),
    steps: sum((use) => use.steps),
    hours: joined(rare.map((use) => use.hours)),
    durations: joined(rare.map((use) => use.durations)),
    lastUsedAt: latest(rare.map((use) => use.lastUsedAt)),
    // Failures in a row are those of one model.
    failureStreak: 0,
  };
  return { ...Object.fromEntries(all.filter(([id]) => kept.has(id))), [OTHER_MODELS]: other };
}

/** Times in ISO 8601 sort as texts. */
const latest = (times: readonly string[]) => times.toSorted().at(-1) ?? EMPTY.lastUsedAt;

function withUse(before: DayUse, event: UsageEvent, hour: number): DayUse {
  const { success, durationMs, startedAt } = event;
  const isTimed = success && durationMs !== undefined;
  const plus = (counts: Readonly<Record<string, number>>, key: string) => ({
    ...counts,
    [key]: (counts[key] ?? 0) + 1,
  });
  return {
    uses: before.uses + 1,
    failures: before.failures + (success ? 0 : 1),
    durationMs: before.durationMs + (durationMs ?? 0),
    successMs: successMsOf(before) + (success ? (durationMs ?? 0) : 0),
    tokens: before.tokens + (event.tokens ?? 0),
    steps: before.steps + (event.steps ?? 0),
    hours: plus(before.hours, String(hour)),
    durations: isTimed ? plus(before.durations, bucketOf(durationMs)) : before.durations,
    lastUsedAt: latest([startedAt, before.lastUsedAt]),
    failureStreak: success ? 0 : before.failureStreak + 1,
  };
}

/** The duration that a share of the uses stays below; `null` without any. */
export function percentile(
  durations: Readonly<Record<string, number>>,
  share: number,
): number | null {
  const buckets = Object.entries(durations)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .toSorted((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { bucket, count } of buckets) {
    seen += count;
    if (seen >= share * total) return durationOf(bucket);
  }
  return null;
}

const DAY_MS = 86_400_000;
export const weekdayOf = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();

/** Every day from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  const count = Math.round((Date.parse(`${to}T00:00:00Z`) - first) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Figures of each model over some days, most used first. */
export function usageOf(days: Days, period: readonly string[]): ModelUsage[] {
  const byModel = new Map<string, { readonly day: string; readonly use: DayUse }[]>();
  for (const day of period) {
    for (const [modelId, use] of Object.entries(days[day] ?? {})) {
      byModel.set(modelId, [...(byModel.get(modelId) ?? []), { day, use }]);
    }
  }
  return [...byModel]
    .map(([modelId, uses]) => figuresOf(modelId, uses, period.length))
    .toSorted((a, b) => b.uses - a.uses || (a.modelId < b.modelId ? -1 : 1));
}

function figuresOf(
  modelId: string,
  uses: readonly { readonly day: string; readonly use: DayUse }[],
  dayCount: number,
): ModelUsage {
  const sum = (amount: (use: DayUse) => number) =>
    uses.reduce((total, { use }) => total + amount(use), 0);
  const count = sum((use) => use.uses);
  const weekdays = Array.from({ length: 7 }, () => 0);
  for (const { day, use } of uses)
    weekdays[weekdayOf(day)] = (weekdays[weekdayOf(day)] ?? 0) + use.uses;
  const durations = joined(uses.map(({ use }) => use.durations));
  const timed = Object.values(durations).reduce((total, one) => total + one, 0);
  const hours = joined(uses.map(({ use }) => use.hours));
  return {
    modelId,
    uses: count,
    usesPerDay: count / dayCount,
    successRate: 1 - sum((use) => use.failures) / count,
    averageMs: timed === 0 ? null : sum(successMsOf) / timed,
    p95Ms: percentile(durations, 0.95),
    tokens: sum((use) => use.tokens),
    steps: sum((use) => use.steps),
    lastUsedAt: latest(uses.map(({ use }) => use.lastUsedAt)),
    failureStreak: streakOf(uses.map(({ use }) => use)),
    hours: Array.from({ length: 24 }, (_, hour) => hours[String(hour)] ?? 0),
    weekdays,
  };
}

function joined(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [key, count] of counts.flatMap((one) => Object.entries(one))) {
    all[key] = (all[key] ?? 0) + count;
  }
  return all;
}

/** Days on which everything failed carry on the failures of the day before. */
function streakOf(uses: readonly DayUse[]): number {
  let streak = 0;
  for (const { failureStreak, uses: count } of uses.toReversed()) {
    streak += failureStreak;
    if (failureStreak < count) break;
  }
  return streak;
}
