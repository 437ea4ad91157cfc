import type { Usage } from '../../src-shared/domain/usage.ts';
import { counted, formatDay } from '../format/words.ts';
import classes from './day-bars.module.css';

/** Uses a day, drawn to scale; what failed is on top, told apart by pattern. */
export function DayBars({ series }: { readonly series: Usage['series'] }) {
  const most = Math.max(1, ...series.map(({ uses }) => uses));
  const total = series.reduce((sum, { uses }) => sum + uses, 0);
  return (
    <div
      className={classes.bars}
      role="img"
      aria-label={`${counted(total, 'use')} in ${counted(series.length, 'day')}, at most ${most} a day`}
    >
      {series.map(({ day, uses, failures }) => (
        <div
          key={day}
          className={classes.day}
          title={`${formatDay(day)}: ${counted(uses, 'use')}${failures > 0 ? `, ${failures} failed` : ''}`}
        >
          <div className={classes.failed} style={{ height: `${(100 * failures) / most}%` }} />
          <div
            className={classes.went}
            style={{ height: `${(100 * (uses - failures)) / most}%` }}
          />
        </div>
      ))}
    </div>
  );
}
