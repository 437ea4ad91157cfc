/**
 * How much worse, and how much faster, a model is expected to be than the one that was asked for. Pure.
 *
 * Strength is counted in doublings of size. A mixture of experts counts as the geometric mean of all its parameters and
 * of those that compute a token. A family that came out a year later counts as twice as large, an earlier one as half,
 * and never more than that: models of one size become better by about as much in less than a year
 * (https://arxiv.org/abs/2412.04315). A coarse quantisation takes away as much as its quality squared. What was trained
 * for code or reasoning counts for more at it. The steps between the three words are in {@link STEPS}.
 */
import type { ExpectedQuality } from '../../../src-shared/domain/fallback.ts';
import type { Profile } from './profile.ts';

/** Doublings that an alternative may lack for the word. */
export const STEPS = { similar: 0.6, 'slightly lower': 1.75 } as const;
const SPECIALTY_DOUBLINGS = 0.75;
const MOST_YEARS = 1;
const FASTEST = 20;
/** Shards and headers count a little differently. */
const SAME_SIZE = 0.05;

const ORDER: readonly ExpectedQuality[] = ['similar', 'slightly lower', 'significantly lower'];

/** Whether `quality` is at least `least`. */
export const isAtLeast = (quality: ExpectedQuality, least: ExpectedQuality) =>
  ORDER.indexOf(quality) <= ORDER.indexOf(least);

export type Sized = Pick<
  Profile,
  'parameters' | 'activeParameters' | 'quantizationQuality' | 'released' | 'family' | 'repository'
>;

/** The same model in another form, however little is known of it; some repositories hold models of several sizes. */
export function isOneModel(one: OfRepository, other: OfRepository): boolean {
  if (one.repository === null || one.repository !== other.repository) return false;
  if (one.parameters === null || other.parameters === null) return true;
  return Math.abs(one.parameters / other.parameters - 1) < SAME_SIZE;
}

type OfRepository = Pick<Profile, 'repository' | 'parameters'>;

/** What the size of a dense model of the same worth would be; `null` when nothing tells it. */
export function effectiveParameters({
  parameters,
  activeParameters,
}: Pick<Profile, 'parameters' | 'activeParameters'>): number | null {
  if (!parameters) return null;
  return Math.sqrt(parameters * (activeParameters || parameters));
}

/** Doublings that the alternative lacks; negative when it is the stronger one, `null` when that cannot be told. */
export function doublingsBehind(requested: Sized, alternative: Sized): number | null {
  const wanted = effectiveParameters(requested);
  const given = effectiveParameters(alternative);
  const isUnknown = wanted === null || given === null;
  if (isUnknown && !isOneModel(requested, alternative)) return null;
  const size = isUnknown ? 0 : Math.log2(wanted / given);
  const form = 2 * Math.log2(qualityOf(requested) / qualityOf(alternative));
  return size + form - yearsNewer(requested, alternative) + specialtyLost(requested, alternative);
}

export function expectedQuality(requested: Sized, alternative: Sized): ExpectedQuality {
  const behind = doublingsBehind(requested, alternative);
  if (behind === null) return 'slightly lower';
  if (behind <= STEPS.similar) return 'similar';
  return behind <= STEPS['slightly lower'] ? 'slightly lower' : 'significantly lower';
}

const qualityOf = ({ quantizationQuality }: Sized) => Math.max(0.01, quantizationQuality ?? 1);

function yearsNewer(requested: Sized, alternative: Sized): number {
  if (requested.released === null || alternative.released === null) return 0;
  const years = (alternative.released - requested.released) / 12;
  return Math.max(-MOST_YEARS, Math.min(MOST_YEARS, years));
}

function specialtyLost({ family: wanted }: Sized, { family: given }: Sized): number {
  const lost = wanted?.specialties?.some((one) => !given?.specialties?.includes(one));
  return lost ? SPECIALTY_DOUBLINGS : 0;
}

export interface SpeedFacts {
  readonly profile: Pick<
    Profile,
    'activeParameters' | 'bitsPerWeight' | 'size' | 'family' | 'tasks'
  >;
  /** Tokens per second on this computer; `null` when it was never measured. */
  readonly rate: number | null;
  /** Where it computes; two different places cannot be compared. */
  readonly place: string;
}

/**
 * As measured here where both were; else as the makers tell, within a family; else, for language models, by the bytes
 * that are read for each token, which is what bounds them. `null` when none of it can be told.
 */
export function speedRatio(requested: SpeedFacts, alternative: SpeedFacts): number | null {
  if (requested.rate && alternative.rate) return rounded(alternative.rate / requested.rate);
  const told = toldRatio(requested.profile, alternative.profile);
  if (told !== null) return rounded(told);
  const isLanguage = requested.profile.tasks.some(
    (task) => task === 'chat' || task === 'completion',
  );
  const wanted = bytesPerToken(requested.profile);
  const given = bytesPerToken(alternative.profile);
  const canTell = isLanguage && requested.place === alternative.place;
  return canTell && wanted && given ? rounded(wanted / given) : null;
}

function toldRatio(requested: SpeedFacts['profile'], alternative: SpeedFacts['profile']) {
  const isSame = requested.family !== null && requested.family.id === alternative.family?.id;
  const wanted = requested.size?.relativeSpeed;
  const given = alternative.size?.relativeSpeed;
  return isSame && wanted && given ? given / wanted : null;
}

const bytesPerToken = ({ activeParameters, bitsPerWeight }: SpeedFacts['profile']) =>
  activeParameters && bitsPerWeight ? activeParameters * bitsPerWeight : null;

const rounded = (ratio: number) =>
  Math.round(100 * Math.max(1 / FASTEST, Math.min(FASTEST, ratio))) / 100;
