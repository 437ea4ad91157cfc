/** Requests, decisions and runtimes as the main process would send them. */
import type { OperationOutput } from '../../../../src-shared/contract/operations.ts';
import type { Decision, Question, Suggestion } from '../../../../src-shared/domain/fallback.ts';
import {
  type GenerationRequest,
  OWN_APP,
  type RequestState,
  type RuntimeInfo,
} from '../../../../src-shared/domain/generation.ts';
import { GB } from './builders.ts';

const START = '2026-01-10T09:00:00.000Z';
const TINY = 'hf:acme/tiny-chat-GGUF:Q4_K_M';

export const WAITING = {
  kind: 'waiting' as const,
  position: 2,
  etaMs: 180_000,
  downloadedBytes: 1.2 * GB,
  totalBytes: 4 * GB,
} satisfies RequestState;

export const RUNNING = {
  kind: 'running' as const,
  startedAt: START,
  tokens: 12,
  tokensPerSecond: 42.34,
} satisfies RequestState;

export const DONE = {
  kind: 'done' as const,
  endedAt: START,
  durationMs: 3_200,
  firstTokenMs: 400,
  tokens: 120,
  tokensPerSecond: 41.5,
} satisfies RequestState;

export const CANCELLED = { kind: 'cancelled' as const, endedAt: START } satisfies RequestState;

const ENDED: readonly string[] = ['done', 'failed', 'cancelled', 'expired'];

export function aRequest(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  const state = changes.state ?? RUNNING;
  return {
    id: 'r1',
    kind: 'chat',
    requested: TINY,
    requestedId: TINY,
    modelId: TINY,
    strategy: 'exact',
    app: OWN_APP,
    priority: 0,
    createdAt: START,
    expiresAt: null,
    state,
    can: { cancel: !ENDED.includes(state.kind), prioritize: state.kind === 'waiting' },
    ...changes,
  };
}

export const aSuggestion = (changes: Partial<Suggestion> = {}): Suggestion => ({
  modelId: TINY,
  name: 'Tiny Chat',
  score: 0.82,
  parts: [
    { part: 'task', weight: 0.4, value: 1, because: 'It is made for chat.' },
    { part: 'size', weight: 0.2, value: 0.5, because: 'It is half as large.' },
  ],
  reasons: ['It is made for chat.', 'It fits into memory.'],
  quality: 'slightly lower',
  speedRatio: 1.8,
  cost: { memoryBytes: 3 * GB, downloadBytes: 0 },
  ...changes,
});

export const aDecision = (changes: Partial<Decision> = {}): Decision => ({
  requestedId: 'hf:acme/big-chat-GGUF:Q4_K_M',
  strategy: 'alternative',
  modelId: TINY,
  etaMs: 600_000,
  startsDownload: true,
  suggestions: [aSuggestion()],
  trace: [
    { strategy: 'exact', taken: false, because: 'Its files are not here.' },
    { strategy: 'alternative', taken: true, because: 'Tiny Chat is here and good enough.' },
  ],
  setup: [],
  ...changes,
});

export const aQuestion = (changes: Partial<Question> = {}): Question => ({
  id: 'q1',
  decision: aDecision(),
  choices: [
    { id: 'alternative', label: 'Tiny Chat answers now', strategy: 'alternative', modelId: TINY },
    { id: 'queue', label: 'Wait for Big Chat', strategy: 'queue', modelId: null },
  ],
  defaultChoice: 'alternative',
  deadline: '2999-01-10T09:00:20.000Z',
  ...changes,
});

export const aRuntime = (changes: Partial<RuntimeInfo> = {}): RuntimeInfo => ({
  id: 'llama',
  kind: 'llama',
  name: 'Larder',
  url: null,
  state: 'ready',
  detail: 'Computes on the processor.',
  models: [],
  loaded: [],
  ...changes,
});

export const theRuntimes = (
  url: string | null,
  ...items: RuntimeInfo[]
): OperationOutput<'runtimes.list'> => ({ items, gateway: { url, models: items.length } });
