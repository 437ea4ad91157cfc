/**
 * Uses of models in `analytics/<month>.json`: the newest one by one, all of them as sums by day and model. Written
 * behind in batches. @see docs/usage-data.md
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { dayUseSchema, type UsageEvent, usageEventSchema } from '../../src-shared/domain/usage.ts';
import { toAppError } from '../../src-shared/errors.ts';
import type { UsageStore } from '../engines/analytics/analytics.ts';
import { addUses, type ToLocal, withFewModels } from '../engines/analytics/roll-up.ts';
import type { Clock } from '../engines/ports.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { type Document, openDocument } from './document.ts';

const VERSION = 1;
/** Events of a month that are kept one by one; some 200 bytes each. */
const MOST_EVENTS = 2_000;
/** Models that a month counts one by one; the others are counted together. */
const MOST_MODELS = 200;
/** Taken in at once: the fewer times, the less is copied. */
const BATCH = 2_000;
/** Some 4 MB. */
const MOST_WAITING = 10_000;
const WRITE_MS = 500;

const monthSchema = z.object({
  events: z.array(usageEventSchema),
  days: z.record(z.string(), z.record(z.string(), dayUseSchema)),
});
type Month = z.infer<typeof monthSchema>;

export interface UsageDocumentsOptions {
  /** Absolute; made when missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly toLocal: ToLocal;
  readonly alerts: Pick<Alerts, 'raise'>;
}

const NAME = /^(\d{4}-\d{2})\.json$/;

export function openUsageDocuments(options: UsageDocumentsOptions) {
  const { folder, clock, toLocal, alerts } = options;
  const months = new Map<string, Promise<Document<Month>>>();
  let waiting: UsageEvent[] = [];
  let dropped = 0;
  let isWriteDue = false;
  let cancelWrite: (() => void) | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function open(month: string): Promise<Document<Month>> {
    const known =
      months.get(month) ??
      openDocument<Month>({
        path: path.join(folder, `${month}.json`),
        schema: monthSchema,
        version: VERSION,
        defaults: { events: [], days: {} },
        delayMs: WRITE_MS,
        onDamage: (damage) => alerts.raise(...damageAlert(damage)),
        onWriteFailed: (error) => alerts.raise(error, { cause: `writing ${month}.json` }),
      });
    months.set(month, known);
    return known;
  }

  /** One after the other, so that what is erased does not come back. */
  function next<T>(step: () => Promise<T>): Promise<T> {
    const done = writing.then(step);
    writing = done.catch(() => undefined);
    return done;
  }

  /** What cannot be kept is told, and lost: nobody waits for it. */
  function writeBehind(): void {
    if (isWriteDue) return;
    isWriteDue = true;
    next(write).catch((error: unknown) => {
      alerts.raise(toAppError(error), { cause: 'writing uses of models' });
    });
  }

  async function write(): Promise<void> {
    cancelWrite?.();
    cancelWrite = undefined;
    isWriteDue = false;
    const events = waiting;
    waiting = [];
    const byMonth = new Map<string, UsageEvent[]>();
    for (const event of events) {
      const month = monthOf(event);
      const some = byMonth.get(month) ?? [];
      some.push(event);
      byMonth.set(month, some);
    }
    for (const [month, some] of byMonth) {
      const document = await open(month);
      document.update((data) => withEvents(data, some));
    }
  }

  const monthOf = ({ startedAt }: UsageEvent) => toLocal(Date.parse(startedAt)).day.slice(0, 7);

  function withEvents(data: Month, events: readonly UsageEvent[]): Month {
    const days = addUses(data.days, events, toLocal);
    return {
      events: [...data.events, ...events].slice(-MOST_EVENTS),
      days: withFewModels(days, MOST_MODELS) as Month['days'],
    };
  }

  async function monthsThere(): Promise<string[]> {
    const names = await readdir(folder).catch(() => []);
    const found = names.flatMap((name) => NAME.exec(name)?.[1] ?? []);
    return [...new Set([...found, ...months.keys()])].toSorted();
  }

  async function read(from: string, to: string): Promise<Month[]> {
    await next(write);
    const there = await monthsThere();
    const wanted = there.filter((month) => month >= from.slice(0, 7) && month <= to.slice(0, 7));
    return Promise.all(wanted.map(async (month) => (await open(month)).data));
  }

  async function forget(isOld: (month: string) => boolean): Promise<void> {
    for (const month of (await monthsThere()).filter(isOld)) {
      await (await months.get(month))?.flush();
      months.delete(month);
      const names = (await readdir(folder)).filter((name) => name.startsWith(`${month}.json`));
      for (const name of names) await rm(path.join(folder, name), { force: true });
    }
  }

  const store: UsageStore & { flush(): Promise<void> } = {
    add: (event) => {
      waiting.push(event);
      if (waiting.length > MOST_WAITING) {
        waiting.shift();
        dropped += 1;
      }
      if (waiting.length >= BATCH) writeBehind();
      else cancelWrite ??= clock.after(WRITE_MS, writeBehind);
    },
    days: async (from, to) => {
      const found = (await read(from, to)).flatMap(({ days }) => Object.entries(days));
      return Object.fromEntries(found.filter(([day]) => day >= from && day <= to));
    },
    events: async (from, to) => {
      const found = (await read(from, to)).flatMap(({ events }) => events);
      const dayOf = ({ startedAt }: UsageEvent) => toLocal(Date.parse(startedAt)).day;
      return found.filter((event) => dayOf(event) >= from && dayOf(event) <= to);
    },
    dropped: () => dropped,
    erase: () =>
      next(async () => {
        waiting = [];
        await forget(() => true);
      }),
    prune: (oldest) => next(() => forget((month) => month < oldest)),
    flush: async () => {
      await next(write);
      for (const document of months.values()) await (await document).flush();
    },
  };
  return store;
}
