/**
 * How well a model would stand in for another: a weighted sum of parts from 0 to 1, see {@link WEIGHTS}. What a model
 * has to have is decided before, in `filters.ts`. Every part is a pure function of a candidate and of what was asked
 * for; where something is not known it says neither yes nor no. docs/fallback.md has the formulas.
 */
import type { GenerationTask, Requirements } from '../../../src-shared/domain/fallback.ts';
import type { Fit } from '../../../src-shared/domain/hub.ts';
import { type Counts, successRate } from './effectiveness.ts';
import { effectiveParameters, isOneModel } from './expected.ts';
import type { Profile } from './profile.ts';

export const WEIGHTS = {
  task: 0.1,
  family: 0.2,
  parameters: 0.16,
  quantisation: 0.08,
  context: 0.08,
  hardware: 0.1,
  measured: 0.14,
  preference: 0.1,
  licence: 0.04,
} as const;
export type Part = keyof typeof WEIGHTS;
export const PARTS = Object.keys(WEIGHTS) as Part[];

const UNKNOWN = 0.5;

/** What was asked for. */
export interface Wanted {
  readonly profile: Profile;
  readonly task: GenerationTask;
  readonly requirements: Requirements;
  /** Tokens per second it has here; `null` when never measured. */
  readonly rate: number | null;
  /** How it would fit here. */
  readonly fit: Fit['verdict'];
}

/** A model that could answer. */
export interface Candidate {
  readonly profile: Profile;
  readonly fit: Fit['verdict'];
  /** Of all its uses here. */
  readonly uses: Counts;
  /** Of the times it stood in for the very model that was asked for. */
  readonly asStandIn: Counts;
  readonly rate: number | null;
  /** Place in the person's list, from 0; `null` when it is not in it. */
  readonly preferredAt: number | null;
  readonly usedLately: boolean;
}

const within = (value: number) => Math.max(0, Math.min(1, value));

/** How near two families are; `null` when one of them is not known. */
export function closeness(requested: Profile, profile: Profile): number | null {
  if (isOneModel(requested, profile)) return 1;
  const { family: wanted } = requested;
  const { family: given } = profile;
  if (wanted === null || given === null) return null;
  if (wanted.id === given.id) return 1;
  const told = wanted.near?.[given.id] ?? given.near?.[wanted.id];
  if (told !== undefined) return told;
  if (wanted.base === given.id || given.base === wanted.id) return 0.8;
  if (wanted.base !== undefined && wanted.base === given.base) return 0.75;
  return wanted.lineage === given.lineage ? 0.6 : 0.2;
}

/** Doublings that a smaller, or a larger, model may be away until the part is 0. */
const SMALLER_DOUBLINGS = 4;
const LARGER_DOUBLINGS = 8;

function parametersPart(wanted: Profile, given: Profile): number {
  const asked = effectiveParameters(wanted);
  const has = effectiveParameters(given);
  if (asked === null || has === null) return isOneModel(wanted, given) ? 1 : UNKNOWN;
  const doublings = Math.log2(has / asked);
  return within(
    1 - (doublings < 0 ? -doublings / SMALLER_DOUBLINGS : doublings / LARGER_DOUBLINGS),
  );
}

const FITS: Readonly<Record<Fit['verdict'], number>> = {
  gpu: 1,
  memory: 0.8,
  unknown: UNKNOWN,
  tight: 0.3,
  'too-large': 0,
};

const FREEDOMS = { open: 1, conditional: 0.6, 'non-commercial': 0.2 } as const;

function measuredPart({ rate: asked }: Wanted, { rate, uses, asStandIn }: Candidate): number {
  const success = (successRate(uses) + 2 * successRate(asStandIn)) / 3;
  const speed = rate && asked ? within(rate / asked) : UNKNOWN;
  return 0.7 * success + 0.3 * speed;
}

function preferencePart({ profile, preferredAt, usedLately }: Candidate): number {
  if (preferredAt !== null) return 0.6 + 0.4 / (preferredAt + 1);
  return (profile.keep ? 0.25 : 0) + (usedLately ? 0.25 : 0);
}

function licencePart({ freedom: wanted }: Profile, { freedom: given }: Profile): number {
  if (given === null) return UNKNOWN;
  return within(FREEDOMS[given] / FREEDOMS[wanted ?? 'open']);
}

function taskPart({ profile: asked, task, requirements }: Wanted, given: Profile): number {
  const isFirst = given.tasks[0] === task || (task === 'completion' && given.tasks.includes(task));
  const tuned = task !== 'chat' || given.isTuned ? 1 : 0.6;
  const unsure =
    (requirements.tools && given.tools === null ? 0.15 : 0) +
    (requirements.json && given.json === null ? 0.1 : 0) +
    (requirements.languages && given.languages === null ? 0.1 : 0);
  const special = asked.family?.specialties ?? [];
  const lost = special.some((one) => !given.family?.specialties?.includes(one)) ? 0.2 : 0;
  return within((isFirst ? 1 : 0.8) * tuned - unsure - lost);
}

/** Each is from 0 to 1. */
export const VALUES: Readonly<Record<Part, (wanted: Wanted, candidate: Candidate) => number>> = {
  task: (wanted, { profile }) => taskPart(wanted, profile),
  family: (wanted, { profile }) => closeness(wanted.profile, profile) ?? UNKNOWN,
  parameters: (wanted, { profile }) => parametersPart(wanted.profile, profile),
  quantisation: (wanted, { profile }) => {
    const { quantizationQuality: has } = profile;
    return has === null ? UNKNOWN : within(has / (wanted.profile.quantizationQuality ?? 1));
  },
  context: (wanted, { profile }) => {
    const asked = wanted.requirements.contextTokens ?? wanted.profile.contextTokens;
    if (profile.contextTokens === null || asked === null) return UNKNOWN;
    return Math.sqrt(within(profile.contextTokens / asked));
  },
  hardware: (_, { fit }) => FITS[fit],
  measured: measuredPart,
  preference: (_, candidate) => preferencePart(candidate),
  licence: (wanted, { profile }) => licencePart(wanted.profile, profile),
};

/** The same for all models of a kind, see {@link Profile}. */
const PARTS_OF_KIND: readonly Part[] = [
  'task',
  'family',
  'parameters',
  'quantisation',
  'context',
  'licence',
];
const PARTS_OF_ITS_OWN: readonly Part[] = ['hardware', 'measured', 'preference'];

function sumOf(parts: readonly Part[], wanted: Wanted, candidate: Candidate): number {
  let sum = 0;
  for (const part of parts) sum += WEIGHTS[part] * VALUES[part](wanted, candidate);
  return sum;
}

/** What of a score every model of a kind has; of thousands of models most are of few kinds. */
export const scoreOfKind = (wanted: Wanted, candidate: Candidate) =>
  sumOf(PARTS_OF_KIND, wanted, candidate);

/** From 0 to 1. @param ofKind what {@link scoreOfKind} told of its kind */
export const scoreOf = (
  wanted: Wanted,
  candidate: Candidate,
  ofKind = scoreOfKind(wanted, candidate),
) => within(ofKind + sumOf(PARTS_OF_ITS_OWN, wanted, candidate));
