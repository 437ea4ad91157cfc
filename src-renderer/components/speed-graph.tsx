import { formatLimit, formatRate } from '../../src-shared/domain/format.ts';
import { areaOf, axisMaximum, pointsOf } from '../format/speed-graph.ts';
import { SPEED_WINDOW_MS, type SpeedSample } from '../format/speed-history.ts';
import classes from './speed-graph.module.css';

interface SpeedGraphProps {
  /** Names it for screen readers, e.g. `Speed of Tiny Chat`. */
  readonly label: string;
  readonly samples: readonly SpeedSample[];
  readonly height?: number;
}

const WIDTH = 600;

/** The speed of the last minute. Draws nothing before there is a line to draw. */
export function SpeedGraph({ label, samples, height = 32 }: SpeedGraphProps) {
  if (samples.length < 2) return null;
  const frame = { width: WIDTH, height, windowMs: SPEED_WINDOW_MS };
  const now = samples.at(-1)?.bytesPerSecond ?? 0;
  const most = Math.max(...samples.map(({ bytesPerSecond }) => bytesPerSecond));
  return (
    <div className={classes.graph}>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label} in the last minute: now ${formatRate(now)}, at most ${formatRate(most)}`}
      >
        <polygon className={classes.area} points={areaOf(samples, frame)} />
        <polyline className={classes.line} points={pointsOf(samples, frame)} />
      </svg>
      <span className={`numbers ${classes.top}`} aria-hidden>
        {formatLimit(axisMaximum(samples))}
      </span>
    </div>
  );
}
