/** The geometry of a speed graph. Pure. */

interface Sample {
  readonly at: number;
  readonly bytesPerSecond: number;
}

export interface GraphFrame {
  readonly width: number;
  readonly height: number;
  /** How much time the width stands for. */
  readonly windowMs: number;
}

/** The top of the axis: the next 1, 2 or 5 times a power of ten; never below 10 kB/s. */
export function axisMaximum(samples: readonly Sample[]): number {
  const most = Math.max(10_000, ...samples.map(({ bytesPerSecond }) => bytesPerSecond));
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= most) ?? most;
}

/** `points` of a polyline; the newest sample stands at the right edge. */
export function pointsOf(samples: readonly Sample[], frame: GraphFrame): string {
  const newest = samples.at(-1)?.at ?? 0;
  const top = axisMaximum(samples);
  return samples
    .map(({ at, bytesPerSecond }) => {
      const x = frame.width * (1 - (newest - at) / frame.windowMs);
      const y = frame.height * (1 - bytesPerSecond / top);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

/** The same, closed along the bottom. */
export function areaOf(samples: readonly Sample[], frame: GraphFrame): string {
  const points = pointsOf(samples, frame);
  const first = points.split(',')[0] ?? '0';
  return `${first},${frame.height} ${points} ${frame.width},${frame.height}`;
}
