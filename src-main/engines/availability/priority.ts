/** How urgent a download is that nobody asked for just now: what a person asks for has 0. Pure. */

interface PriorityFacts {
  readonly keep: boolean;
  /** Milliseconds since the epoch; `null` when no use was recorded. */
  readonly lastUsedAt: number | null;
}

const LATELY_MS = 30 * 86_400_000;

/** From -1, kept and used in the last 30 days, to -4, neither. */
export function priorityUnasked({ keep, lastUsedAt }: PriorityFacts, now: number): number {
  const isUsed = lastUsedAt !== null && now - lastUsedAt < LATELY_MS;
  if (keep) return isUsed ? -1 : -2;
  return isUsed ? -3 : -4;
}
