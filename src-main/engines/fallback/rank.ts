/** Which models could stand in for another, best first. Pure: everything that has to be asked comes in. */
import type { Requirements, Suggestion } from '../../../src-shared/domain/fallback.ts';
import { fitOfNeed } from '../../../src-shared/domain/fit.ts';
import type { Fit } from '../../../src-shared/domain/hub.ts';
import type { Hardware } from '../ports.ts';
import type { Counts } from './effectiveness.ts';
import { explain } from './explain.ts';
import { embedsAlike, lackOf, memoryOf, taskOf } from './filters.ts';
import type { Measured } from './ports.ts';
import type { Profile } from './profile.ts';
import { type Candidate, scoreOf, type Wanted } from './score.ts';

export interface RankFacts {
  readonly requested: Profile;
  readonly requirements: Requirements;
  /** Those that could answer right now. */
  readonly candidates: readonly Profile[];
  readonly hardware: Hardware;
  readonly measured: ReadonlyMap<string, Measured>;
  /** How each did when it stood in for the very model that was asked for. */
  readonly asStandIn: ReadonlyMap<string, Counts>;
  /** Model ids, the dearest first. */
  readonly preferred: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Ranking {
  /** Best first. */
  readonly suggestions: readonly Suggestion[];
  /** How many were looked at. */
  readonly considered: number;
  /** Of those, how many cannot stand in. */
  readonly leftOut: number;
  /** What most of these lack. */
  readonly mostlyBecause: string | null;
}

/** So many are told. */
export const MOST_SUGGESTIONS = 10;
const LATELY_MS = 30 * 86_400_000;
const NONE: Counts = { successes: 0, failures: 0 };

export function rank(facts: RankFacts): Ranking {
  const { requested, requirements, candidates } = facts;
  const wanted = wantedOf(facts);
  const preferredAt = new Map(facts.preferred.map((modelId, index) => [modelId, index]));
  const lacks = new Map<string, number>();
  const best: Scored[] = [];
  for (const profile of candidates) {
    if (profile.modelId === requested.modelId) continue;
    const fit = fitOfNeed(memoryOf(profile), facts.hardware);
    const lack = lackHere(wanted, profile, fit) ?? lackOf(profile, wanted.task, requirements);
    if (lack !== null) {
      lacks.set(lack, (lacks.get(lack) ?? 0) + 1);
      continue;
    }
    const candidate = candidateOf(facts, profile, fit, preferredAt);
    keepBest(best, { candidate, score: scoreOf(wanted, candidate) });
  }
  const [mostly = null] = [...lacks].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return {
    suggestions: best.map(({ candidate }) => explain(wanted, candidate)),
    considered: candidates.length,
    leftOut: [...lacks.values()].reduce((sum, count) => sum + count, 0),
    mostlyBecause: mostly,
  };
}

interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
}

/** Of equal scores the one whose id comes first, so that the order is the same each time. */
function isBefore(a: Scored, b: Scored): boolean {
  if (a.score !== b.score) return a.score > b.score;
  return a.candidate.profile.modelId < b.candidate.profile.modelId;
}

/** Keeps the list in order, and no longer than it is told. */
function keepBest(best: Scored[], scored: Scored): void {
  const last = best.at(-1);
  if (best.length === MOST_SUGGESTIONS && last && !isBefore(scored, last)) return;
  const place = best.findIndex((other) => isBefore(scored, other));
  best.splice(place < 0 ? best.length : place, 0, scored);
  if (best.length > MOST_SUGGESTIONS) best.pop();
}

function wantedOf({ requested, requirements, hardware, measured }: RankFacts): Wanted {
  return {
    profile: requested,
    task: taskOf(requested, requirements),
    requirements,
    rate: measured.get(requested.modelId)?.rate ?? null,
    fit: fitOfNeed(memoryOf(requested), hardware),
  };
}

function lackHere(wanted: Wanted, profile: Profile, fit: Fit['verdict']): string | null {
  if (fit === 'too-large') return 'does not fit in memory';
  if (wanted.task !== 'embedding' || embedsAlike(wanted.profile, profile)) return null;
  return 'makes vectors that cannot be compared';
}

function candidateOf(
  { measured, asStandIn, now }: RankFacts,
  profile: Profile,
  fit: Fit['verdict'],
  preferredAt: ReadonlyMap<string, number>,
): Candidate {
  const { modelId } = profile;
  const known = measured.get(modelId);
  return {
    profile,
    fit,
    uses: known ?? NONE,
    asStandIn: asStandIn.get(modelId) ?? NONE,
    rate: known?.rate ?? null,
    preferredAt: preferredAt.get(modelId) ?? null,
    usedLately:
      known !== undefined && known.lastUsedAt !== null && now - known.lastUsedAt < LATELY_MS,
  };
}
