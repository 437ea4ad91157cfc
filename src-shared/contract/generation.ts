import { z } from 'zod';
import { prioritySchema } from '../domain/download.ts';
import { fallbackModeSchema, requirementsSchema } from '../domain/fallback.ts';
import {
  gatewaySchema,
  generationKindSchema,
  generationRequestSchema,
  runtimeSchema,
} from '../domain/generation.ts';
import { operation } from './define.ts';

const id = z.string().min(1).max(100).meta({ description: 'Id of a request.' });

/** What a request may carry beside what OpenAI's API knows. */
export const larderFieldSchema = z.strictObject({
  fallback: fallbackModeSchema.optional(),
  maxWaitMs: z.number().int().min(0).max(86_400_000).optional(),
  requirements: requirementsSchema.optional(),
});

export const generationOperations = {
  'requests.list': operation({
    input: z.object({}),
    output: z.object({ items: z.array(generationRequestSchema) }),
    http: { method: 'GET', path: '/api/v1/requests' },
    doc: 'Requests that wait, that run, and the latest that ended: newest first.',
  }),
  'requests.create': operation({
    input: z.object({
      kind: generationKindSchema,
      body: z.record(z.string(), z.unknown()).meta({
        description: 'As for /v1/chat/completions, /v1/completions or /v1/embeddings.',
      }),
      priority: prioritySchema.optional(),
    }),
    output: generationRequestSchema,
    http: { method: 'POST', path: '/api/v1/requests' },
    doc: 'Ask a model without holding the line: read the answer with requests.output.',
  }),
  'requests.get': operation({
    input: z.object({ id }),
    output: z.object({
      request: generationRequestSchema,
      answer: z.unknown().meta({
        description: 'The whole answer as the gateway gives it, once it is there.',
      }),
    }),
    http: { method: 'GET', path: '/api/v1/requests/{id}' },
    doc: 'One request, and its answer once it is done.',
  }),
  'requests.output': operation({
    input: z.object({
      id,
      from: z
        .number()
        .int()
        .nonnegative()
        .default(0)
        .meta({ description: 'Characters already read.' }),
      waitMs: z.number().int().min(0).max(20_000).default(0).meta({
        description: 'How long to wait for more, when there is none yet.',
      }),
    }),
    output: z.object({
      request: generationRequestSchema,
      text: z.string().meta({ description: 'What came after `from`.' }),
      next: z.number().int().nonnegative(),
    }),
    http: { method: 'GET', path: '/api/v1/requests/{id}/output' },
    doc: 'The text of an answer as it grows; ask again from `next` until the request has ended.',
  }),
  'requests.cancel': operation({
    input: z.object({ id }),
    output: generationRequestSchema,
    http: { method: 'DELETE', path: '/api/v1/requests/{id}' },
    doc: 'Give a request up, waiting or running.',
  }),
  'requests.prioritize': operation({
    input: z.object({ id, priority: prioritySchema }),
    output: generationRequestSchema,
    http: { method: 'POST', path: '/api/v1/requests/prioritize' },
    doc: 'Let a waiting request go before others, and its download with it.',
  }),
  'runtimes.list': operation({
    input: z.object({}),
    output: z.object({ items: z.array(runtimeSchema), gateway: gatewaySchema }),
    http: { method: 'GET', path: '/api/v1/runtimes' },
    doc: 'What can run models here: the runtime inside Larder and servers on this computer, with what each holds in memory.',
  }),
  'runtimes.refresh': operation({
    input: z.object({}),
    output: z.object({ items: z.array(runtimeSchema) }),
    http: { method: 'POST', path: '/api/v1/runtimes/refresh' },
    doc: 'Look again for servers on this computer.',
  }),
  'gateway.token': operation({
    input: z.object({}),
    output: z.object({
      token: z.string().nullable().meta({ description: 'null while the local API is off.' }),
    }),
    http: { method: 'GET', path: '/api/v1/gateway/token' },
    doc: 'The token of the local API, to be given to other programs; who asks over HTTP has it already.',
  }),
  'runtimes.unload': operation({
    input: z.object({ modelId: z.string().min(1) }),
    output: z.object({ items: z.array(runtimeSchema) }),
    http: { method: 'POST', path: '/api/v1/runtimes/unload' },
    doc: 'Let a model go from memory once nothing runs on it.',
  }),
};
