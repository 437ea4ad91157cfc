/**
 * In which order strategies are tried: by how likely each helps for what it costs.
 *
 * One after the other is tried until something helps, so the expected cost of a recovery is least when the ratio of
 * success to cost falls from one to the next (the rule for searching in boxes of known odds and prices). The odds are
 * counted: each count loses a twentieth with every further attempt, so that some sixty attempts back nothing is left
 * and a changed world is learned; and each begins with four made-up attempts, half of which helped, weighted by the
 * place in the first order, so that one accident turns nothing over.
 */

/** Counts of one strategy for one kind of failure, older ones worth less. */
export interface Odds {
  readonly tried: number;
  readonly helped: number;
}

export const NO_ODDS: Odds = { tried: 0, helped: 0 };

const KEPT = 0.95;
const PRIOR_ATTEMPTS = 4;
const PRIOR_SUCCESS = 0.5;
/** How much less is expected of each further place of the first order. */
const PRIOR_STEP = 0.9;

export function noted({ tried, helped }: Odds, hasHelped: boolean): Odds {
  return { tried: tried * KEPT + 1, helped: helped * KEPT + (hasHelped ? 1 : 0) };
}

export function successOf({ tried, helped }: Odds, place: number): number {
  const expected = PRIOR_SUCCESS * PRIOR_STEP ** place;
  return (helped + expected * PRIOR_ATTEMPTS) / (tried + PRIOR_ATTEMPTS);
}

export interface Candidate<N extends string> {
  readonly name: N;
  /** Any unit, the same for all. */
  readonly cost: number;
  readonly odds: Odds;
}

/** @param candidates in their first order */
export function orderByOdds<N extends string>(candidates: readonly Candidate<N>[]): N[] {
  return candidates
    .map(({ name, cost, odds }, place) => ({ name, worth: successOf(odds, place) / cost, place }))
    .toSorted((a, b) => b.worth - a.worth || a.place - b.place)
    .map(({ name }) => name);
}
