/** Which models could stand in for another, best first. Pure: everything that has to be asked comes in. */
import type { Requirements, Suggestion } from '../../../src-shared/domain/fallback.ts';
import { fitOfNeed } from '../../../src-shared/domain/fit.ts';
import type { Fit } from '../../../src-shared/domain/hub.ts';
import type { Hardware } from '../ports.ts';
import type { Counts } from './effectiveness.ts';
import { isOneModel } from './expected.ts';
import { explain } from './explain.ts';
import { embedsAlike, lackOfKind, lackOfMemory, taskOf } from './filters.ts';
import type { Measured } from './ports.ts';
import type { Profile } from './profile.ts';
import { type Candidate, scoreOf, scoreOfKind, type Wanted } from './score.ts';

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
  const { requested, requirements, candidates, hardware } = facts;
  const wanted = wantedOf(facts);
  const own = ownFactsOf(facts);
  const kinds = new Map<string, OfKind>();
  const lacks = new Map<string, number>();
  const best: Scored[] = [];
  for (const profile of candidates) {
    if (profile.modelId === requested.modelId) continue;
    const fit = fitOfNeed(profile.memoryBytes, hardware);
    // Forms of the very model that was asked for are a kind of their own.
    const kind = isOneModel(requested, profile) ? profile.modelId : profile.kind;
    let ofKind = kinds.get(kind);
    if (ofKind === undefined) {
      ofKind = judgeKind(wanted, own(profile, fit));
      kinds.set(kind, ofKind);
    }
    const lack = ofKind.lack ?? lackHere(fit) ?? lackOfMemory(profile, requirements);
    if (lack !== null) {
      lacks.set(lack, (lacks.get(lack) ?? 0) + 1);
      continue;
    }
    const candidate = own(profile, fit);
    keepBest(best, { candidate, score: scoreOf(wanted, candidate, ofKind.score) });
  }
  const [mostly = null] = [...lacks].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return {
    suggestions: best.map(({ candidate }) => explain(wanted, candidate)),
    considered: candidates.length,
    leftOut: [...lacks.values()].reduce((sum, count) => sum + count, 0),
    mostlyBecause: mostly,
  };
}

interface OfKind {
  readonly lack: string | null;
  readonly score: number;
}

function judgeKind(wanted: Wanted, candidate: Candidate): OfKind {
  const { profile, task, requirements } = wanted;
  const isOther = task === 'embedding' && !embedsAlike(profile, candidate.profile);
  const lack = isOther
    ? 'makes vectors that cannot be compared'
    : lackOfKind(candidate.profile, task, requirements);
  return { lack, score: scoreOfKind(wanted, candidate) };
}

const lackHere = (fit: Fit['verdict']) => (fit === 'too-large' ? 'does not fit in memory' : null);

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
    fit: fitOfNeed(requested.memoryBytes, hardware),
  };
}

/** @returns what tells of one model how it did and whether it is preferred */
function ownFactsOf({ measured, asStandIn, preferred, now }: RankFacts) {
  const places = new Map(preferred.map((modelId, index) => [modelId, index]));
  // Of thousands of models hardly any was ever used or named.
  const isUsed = measured.size > 0;
  const isTried = asStandIn.size > 0;
  const isNamed = places.size > 0;
  return (profile: Profile, fit: Fit['verdict']): Candidate => {
    const { modelId } = profile;
    const known = isUsed ? measured.get(modelId) : undefined;
    const lastUsedAt = known?.lastUsedAt ?? null;
    return {
      profile,
      fit,
      uses: known ?? NONE,
      asStandIn: (isTried ? asStandIn.get(modelId) : undefined) ?? NONE,
      rate: known?.rate ?? null,
      preferredAt: (isNamed ? places.get(modelId) : undefined) ?? null,
      usedLately: lastUsedAt !== null && now - lastUsedAt < LATELY_MS,
    };
  };
}
