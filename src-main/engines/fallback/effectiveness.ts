/**
 * How models did that stood in for another: counted for each pair, and kept in `fallback.json`. The counts of a pair
 * are halved once they reach {@link MOST_COUNTED}, so that what happened lately counts for more; of more than
 * {@link MOST_PAIRS} pairs those are forgotten that were not used for longest. Pure.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const pairSchema = z.object({
  requestedId: z.string(),
  modelId: z.string(),
  successes: count,
  failures: count,
});
type Pair = z.infer<typeof pairSchema>;

/** Used last at the end. */
export const effectivenessSchema = z.object({ pairs: z.array(pairSchema) });
export type EffectivenessRecord = z.infer<typeof effectivenessSchema>;

export const NO_EFFECTIVENESS: EffectivenessRecord = { pairs: [] };

export const MOST_PAIRS = 500;
export const MOST_COUNTED = 40;
/** So many outcomes are needed before a pair is passed over. */
const LEAST_TRIED = 3;
/** What nobody tried is taken to succeed this often, with the weight of so many tries. */
const PRIOR = { rate: 0.8, tries: 3 } as const;

export interface Outcome {
  readonly requestedId: string;
  readonly modelId: string;
  readonly success: boolean;
}

export function withOutcome({ pairs }: EffectivenessRecord, outcome: Outcome): EffectivenessRecord {
  const { requestedId, modelId, success } = outcome;
  const isSame = (pair: Pair) => pair.requestedId === requestedId && pair.modelId === modelId;
  const known = pairs.find(isSame) ?? { requestedId, modelId, successes: 0, failures: 0 };
  const counted = {
    ...known,
    successes: known.successes + Number(success),
    failures: known.failures + Number(!success),
  };
  const others = pairs.filter((pair) => !isSame(pair));
  return { pairs: [...others, halved(counted)].slice(-MOST_PAIRS) };
}

function halved(pair: Pair): Pair {
  if (pair.successes + pair.failures < MOST_COUNTED) return pair;
  const half = (amount: number) => Math.floor(amount / 2);
  return { ...pair, successes: half(pair.successes), failures: half(pair.failures) };
}

export interface Counts {
  readonly successes: number;
  readonly failures: number;
}

/** Of one requested model, by what stood in for it. */
export function countsFor(
  { pairs }: EffectivenessRecord,
  requestedId: string,
): ReadonlyMap<string, Counts> {
  return new Map(
    pairs.filter((pair) => pair.requestedId === requestedId).map((pair) => [pair.modelId, pair]),
  );
}

/** How often it can be expected to go well, 0 to 1. */
export function successRate({ successes, failures }: Counts): number {
  return (successes + PRIOR.rate * PRIOR.tries) / (successes + failures + PRIOR.tries);
}

/** Whether it failed more often than not, and was tried often enough to say so. */
export const mostlyFails = ({ successes, failures }: Counts) =>
  successes + failures >= LEAST_TRIED && failures > successes;
