/** The two scores, as docs/health.md defines them. Pure. */
import type { Verdict } from '../../../src-shared/domain/health.ts';

/** What remains of a full score by verdict alone. */
const SHARE: Readonly<Record<Verdict, number>> = {
  healthy: 1,
  unverifiable: 0.9,
  suspect: 0.6,
  incomplete: 0.4,
  offline: 0.4,
  damaged: 0.2,
  unsafe: 0,
};

/** Proof that is older than due loses half its worth in another such time. */
export interface Freshness {
  readonly provenBytes: number;
  readonly sizeBytes: number;
  /** Since the least recent proof, in parts of the time until it is due; at least 0. */
  readonly age: number;
}

/** @returns 0 to 100 */
export function integrityScore({ provenBytes, sizeBytes, age }: Freshness): number {
  const share = sizeBytes === 0 ? 1 : provenBytes / sizeBytes;
  const fresh = age <= 1 ? 1 : 0.5 ** (age - 1);
  return Math.round(100 * share * fresh);
}

/** Three quarters by verdict, one quarter by integrity. @returns 0 to 100 */
export function healthScore(verdict: Verdict, integrity: number): number {
  return Math.round(SHARE[verdict] * (75 + 0.25 * integrity));
}

/** Weighted by size: what fills the disk counts most. @returns 0 to 100; 100 for none */
export function overallScore(
  models: readonly { readonly healthScore: number; readonly sizeBytes: number }[],
): number {
  const total = models.reduce((sum, { sizeBytes }) => sum + Math.max(1, sizeBytes), 0);
  if (total === 0) return 100;
  const weighted = models.reduce(
    (sum, model) => sum + model.healthScore * Math.max(1, model.sizeBytes),
    0,
  );
  return Math.round(weighted / total);
}
