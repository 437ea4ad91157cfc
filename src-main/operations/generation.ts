import {
  chatBodySchema,
  completionBodySchema,
  embeddingBodySchema,
} from '../../src-shared/contract/openai.ts';
import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import {
  type GenerationKind,
  OWN_APP,
  type RuntimeInfo,
} from '../../src-shared/domain/generation.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Generation } from '../engines/generation/generation.ts';
import type { AnyJob } from '../engines/generation/ports.ts';
import type { Requests } from '../engines/generation/requests.ts';
import type { WaitingRoom } from '../engines/generation/waiting-room.ts';

export interface GenerationOperationsPorts {
  readonly generation: Generation;
  readonly requests: Requests;
  readonly waiting: WaitingRoom;
  readonly runtimes: {
    list(): readonly RuntimeInfo[];
    look(): Promise<void>;
    unload(modelId: string): Promise<boolean>;
  };
  /** Names that can be asked for now. */
  readonly answerable: () => readonly unknown[];
  readonly apiUrl: () => string | null;
  readonly apiToken: () => string | null;
}

const SCHEMAS = {
  chat: chatBodySchema,
  completion: completionBodySchema,
  embedding: embeddingBodySchema,
} as const;

/** @throws AppError `INPUT_INVALID` */
export function parseJob(kind: GenerationKind, body: unknown): AnyJob {
  const parsed = SCHEMAS[kind].safeParse(body);
  if (parsed.success) return { kind, body: parsed.data } as AnyJob;
  const [issue] = parsed.error.issues;
  const problem = `body.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not as expected'}`;
  throw new AppError('INPUT_INVALID', { problem });
}

export function createGenerationOperations(ports: GenerationOperationsPorts) {
  const { generation, requests, waiting, runtimes } = ports;
  const items = () => [...runtimes.list()];
  return {
    'requests.list': async () => ({ items: requests.list() }),
    'requests.create': async ({ kind, body, priority }) =>
      generation.begin({ job: parseJob(kind, body), app: OWN_APP, priority }),
    'requests.get': async ({ id }) => {
      const record = requests.find(id);
      const answer = record.answer() ?? (await waiting.answerOf(id));
      return { request: record.view(), answer: answer ?? null };
    },
    'requests.output': ({ id, from, waitMs }) => requests.read(id, { from, waitMs }),
    'requests.cancel': async ({ id }) => generation.cancel(id),
    'requests.prioritize': async ({ id, priority }) => {
      const record = requests.find(id);
      waiting.prioritize(id, priority);
      return record.view();
    },
    'runtimes.list': async () => {
      const url = ports.apiUrl();
      const gateway = { url: url === null ? null : `${url}/v1`, models: ports.answerable().length };
      return { items: items(), gateway };
    },
    'runtimes.refresh': async () => {
      await runtimes.look();
      return { items: items() };
    },
    'gateway.token': async () => ({ token: ports.apiToken() }),
    'runtimes.unload': async ({ modelId }) => {
      await runtimes.unload(modelId);
      return { items: items() };
    },
  } satisfies Partial<OperationHandlers>;
}
