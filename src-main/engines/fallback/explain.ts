/** A score in words: each part with why, and the reasons that matter most. Pure. */
import type { Suggestion } from '../../../src-shared/domain/fallback.ts';
import { formatBytes } from '../../../src-shared/domain/format.ts';
import { expectedQuality, isOneModel, speedRatio } from './expected.ts';
import {
  type Candidate,
  closeness,
  PARTS,
  type Part,
  scoreOf,
  VALUES,
  type Wanted,
  WEIGHTS,
} from './score.ts';

/** So many reasons are told. */
const MOST_REASONS = 5;

export function explain(wanted: Wanted, candidate: Candidate): Suggestion {
  const { profile } = candidate;
  const parts = PARTS.map((part) => ({
    part,
    weight: WEIGHTS[part],
    value: VALUES[part](wanted, candidate),
    because: BECAUSE[part](wanted, candidate),
  }));
  // What gives the most, and what costs the most, says more than what is as usual.
  const weighty = parts.toSorted((a, b) => sway(b) - sway(a));
  return {
    modelId: profile.modelId,
    name: profile.name,
    score: scoreOf(wanted, candidate),
    parts,
    reasons: weighty.slice(0, MOST_REASONS).map(({ because }) => because),
    quality: expectedQuality(wanted.profile, profile),
    speedRatio: speedRatio(
      { profile: wanted.profile, rate: wanted.rate, place: wanted.fit },
      { profile, rate: candidate.rate, place: candidate.fit },
    ),
    cost: { memoryBytes: profile.memoryBytes, downloadBytes: 0 },
  };
}

const sway = ({ weight, value }: { weight: number; value: number }) =>
  weight * Math.abs(value - 0.5);

type Because = (wanted: Wanted, candidate: Candidate) => string;

const BECAUSE: Readonly<Record<Part, Because>> = {
  task: ({ task }, { profile }) =>
    task === 'chat' && !profile.isTuned
      ? 'It is not known to be trained for conversations.'
      : `It is made for ${task}.`,
  family: ({ profile: asked }, { profile }) => {
    const near = closeness(asked, profile);
    if (isOneModel(asked, profile)) return 'It is the same model in another form.';
    if (near === null) return 'How near the two families are is not known.';
    if (near === 1) return `It is of the same family, ${profile.family?.name}.`;
    if (near >= 0.6) return `${profile.family?.name} is related to ${asked.family?.name}.`;
    return `It is of another family, ${profile.family?.name}.`;
  },
  parameters: ({ profile: asked }, { profile }) => {
    if (profile.parameters === null) return 'How large it is, is not known.';
    const has = countWords(profile.parameters);
    return asked.parameters === null
      ? `It has ${has} parameters.`
      : `It has ${has} parameters, the one asked for ${countWords(asked.parameters)}.`;
  },
  quantisation: (_, { profile }) =>
    profile.quantization === null
      ? 'How its weights are rounded is not known.'
      : `Its weights are ${profile.quantization}.`,
  context: (_, { profile }) =>
    profile.contextTokens === null
      ? 'How long a text it holds is not known.'
      : `It holds ${profile.contextTokens} tokens.`,
  hardware: (_, { fit, profile }) => FIT_WORDS[fit](formatBytes(profile.memoryBytes)),
  measured: (_, { uses, asStandIn, rate }) => {
    const tried = asStandIn.successes + asStandIn.failures;
    if (tried > 0)
      return `It stood in ${tried === 1 ? 'once' : `${tried} times`}, and ${asStandIn.successes} went well.`;
    const all = uses.successes + uses.failures;
    const speed = rate === null ? '' : ` at ${rate.toFixed(1)} tokens a second`;
    return all === 0
      ? 'It was not used here lately.'
      : `Of ${all} uses here ${uses.successes} went well${speed}.`;
  },
  preference: (_, { profile, preferredAt, usedLately }) => {
    if (preferredAt !== null) return 'You prefer it.';
    if (profile.keep) return 'You keep it.';
    return usedLately ? 'You used it lately.' : 'It is not among those you prefer.';
  },
  licence: (_, { profile }) =>
    profile.license === null ? 'Its licence is not known.' : `Its licence is ${profile.license}.`,
};

const FIT_WORDS: Readonly<Record<Candidate['fit'], (need: string) => string>> = {
  gpu: (need) => `It fits in graphics memory (${need}).`,
  memory: (need) => `It fits in memory (${need}).`,
  tight: (need) => `It only just fits in memory (${need}).`,
  'too-large': (need) => `It does not fit in memory (${need}).`,
  unknown: () => 'Whether it fits in memory is not known.',
};

/** `8.0 billion`, `350 million`. */
export function countWords(parameters: number): string {
  return parameters >= 1e9
    ? `${(parameters / 1e9).toFixed(1)} billion`
    : `${Math.max(1, Math.round(parameters / 1e6))} million`;
}
