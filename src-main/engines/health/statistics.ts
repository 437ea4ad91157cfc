/** Of an even number of values the mean of the two in the middle. @returns NaN for none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * How much values shake, as a standard deviation: told by how far each is from the one before, so that neither a wild
 * value nor a slow drift counts for much.
 */
export function shaking(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  return median(steps) / STEP_OF_NORMAL;
}

/** Median step between two values of a normal distribution, in standard deviations: 0.6745 × √2. */
const STEP_OF_NORMAL = 0.954;
