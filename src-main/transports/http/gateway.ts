/**
 * The gateway: OpenAI's API over whatever answers here. Every program that speaks it can use it unchanged;
 * headers tell which model answered, and why that one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  chatBodySchema,
  completionBodySchema,
  embeddingBodySchema,
  unheededFields,
} from '../../../src-shared/contract/openai.ts';
import { AppError, toAppError } from '../../../src-shared/errors.ts';
import { type AnswerFacts, chunkOf, lastChunksOf } from '../../engines/generation/format.ts';
import type { Call, Outcome } from '../../engines/generation/generation.ts';
import type { AnyJob, Head } from '../../engines/generation/ports.ts';
import type { Log } from '../../engines/ports.ts';
import { asGatewayFault, gatewayError, sendGatewayError } from './gateway-errors.ts';

export interface Gateway {
  readonly ask: (call: Call) => Promise<Outcome>;
  /** The model that a name means; the name itself where it means none. */
  readonly resolve: (name: string) => string;
  /** Names that can be asked for now. */
  readonly models: () => readonly {
    readonly id: string;
    readonly createdAt: number;
    readonly owner: string;
  }[];
}

export const MAX_BODY_BYTES = 20 * 1024 * 1024;
/** A client that does not read is cut off when this much waits for it. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

export const GATEWAY_PATHS = {
  chat: { path: '/v1/chat/completions', schema: chatBodySchema },
  completion: { path: '/v1/completions', schema: completionBodySchema },
  embedding: { path: '/v1/embeddings', schema: embeddingBodySchema },
} as const;

/** @param app a scope of its own: its errors have another shape than the rest of the API */
export function addGateway(app: FastifyInstance, gateway: Gateway, log: Log): void {
  app.setErrorHandler((error: Parameters<typeof asGatewayFault>[0], request, reply) => {
    const fault = asGatewayFault(error, MAX_BODY_BYTES);
    if (fault.code === 'INTERNAL')
      log.error('request failed', { route: request.routeOptions.url, problem: fault.message });
    return sendGatewayError(reply, fault);
  });
  for (const [kind, { path, schema }] of Object.entries(GATEWAY_PATHS)) {
    app.post(path, { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const parsed = (schema as z.ZodType<AnyJob['body']>).safeParse(request.body ?? {});
      if (!parsed.success) return sendInvalid(reply, parsed.error);
      return answer(gateway, { kind, body: parsed.data } as AnyJob, request, reply);
    });
  }
  app.all('/v1/*', async ({ url }, reply) =>
    sendGatewayError(reply, new AppError('ROUTE_UNKNOWN', { path: url.split('?')[0] ?? url })),
  );
  app.get('/v1/models', async () => ({
    object: 'list',
    data: gateway.models().map(describeModel),
  }));
  app.get<{ Params: { '*': string } }>('/v1/models/*', async ({ params }, reply) => {
    const id = params['*'];
    const means = gateway.resolve(id);
    const model = gateway.models().find((one) => one.id === id || one.id === means);
    return model
      ? describeModel(model)
      : sendGatewayError(reply, new AppError('MODEL_UNKNOWN', { modelId: id }), { param: 'model' });
  });
}

const describeModel = ({ id, createdAt, owner }: ReturnType<Gateway['models']>[number]) => ({
  id,
  object: 'model',
  created: Math.floor(createdAt / 1000),
  owned_by: owner,
});

function sendInvalid(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const [issue] = error.issues;
  const param = issue?.path.join('.') || null;
  const problem = `${param ?? 'the body'}: ${issue ? plainly(issue) : 'is not as expected'}`;
  return sendGatewayError(reply, new AppError('INPUT_INVALID', { problem }), { param });
}

/** What a person who wrote the request would say. */
const plainly = ({ message }: z.core.$ZodIssue): string =>
  message
    .replace(/^Invalid input: expected .*, received undefined$/, 'is missing')
    .replace(/^Invalid input: expected (.*), received (.*)$/, 'has to be of type $1, and is $2')
    .replace(/^Too small: expected \w+ to have >=1 \w+$/, 'must not be empty');

async function answer(gateway: Gateway, job: AnyJob, request: FastifyRequest, reply: FastifyReply) {
  const gone = new AbortController();
  const leave = () => {
    if (!reply.raw.writableFinished) gone.abort();
  };
  reply.raw.once('close', leave);
  const ignored = unheededFields(job.body);
  if (ignored.length > 0) reply.header('x-larder-ignored', headerSafe(ignored.join(', ')));
  const wantsStream = job.kind !== 'embedding' && job.body.stream === true;
  const stream = wantsStream ? createStream(job, reply, gone) : undefined;
  try {
    const outcome = await gateway.ask({
      job,
      app: appOf(request),
      canQueue: canQueue(job, request),
      signal: gone.signal,
      ...stream?.hears,
    });
    if (outcome.kind === 'queued') return sendQueued(reply, outcome.request);
    if (outcome.kind === 'refused') {
      const { error, decision } = outcome;
      return sendGatewayError(reply, error, { param: 'model', decision });
    }
    if (stream) return stream.end(outcome.answer.generated);
    return reply.headers(headersOf(outcome.answer.head)).send(outcome.answer.body);
  } catch (error) {
    if (stream?.hasBegun()) return stream.fail(error);
    if (gone.signal.aborted) return reply.hijack();
    return sendGatewayError(reply, error);
  } finally {
    reply.raw.off('close', leave);
  }
}

function sendQueued(reply: FastifyReply, request: { readonly id: string }) {
  return reply
    .code(202)
    .header('location', `/api/v1/requests/${encodeURIComponent(request.id)}`)
    .send({ object: 'larder.request', ...request });
}

/** Server-sent events, from the moment it is certain who answers. */
function createStream(job: AnyJob, reply: FastifyReply, gone: AbortController) {
  const { raw } = reply;
  let facts: AnswerFacts | undefined;
  let isFirst = true;

  function send(data: unknown): void {
    if (gone.signal.aborted) return;
    raw.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    if (raw.writableLength > MAX_UNREAD_BYTES) {
      gone.abort();
      raw.destroy();
    }
  }

  function begin(head: Head, known: AnswerFacts): void {
    facts = known;
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      ...headersOf(head),
    });
  }

  return {
    hears: {
      onHead: begin,
      onDelta: (delta: Parameters<NonNullable<Call['onDelta']>>[0]) => {
        if (!facts) return;
        send(chunkOf(facts, delta, isFirst));
        isFirst = false;
      },
    } satisfies Partial<Call>,
    hasBegun: () => facts !== undefined,
    end: (generated: Parameters<typeof lastChunksOf>[1] | null) => {
      const withUsage = job.kind !== 'embedding' && job.body.stream_options?.include_usage === true;
      if (facts && generated)
        for (const chunk of lastChunksOf(facts, generated, { withUsage })) send(chunk);
      send('[DONE]');
      raw.end();
      return reply;
    },
    /** Too late for a status: the failure is the last event, and no `[DONE]` follows. */
    fail: (error: unknown) => {
      send(gatewayError(toAppError(error)).body);
      raw.end();
      return reply;
    },
  };
}

function headersOf({ requestId, requested, modelId, strategy }: Head): Record<string, string> {
  return {
    'x-request-id': requestId,
    'x-larder-model': headerSafe(modelId),
    'x-larder-requested': headerSafe(requested),
    'x-larder-strategy': strategy,
  };
}

/** Headers carry printable ASCII; anything else is percent-encoded. */
const headerSafe = (text: string) =>
  wellFormed(text)
    .replace(/[^\x20-\x7e]+/gu, encodeURIComponent)
    .slice(0, 2_000);

/** Half a character would be refused. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/**
 * Who knows of Larder, or says by the standard's header that it will come back, can be told to: any other program would
 * take that for the answer. @see RFC 7240, section 4.1
 */
function canQueue({ body }: AnyJob, { headers }: FastifyRequest): boolean {
  return body.larder !== undefined || /\brespond-async\b/i.test(String(headers.prefer ?? ''));
}

/** The program that asks, as it calls itself. */
function appOf({ headers }: FastifyRequest): string | null {
  const named = headers['x-larder-app'] ?? headers['user-agent'];
  const text = (Array.isArray(named) ? named[0] : named)?.replace(/[^\x20-\x7e]/g, '').trim();
  return text ? text.slice(0, 100) : null;
}
