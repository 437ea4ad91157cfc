/** Uses of models: taken in, kept, and told as figures. */
import type { Usage, UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Clock } from '../ports.ts';
import { predictNext } from './predict.ts';
import { type Days, daysBetween, type ToLocal, usageOf } from './roll-up.ts';

export interface UsageStore {
  /** Keeps them soon; an end in between loses a second at most. */
  add(event: UsageEvent): void;
  /** Days from one to another, both included, `2026-01-31`. */
  days(from: string, to: string): Promise<Days>;
  /** The newest uses that are kept one by one, oldest first. */
  events(from: string, to: string): Promise<UsageEvent[]>;
  /** How many were lost since the start because more came than could be written. */
  dropped(): number;
  erase(): Promise<void>;
  /** Forgets months before this one, `2026-01`. */
  prune(month: string): Promise<void>;
}

export interface AnalyticsPorts {
  readonly clock: Clock;
  readonly store: UsageStore;
  readonly toLocal: ToLocal;
  /** Months that are kept beside the running one. */
  readonly keepMonths: () => number;
}

export type Analytics = ReturnType<typeof createAnalytics>;

const DAY_MS = 86_400_000;
/** Habits older than this say little. */
const HABIT_DAYS = 120;
const MOST_PRELOADED = 5;

export function createAnalytics({ clock, store, toLocal, keepMonths }: AnalyticsPorts) {
  const dayAgo = (days: number) => toLocal(clock.now() - days * DAY_MS).day;

  async function preload(): Promise<Usage['preload']> {
    const now = toLocal(clock.now());
    const days = await store.days(dayAgo(HABIT_DAYS), now.day);
    return predictNext(days, now).slice(0, MOST_PRELOADED);
  }

  return {
    record: (event: UsageEvent): void => store.add(event),

    /** @param from default: 30 days ago @param to default: today */
    usage: async ({ from = dayAgo(29), to = dayAgo(0) } = {}): Promise<Usage> => {
      const days = await store.days(from, to);
      const period = daysBetween(from, to);
      const items = usageOf(days, period);
      const series = period.map((day) => {
        const uses = Object.values(days[day] ?? {});
        const sum = (amount: 'uses' | 'failures') =>
          uses.reduce((all, use) => all + use[amount], 0);
        return { day, uses: sum('uses'), failures: sum('failures') };
      });
      const uses = items.reduce((sum, item) => sum + item.uses, 0);
      const dropped = store.dropped();
      return { from, to, uses, dropped, items, series, preload: await preload() };
    },

    /** Of each model: when it was used last in a year, and how often in 30 days. */
    recent: async (): Promise<Map<string, { lastUsedAt: number; uses: number }>> => {
      const days = await store.days(dayAgo(365), dayAgo(0));
      const lately = new Map(
        usageOf(days, daysBetween(dayAgo(29), dayAgo(0))).map(({ modelId, uses }) => [
          modelId,
          uses,
        ]),
      );
      return new Map(
        usageOf(days, daysBetween(dayAgo(365), dayAgo(0))).map(({ modelId, lastUsedAt }) => [
          modelId,
          { lastUsedAt: Date.parse(lastUsedAt), uses: lately.get(modelId) ?? 0 },
        ]),
      );
    },

    events: (from = dayAgo(365), to = dayAgo(0)) => store.events(from, to),
    erase: () => store.erase(),
    /** Forgets what is older than is to be kept. */
    prune: async (): Promise<void> => {
      const month = new Date(clock.now());
      month.setUTCDate(1);
      month.setUTCMonth(month.getUTCMonth() - keepMonths());
      await store.prune(month.toISOString().slice(0, 7));
    },
  };
}
