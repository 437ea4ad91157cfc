/** Requests for generation, and the runtimes that answer them. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

export const generationKindSchema = z.enum(['chat', 'completion', 'embedding']);
export type GenerationKind = z.infer<typeof generationKindSchema>;

/** How an answer came about, as in the header `x-larder-strategy`. */
export const servedBySchema = z.enum([
  'exact',
  'alternative',
  'waited',
  'queued',
  'remote',
  'placeholder',
]);
export type ServedBy = z.infer<typeof servedBySchema>;

/**
 * A request: waiting for its model → running → done, failed, cancelled or expired.
 * Only what waits outlives a restart.
 */
export const requestStateSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('waiting'),
    position: z.number().int().positive().meta({ description: '1 is next, of all that wait.' }),
    etaMs: ms.nullable().meta({ description: 'Until its model can answer; null when unknown.' }),
    downloadedBytes: count,
    totalBytes: count,
  }),
  z.object({ kind: z.literal('loading'), startedAt: z.iso.datetime() }),
  z.object({
    kind: z.literal('running'),
    startedAt: z.iso.datetime(),
    tokens: count,
    tokensPerSecond: z.number().nonnegative().nullable(),
  }),
  z.object({
    kind: z.literal('done'),
    endedAt: z.iso.datetime(),
    durationMs: ms,
    firstTokenMs: ms.nullable(),
    tokens: count,
    tokensPerSecond: z.number().nonnegative().nullable(),
  }),
  z.object({ kind: z.literal('failed'), endedAt: z.iso.datetime(), error: errorReportSchema }),
  z.object({ kind: z.literal('cancelled'), endedAt: z.iso.datetime() }),
  z.object({ kind: z.literal('expired'), endedAt: z.iso.datetime() }),
]);
export type RequestState = z.infer<typeof requestStateSchema>;

/** What is known of a request; never what was asked nor what was answered. */
export const generationRequestSchema = z.object({
  id: z.string(),
  kind: generationKindSchema,
  requested: z.string().meta({ description: 'The name of the model as the program gave it.' }),
  requestedId: z.string().nullable().meta({ description: 'The model that means.' }),
  modelId: z.string().nullable().meta({ description: 'The model that answers.' }),
  strategy: servedBySchema.nullable().meta({ description: 'null until that is decided.' }),
  app: z.string().nullable().meta({ description: 'The program that asked, where it says so.' }),
  priority: z.number().int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  state: requestStateSchema,
  can: z.object({ cancel: z.boolean(), prioritize: z.boolean() }),
});
export type GenerationRequest = z.infer<typeof generationRequestSchema>;

/** As what the window's own requests are listed. */
export const OWN_APP = 'Larder';

const ENDED: ReadonlySet<RequestState['kind']> = new Set([
  'done',
  'failed',
  'cancelled',
  'expired',
]);

/** Nothing more will happen to it. */
export const hasEnded = ({ state }: Pick<GenerationRequest, 'state'>): boolean =>
  ENDED.has(state.kind);

export const runtimeKindSchema = z.enum(['llama', 'openai']);

/** A model that a runtime holds in memory. */
export const loadedModelSchema = z.object({
  modelId: z.string(),
  memoryBytes: count.nullable(),
  contextTokens: count.nullable(),
  loadedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  busy: count.meta({ description: 'Requests that it answers right now.' }),
});

export const runtimeSchema = z.object({
  id: z.string(),
  kind: runtimeKindSchema,
  name: z.string(),
  url: z.string().nullable().meta({ description: 'null for the one inside Larder.' }),
  state: z.enum(['ready', 'unreachable', 'failed']),
  detail: z
    .string()
    .nullable()
    .meta({ description: 'Why it is not ready, or on what it computes.' }),
  models: z.array(z.string()).meta({
    description:
      'Names of the models a server offers; the one inside Larder runs those of the library.',
  }),
  loaded: z.array(loadedModelSchema),
});
export type RuntimeInfo = z.infer<typeof runtimeSchema>;

/** Names other software insists on, each for the first of its models that can answer. */
export const aliasSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\S+$/, 'may not have spaces')
    .meta({ description: 'The name programs use, such as gpt-4o-mini.' }),
  models: z.array(z.string().min(1).max(1_000)).min(1).max(20).meta({
    description: 'Model ids, the preferred one first.',
  }),
});
export type Alias = z.infer<typeof aliasSchema>;

/** Who answered, and in whose place. */
export const gatewaySchema = z.object({
  url: z
    .string()
    .nullable()
    .meta({ description: 'Base address for clients; null while the local API is off.' }),
  models: count.meta({ description: 'Models that can answer now.' }),
});
