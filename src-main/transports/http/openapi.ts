/** OpenAPI 3.1 of the local API, built from the contract. Pure. */
import { z } from 'zod';
import type { Operation } from '../../../src-shared/contract/define.ts';
import { EVENTS } from '../../../src-shared/contract/events.ts';
import { OPERATION_NAMES, OPERATIONS } from '../../../src-shared/contract/operations.ts';
import { gatewayPaths } from './openapi-gateway.ts';
import type {
  JsonContent,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
} from './openapi-types.ts';
import { PROBLEM_TYPE, problemSchema } from './problem.ts';
import { type FieldSchema, type InputLayout, inputLayout } from './route-input.ts';

export const EVENTS_PATH = '/api/v1/events';
export const OPENAPI_PATH = '/openapi.json';
export const DOCS_PATH = '/docs';

/** @param version of the app */
export function buildOpenApi(version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Larder local API',
      version,
      description:
        'Served on this computer only, while it is enabled. The address and the token are in api.json in the user-data folder. Sizes are in bytes, durations in milliseconds, rates in bytes per second, times in ISO 8601.',
    },
    paths: { ...contractPaths(), ...gatewayPaths(), ...ownPaths() },
    'x-events': Object.fromEntries(
      Object.entries(EVENTS).map(([type, schema]) => [type, jsonSchema(schema, 'output')]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      responses: {
        Problem: {
          description: 'What went wrong, and what can be done.',
          content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
    security: [{ token: [] }],
  };
}

function contractPaths() {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const name of OPERATION_NAMES) {
    const { path, method } = OPERATIONS[name].http;
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: describeOperation(name, OPERATIONS[name]),
    };
  }
  return paths;
}

function describeOperation(name: string, operation: Operation): OpenApiOperation {
  const layout = inputLayout(operation);
  const parameters = parametersOf(layout);
  return {
    operationId: name,
    summary: operation.doc,
    tags: [String(name.split('.')[0])],
    ...(parameters.length > 0 && { parameters }),
    ...(layout.others === 'body' && { requestBody: bodyOf(layout, operation) }),
    responses: responses(json(jsonSchema(operation.output, 'output'))),
    ...(operation.open && { security: [] }),
  };
}

function parametersOf({ path, others, fields, required }: InputLayout): OpenApiParameter[] {
  return Object.entries(fields)
    .filter(([name]) => others === 'query' || path.includes(name))
    .map(([name, schema]) => ({
      name,
      in: path.includes(name) ? 'path' : 'query',
      required: required.includes(name),
      ...(typeof schema.description === 'string' && { description: schema.description }),
      schema,
    }));
}

function bodyOf({ path, fields, required }: InputLayout, { input }: Operation) {
  const inBody = (name: string) => !path.includes(name);
  const requiredInBody = required.filter(inBody);
  const schema = {
    ...jsonSchema(input, 'input'),
    properties: Object.fromEntries(Object.entries(fields).filter(([name]) => inBody(name))),
    ...(requiredInBody.length > 0 && { required: requiredInBody }),
  };
  return { required: requiredInBody.length > 0, content: json(schema) };
}

/** Addresses beside the contract's operations. */
function ownPaths(): Record<string, Record<string, OpenApiOperation>> {
  const types = { type: 'array', items: { enum: Object.keys(EVENTS) } };
  const own = (operationId: string, summary: string, answers: Record<string, unknown>) => ({
    operationId,
    summary,
    tags: ['api'],
    responses: { ...answers, default: { $ref: '#/components/responses/Problem' } },
  });
  return {
    [EVENTS_PATH]: {
      get: {
        ...own(
          'api.events',
          'A WebSocket with the events under x-events; the token may also travel as the sub-protocol larder.TOKEN.',
          {
            '101': { description: 'Switched to a WebSocket; each message is one event.' },
          },
        ),
        parameters: [
          {
            name: 'types',
            in: 'query',
            required: false,
            description: 'Only these types.',
            schema: types,
          },
        ],
      },
    },
    [OPENAPI_PATH]: {
      get: own('api.description', 'This description.', {
        '200': { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) },
      }),
    },
    [DOCS_PATH]: {
      get: own('api.reference', 'This description as a page to read.', {
        '200': { description: 'HTML.', content: { 'text/html': {} } },
      }),
    },
  };
}

function responses(content: JsonContent) {
  return {
    '200': { description: 'Done.', content },
    default: { $ref: '#/components/responses/Problem' },
  };
}

function json(schema: FieldSchema): JsonContent {
  return { 'application/json': { schema } };
}

function jsonSchema(type: z.ZodType, io: 'input' | 'output'): FieldSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io });
  return schema;
}
