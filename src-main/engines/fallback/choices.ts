/** What a person may choose when a request asks, and which of it holds without an answer. Pure. */
import type { Decision, Question, Suggestion } from '../../../src-shared/domain/fallback.ts';
import { formatDuration } from '../../../src-shared/domain/format.ts';
import { type DecisionFacts, decide } from './decide.ts';

type Choice = Question['choices'][number];

/** So many models are offered. */
const MOST_OFFERED = 5;

export interface Choices {
  /** What would be done by itself. */
  readonly decision: Decision;
  readonly choices: Choice[];
  readonly defaultChoice: string;
}

export function choicesOf(facts: DecisionFacts): Choices {
  const decision = decide({ ...facts, mode: 'auto' });
  const own = choiceOf(decision);
  const offered = facts.ranking.suggestions.slice(0, MOST_OFFERED).map(alternativeChoice);
  const others: Choice[] = [
    ...offered,
    ...(decide({ ...facts, mode: 'never' }).strategy === 'queue' ? [queueChoice(facts)] : []),
    ...(facts.policy.remote ? [REMOTE] : []),
    REFUSE,
  ];
  const isListed = others.some(({ id }) => id === own.id);
  return { decision, choices: isListed ? others : [own, ...others], defaultChoice: own.id };
}

function choiceOf({ strategy, modelId, suggestions }: Decision): Choice {
  const name = suggestions.find((one) => one.modelId === modelId)?.name ?? modelId;
  if (strategy === 'alternative') {
    return { id: `alternative:${modelId}`, label: `Take ${name}`, strategy, modelId };
  }
  return { id: strategy, label: LABELS[strategy], strategy, modelId };
}

const LABELS: Readonly<Record<Exclude<Decision['strategy'], 'alternative'>, string>> = {
  exact: 'Take the model itself',
  wait: 'Wait for the model itself',
  queue: 'Keep it until the model is here',
  remote: 'Ask the server elsewhere',
  placeholder: 'Answer with a placeholder',
  ask: 'Ask again',
  refuse: 'Do not answer',
};

function alternativeChoice({ modelId, name, quality, speedRatio }: Suggestion): Choice {
  const speed = speedRatio === null ? '' : `, about ${speedRatio} times as fast`;
  const label = `Take ${name} (${quality} quality${speed})`;
  return { id: `alternative:${modelId}`, label, strategy: 'alternative', modelId };
}

function queueChoice({ requestedId, etaMs }: DecisionFacts): Choice {
  const eta = etaMs === null ? '' : ` (about ${formatDuration(etaMs)})`;
  return {
    id: 'queue',
    label: `${LABELS.queue}${eta}`,
    strategy: 'queue',
    modelId: requestedId,
  };
}

const REMOTE: Choice = { id: 'remote', label: LABELS.remote, strategy: 'remote', modelId: null };
const REFUSE: Choice = { id: 'refuse', label: LABELS.refuse, strategy: 'refuse', modelId: null };
