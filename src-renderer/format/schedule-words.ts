/** The weekly schedule in words. Pure but for the time zone of the computer. */
import { formatLimit, formatMoment } from '../../src-shared/domain/format.ts';
import type { SpeedNow } from '../../src-shared/domain/speed-schedule.ts';

/** Days in the order of a week that begins on Monday; 0 is Sunday, as in the settings. */
export const WEEK: readonly { readonly day: number; readonly name: string }[] = [
  { day: 1, name: 'Monday' },
  { day: 2, name: 'Tuesday' },
  { day: 3, name: 'Wednesday' },
  { day: 4, name: 'Thursday' },
  { day: 5, name: 'Friday' },
  { day: 6, name: 'Saturday' },
  { day: 0, name: 'Sunday' },
];

/** What holds now: `paused by the weekly schedule until Monday 07:00`, `no speed limit`. */
export function describeSpeedNow(pace: SpeedNow, now: number): string {
  const until =
    pace.changesAt === null
      ? ''
      : ` until ${formatMoment(new Date(pace.changesAt).toISOString(), now)}`;
  if (pace.paused) return `paused by the weekly schedule${until}`;
  const limit =
    pace.bytesPerSecond === null ? 'no speed limit' : `at most ${formatLimit(pace.bytesPerSecond)}`;
  return `${limit}${pace.fromSchedule ? ' by the weekly schedule' : ''}${until}`;
}
