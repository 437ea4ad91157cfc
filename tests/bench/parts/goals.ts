/** Measured figures beside their goals, as a table. */
import { median } from './measure.ts';

export interface Figure {
  readonly what: string;
  /** One of each run; the median counts. */
  readonly values: readonly number[];
  readonly unit: string;
  /** Left out for what is only told. */
  readonly most?: number;
  readonly least?: number;
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.info(`\n${title} (medians)`);
  for (const figure of figures) {
    const value = median(figure.values);
    const { what, unit, most, least } = figure;
    const goal = most !== undefined ? `<= ${most}` : least !== undefined ? `>= ${least}` : '';
    const isMet = value <= (most ?? value) && value >= (least ?? value);
    const verdict = goal === '' ? '' : `${goal} ${unit}: ${isMet ? 'met' : 'MISSED'}`;
    console.info(`${what.padEnd(58)} ${`${rounded(value)} ${unit}`.padStart(16)}   ${verdict}`);
  }
}

const rounded = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** How often something is done for its median. */
const ROUNDS = 5;

/** Milliseconds of each round, in which nothing else is done. */
export async function timesOf(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.();
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}
