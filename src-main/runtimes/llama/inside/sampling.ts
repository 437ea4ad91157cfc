/** How the next word is chosen, where the request says nothing: as llama.cpp does by itself. Pure. */
import type { ChatBody } from '../../../../src-shared/contract/openai.ts';

const TEMPERATURE = 0.8;
const TOP_P = 0.95;
const TOP_K = 40;
const MIN_P = 0.05;

type Wishes = Pick<
  ChatBody,
  'temperature' | 'top_p' | 'top_k' | 'min_p' | 'seed' | 'frequency_penalty' | 'presence_penalty'
>;

export function samplingOf(body: Wishes) {
  const { seed, frequency_penalty: frequency, presence_penalty: presence } = body;
  return {
    temperature: body.temperature ?? TEMPERATURE,
    topP: body.top_p ?? TOP_P,
    topK: body.top_k ?? TOP_K,
    minP: body.min_p ?? MIN_P,
    ...(typeof seed === 'number' && { seed: Math.abs(seed) }),
    ...((frequency || presence) && {
      repeatPenalty: {
        penalty: 1,
        frequencyPenalty: frequency ?? 0,
        presencePenalty: presence ?? 0,
      },
    }),
  };
}
