/** Says that an answer is not that of the model that was asked. Pure. */
import type { GenerationRequest } from '../../src-shared/domain/generation.ts';

export interface SubstituteWords {
  readonly title: string;
  readonly sentence: string;
  /** It is no answer at all. */
  readonly isPlaceholder: boolean;
}

interface Names {
  readonly asked: string;
  /** `null` when nobody says who answered. */
  readonly answered: string | null;
}

export function substituteWords(
  { strategy }: Pick<GenerationRequest, 'strategy'>,
  { asked, answered }: Names,
): SubstituteWords {
  if (strategy === 'placeholder') {
    return {
      title: 'This is not an answer',
      sentence: `${asked} is not here, and no other model was asked. The text below is a placeholder.`,
      isPlaceholder: true,
    };
  }
  if (strategy === 'remote') {
    return {
      title: `Answered by a server elsewhere, not by ${asked}`,
      sentence: `What you asked was sent there${answered ? `; ${answered} answered` : ''}.`,
      isPlaceholder: false,
    };
  }
  return {
    title: `Answered by ${answered ?? 'another model'}`,
    sentence: `You asked ${asked}, which could not answer. Its answer may differ.`,
    isPlaceholder: false,
  };
}
