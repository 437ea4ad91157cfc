/** Words about requests to models. Pure. */
import { formatBytes, formatDuration } from '../../src-shared/domain/format.ts';
import {
  type GenerationKind,
  type GenerationRequest,
  hasEnded,
  type RequestState,
  type ServedBy,
} from '../../src-shared/domain/generation.ts';
import { durationWords } from './usage.ts';
import { counted } from './words.ts';

type WaitingState = Extract<RequestState, { kind: 'waiting' }>;

/** `Number 2 in line · 1.20 GB of 4.00 GB · 3 min left`, as far as it is known. */
export function waitingWords({ position, etaMs, downloadedBytes, totalBytes }: WaitingState) {
  const parts = [position === 1 ? 'Next in line' : `Number ${position} in line`];
  if (totalBytes > 0) parts.push(`${formatBytes(downloadedBytes)} of ${formatBytes(totalBytes)}`);
  if (etaMs !== null) parts.push(`about ${formatDuration(etaMs)} left`);
  return parts.join(' · ');
}

/** It waits for files, not only for its turn. */
export const waitsForFiles = ({ etaMs, totalBytes }: WaitingState) =>
  totalBytes > 0 || etaMs !== null;

/** `42.3 tokens/s`; empty while that is not known. */
export function speedWords(tokensPerSecond: number | null): string {
  if (tokensPerSecond === null || tokensPerSecond <= 0) return '';
  return `${tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0)} tokens/s`;
}

/** What is to be told of the pace of an answer, by and by. */
export function paceWords(state: RequestState): string {
  switch (state.kind) {
    case 'running':
      return join(counted(state.tokens, 'token'), speedWords(state.tokensPerSecond));
    case 'done':
      return join(
        counted(state.tokens, 'token'),
        speedWords(state.tokensPerSecond),
        state.firstTokenMs === null ? '' : `first after ${durationWords(state.firstTokenMs)}`,
      );
    default:
      return '';
  }
}

const join = (...parts: readonly string[]) => parts.filter(Boolean).join(' · ');

export const KIND_WORDS: Readonly<Record<GenerationKind, string>> = {
  chat: 'Chat',
  completion: 'Completion',
  embedding: 'Embedding',
};

/** How an answer came about; the empty one needs no words. */
export const SERVED_WORDS: Readonly<Record<ServedBy, string>> = {
  exact: 'As asked',
  alternative: 'Another model',
  waited: 'After a wait',
  queued: 'From the queue',
  remote: 'A server elsewhere',
  placeholder: 'Placeholder, no answer',
};

const NOT_THE_REAL_ONE = new Set<ServedBy | null>(['alternative', 'remote', 'placeholder']);

/** The answer does not come from the model that was asked for. */
export function isSubstitute({ strategy, modelId, requestedId }: GenerationRequest): boolean {
  if (NOT_THE_REAL_ONE.has(strategy)) return true;
  return modelId !== null && requestedId !== null && modelId !== requestedId;
}

export interface RequestGroups {
  readonly running: readonly GenerationRequest[];
  /** The next one first. */
  readonly waiting: readonly GenerationRequest[];
  /** The latest first. */
  readonly ended: readonly GenerationRequest[];
}

export function groupsOf(requests: readonly GenerationRequest[]): RequestGroups {
  const of = (...kinds: RequestState['kind'][]) =>
    requests.filter(({ state }) => kinds.includes(state.kind));
  return {
    running: of('loading', 'running'),
    waiting: of('waiting').toSorted((a, b) => positionOf(a) - positionOf(b)),
    ended: requests.filter(hasEnded).toSorted((a, b) => endOf(b).localeCompare(endOf(a))),
  };
}

const positionOf = ({ state }: GenerationRequest) =>
  state.kind === 'waiting' ? state.position : 0;

export const endOf = ({ state }: GenerationRequest) => ('endedAt' in state ? state.endedAt : '');
