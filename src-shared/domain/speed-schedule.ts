/** Speed over the week: windows of time with a limit of their own. Times are the computer's own. */
import { z } from 'zod';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const speedWindowSchema = z.object({
  days: z
    .array(z.int().min(0).max(6))
    .min(1)
    .max(7)
    .meta({ description: 'Days of the week it begins on; 0 is Sunday.' }),
  from: timeOfDay.meta({ description: 'HH:MM' }),
  to: timeOfDay.meta({ description: 'HH:MM; not later than `from` means on the next day.' }),
  bytesPerSecond: z
    .int()
    .min(0)
    .max(10 ** 12)
    .nullable()
    .meta({ description: 'Limit in bytes per second; 0 pauses all downloads; null is no limit.' }),
});
export type SpeedWindow = z.infer<typeof speedWindowSchema>;

/** What holds for all downloads together. */
interface Pace {
  /** `null` is no limit. While paused there is nothing to limit, and it is `null` too. */
  readonly bytesPerSecond: number | null;
  readonly paused: boolean;
  /** A window of the schedule says so, not the usual limit. */
  readonly fromSchedule: boolean;
}

export interface SpeedNow extends Pace {
  /**
   * Milliseconds since the epoch: until then all of the above stays as it is. `null`: it never changes.
   * At most a week ahead, or two where a clock change swallows a window.
   */
  readonly changesAt: number | null;
}

/** One occurrence of a window, in milliseconds since the epoch: from `from` until just before `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly bytesPerSecond: number | null;
}

/** Longer than two weeks, so that a window swallowed by a clock change is still found a week later. */
const DAYS_AHEAD = 15;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The speed at a moment: the first window that covers it wins, else the usual limit. Pure but for the
 * time zone of the computer.
 * @param limitBytesPerSecond the usual limit; 0 and `null` are none
 * @param now milliseconds since the epoch
 */
export function speedAt(
  schedule: readonly SpeedWindow[],
  limitBytesPerSecond: number | null,
  now: number,
): SpeedNow {
  const usual: Pace = {
    bytesPerSecond: limitBytesPerSecond || null,
    paused: false,
    fromSchedule: false,
  };
  if (schedule.length === 0) return { ...usual, changesAt: null };
  const spans = schedule.flatMap((window) => occurrencesAround(window, now));
  const pace = paceAt(spans, usual, now);
  const turns = spans
    .flatMap(({ from, to }) => [from, to])
    // Beyond, the occurrences end because they were not asked for.
    .filter((time) => time > now && time < now + (DAYS_AHEAD - 1) * DAY_MS)
    .sort((a, b) => a - b);
  const changesAt = turns.find((time) => !isSame(paceAt(spans, usual, time), pace)) ?? null;
  return { ...pace, changesAt };
}

function paceAt(spans: readonly Span[], usual: Pace, time: number): Pace {
  const span = spans.find(({ from, to }) => from <= time && time < to);
  if (!span) return usual;
  const { bytesPerSecond } = span;
  return {
    bytesPerSecond: bytesPerSecond || null,
    paused: bytesPerSecond === 0,
    fromSchedule: true,
  };
}

function isSame(a: Pace, b: Pace): boolean {
  const isSameKind = a.paused === b.paused && a.fromSchedule === b.fromSchedule;
  return isSameKind && a.bytesPerSecond === b.bytesPerSecond;
}

/** Occurrences that begin from yesterday on. Calendar days are counted, not hours: some have 23 or 25. */
function occurrencesAround(window: SpeedWindow, now: number): Span[] {
  const { days, from, to, bytesPerSecond } = window;
  const today = new Date(now);
  const at = (day: number, time: string) => {
    const [hours, minutes] = time.split(':').map(Number);
    const [year, month] = [today.getFullYear(), today.getMonth()];
    return new Date(year, month, today.getDate() + day, hours, minutes).getTime();
  };
  const isOvernight = to <= from;
  return Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => index - 1)
    .filter((day) => days.includes((today.getDay() + day + 7) % 7))
    .map((day) => ({
      from: at(day, from),
      to: at(day + (isOvernight ? 1 : 0), to),
      bytesPerSecond,
    }));
}
