/** Says what would happen to a request, and why. Pure. */
import type {
  Decision,
  ExpectedQuality,
  Strategy,
  Suggestion,
} from '../../src-shared/domain/fallback.ts';
import { formatBytes, formatDuration } from '../../src-shared/domain/format.ts';

type TitleOf = (modelId: string) => string;

export const STRATEGY_WORDS: Readonly<Record<Strategy, string>> = {
  exact: 'The model itself',
  alternative: 'Another model',
  wait: 'A short wait',
  queue: 'The queue',
  remote: 'A server elsewhere',
  placeholder: 'A placeholder',
  ask: 'A question to you',
  refuse: 'An error',
};

/** What would happen now, in one sentence. */
export function decisionSentence(decision: Decision, titleOf: TitleOf): string {
  const asked = titleOf(decision.requestedId);
  const other = decision.modelId === null ? 'another model' : titleOf(decision.modelId);
  const soon = decision.etaMs === null ? '' : `, in about ${formatDuration(decision.etaMs)}`;
  switch (decision.strategy) {
    case 'exact':
      return `${asked} would answer.`;
    case 'alternative':
      return `${other} would answer${fetching(decision, asked)}.`;
    case 'wait':
      return `The request would be held until ${asked} is here${soon}.`;
    case 'queue':
      return `The request would be kept, and answered once ${asked} has arrived${soon}.`;
    case 'remote':
      return `A server elsewhere would answer, and what is asked would be sent there${fetching(decision, asked)}.`;
    case 'placeholder':
      return `The program would get a text that says that ${asked} is missing${fetching(decision, asked)}.`;
    case 'ask':
      return 'You would be asked which model may answer.';
    case 'refuse':
      return 'The program would get an error.';
  }
}

const fetching = ({ startsDownload }: Decision, asked: string) =>
  startsDownload ? `, and ${asked} would be fetched` : '';

/** Why, in the words of the line of the table that was taken. */
export const reasonOf = ({ trace }: Decision): string | null =>
  trace.find(({ taken }) => taken)?.because ?? null;

const QUALITY: Readonly<Record<ExpectedQuality, string>> = {
  similar: 'about as good',
  'slightly lower': 'slightly less good',
  'significantly lower': 'much less good',
};

/** `slightly less good · about 1.8 times as fast · takes 3.00 GB of memory`. */
export function suggestionFacts({ quality, speedRatio, cost }: Suggestion): string {
  const facts: string[] = [QUALITY[quality]];
  if (speedRatio !== null) facts.push(speedWords(speedRatio));
  if (cost.memoryBytes > 0) facts.push(`takes ${formatBytes(cost.memoryBytes)} of memory`);
  if (cost.downloadBytes > 0) facts.push(`fetches ${formatBytes(cost.downloadBytes)}`);
  return facts.join(' · ');
}

function speedWords(ratio: number): string {
  if (ratio > 0.9 && ratio < 1.1) return 'about as fast';
  return `about ${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times as fast`;
}
