/** The gateway's part of the description: what Larder adds to an API that is described elsewhere. Pure. */
import { z } from 'zod';
import { generationRequestSchema } from '../../../src-shared/domain/generation.ts';
import { GATEWAY_PATHS } from './gateway.ts';
import type { OpenApiOperation } from './openapi-types.ts';

const SUMMARIES = {
  chat: 'Answer a conversation, as OpenAI does; a stream of server-sent events with `stream`.',
  completion: 'Go on with a text, as OpenAI does.',
  embedding: 'Turn texts into vectors, as OpenAI does.',
} as const;

const HEADERS = {
  'x-larder-model': 'The model that answers.',
  'x-larder-requested': 'The name that was asked for.',
  'x-larder-strategy': 'exact, alternative, waited, queued, remote or placeholder.',
  'x-larder-ignored': 'Fields of the request that change nothing here.',
} as const;

const schemaOf = (type: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io });
  return schema;
};

const json = (schema: object) => ({ 'application/json': { schema: { ...schema } } });

const FAILURE = {
  description:
    'What is wrong, as OpenAI tells it: `error` with `message`, `type`, `param` and `code`.',
  content: json({ type: 'object' }),
};

export function gatewayPaths(): Record<string, Record<string, OpenApiOperation>> {
  const headers = Object.fromEntries(
    Object.entries(HEADERS).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
  const kinds = Object.entries(GATEWAY_PATHS).map(([kind, { path, schema }]) => [
    path,
    {
      post: {
        operationId: `gateway.${kind}`,
        summary: SUMMARIES[kind as keyof typeof GATEWAY_PATHS],
        tags: ['gateway'],
        requestBody: { required: true, content: json(schemaOf(schema, 'input')) },
        responses: {
          '200': { description: 'The answer.', headers, content: json({ type: 'object' }) },
          '202': {
            description: 'It waits for its model; `Location` tells where to ask for the answer.',
            content: json(schemaOf(generationRequestSchema, 'output')),
          },
          '429': { description: 'Too many wait; `Retry-After` tells when to come again.' },
          default: FAILURE,
        },
      },
    },
  ]);
  const list = {
    operationId: 'gateway.models',
    summary: 'Names that can be asked for now: aliases, models of the library, models of servers.',
    tags: ['gateway'],
    responses: {
      '200': { description: 'A list.', content: json({ type: 'object' }) },
      default: FAILURE,
    },
  };
  return { ...Object.fromEntries(kinds), '/v1/models': { get: list } };
}
