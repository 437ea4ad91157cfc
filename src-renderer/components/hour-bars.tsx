import { counted } from '../format/words.ts';
import classes from './day-bars.module.css';

interface HourBarsProps {
  /** Uses by hour of the day, from midnight. */
  readonly hours: readonly number[];
}

/** At which hours of the day something is used, drawn to scale. */
export function HourBars({ hours }: HourBarsProps) {
  const most = Math.max(1, ...hours);
  const bars = hours.map((uses, hour) => ({ uses, hour }));
  const busiest = bars.filter(({ uses }) => uses === most).map(({ hour }) => `${hour}:00`);
  return (
    <div
      className={`${classes.bars} ${classes.small}`}
      role="img"
      aria-label={`Uses by hour of the day, most at ${busiest.join(', ')}`}
    >
      {bars.map(({ uses, hour }) => (
        <div
          key={hour}
          className={classes.day}
          title={`${hour}:00 to ${hour + 1}:00: ${counted(uses, 'use')}`}
        >
          <div className={classes.went} style={{ height: `${(100 * uses) / most}%` }} />
        </div>
      ))}
    </div>
  );
}
