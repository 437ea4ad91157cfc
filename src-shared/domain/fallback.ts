/** What a request needs of a model, which models could stand in for a missing one, and what was decided. */
import { z } from 'zod';

const count = z.number().int().positive();

/** From best to worst; `any` takes what there is. */
export const expectedQualitySchema = z.enum(['similar', 'slightly lower', 'significantly lower']);
export type ExpectedQuality = z.infer<typeof expectedQualitySchema>;

/** What a program does. One word per kind of request, whatever words a hub uses for it. */
export const generationTaskSchema = z.enum([
  'chat',
  'completion',
  'embedding',
  'transcription',
  'image',
  'video',
]);
export type GenerationTask = z.infer<typeof generationTaskSchema>;

/** Everything is optional: what is not asked for is not judged. */
export const requirementsSchema = z.strictObject({
  task: generationTaskSchema.optional(),
  vision: z.boolean().optional().meta({ description: 'Pictures are part of the input.' }),
  contextTokens: count.optional().meta({ description: 'Tokens of input and answer together.' }),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/, 'needs a language code such as en'))
    .max(20)
    .optional(),
  tools: z.boolean().optional().meta({ description: 'Has to call functions.' }),
  json: z.boolean().optional().meta({ description: 'Has to answer in JSON.' }),
  image: z.strictObject({ width: count, height: count }).optional(),
  video: z.strictObject({ width: count, height: count, frames: count }).optional(),
  maxMemoryBytes: count.optional(),
  minQuality: expectedQualitySchema.optional().meta({
    description: 'Alternatives of which less is expected are not taken unasked.',
  }),
  maxWaitMs: z.number().int().nonnegative().optional(),
});
export type Requirements = z.infer<typeof requirementsSchema>;

/** One part of a score: how much it weighs, how well the model does in it, and why. */
export const scorePartSchema = z.object({
  part: z.string(),
  weight: z.number().min(0).max(1),
  value: z.number().min(0).max(1),
  because: z.string(),
});

export const suggestionSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  score: z.number().min(0).max(1),
  parts: z.array(scorePartSchema),
  reasons: z.array(z.string()).meta({ description: 'In words, what matters most first.' }),
  quality: expectedQualitySchema,
  speedRatio: z.number().positive().nullable().meta({
    description: 'Expected speed against the model asked for; null when it cannot be told.',
  }),
  cost: z.object({
    memoryBytes: z.number().int().nonnegative(),
    downloadBytes: z.number().int().nonnegative(),
  }),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

export const strategySchema = z.enum([
  'exact',
  'alternative',
  'wait',
  'queue',
  'remote',
  'placeholder',
  'ask',
  'refuse',
]);
export type Strategy = z.infer<typeof strategySchema>;

/** One line of the decision table that was looked at. */
export const traceLineSchema = z.object({
  strategy: strategySchema,
  taken: z.boolean(),
  because: z.string(),
});

export const decisionSchema = z.object({
  requestedId: z.string(),
  strategy: strategySchema,
  modelId: z.string().nullable().meta({
    description: 'The model that answers: now, or after the wait. null for none on this computer.',
  }),
  etaMs: z.number().nonnegative().nullable().meta({
    description: 'Until the requested model can answer; null when that cannot be told.',
  }),
  isComing: z.boolean().optional().meta({
    description: 'Whether the model asked for is on its way, or is fetched from now on.',
  }),
  startsDownload: z.boolean().meta({ description: 'The requested model is fetched as well.' }),
  suggestions: z.array(suggestionSchema).meta({ description: 'Best first.' }),
  trace: z.array(traceLineSchema),
  setup: z.array(z.string()).meta({
    description: 'Steps for this computer, when there is nothing that could answer.',
  }),
});
export type Decision = z.infer<typeof decisionSchema>;

/** `auto` decides by the settings, `ask` asks the person, `never` takes the requested model or none. */
export const fallbackModeSchema = z.enum(['auto', 'ask', 'never']);
export type FallbackMode = z.infer<typeof fallbackModeSchema>;

/** Raised by `ask`: without an answer by the deadline, the default holds. */
export const questionSchema = z.object({
  id: z.string(),
  decision: decisionSchema.meta({ description: 'What would be done by itself.' }),
  choices: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      strategy: strategySchema,
      modelId: z.string().nullable(),
    }),
  ),
  defaultChoice: z.string(),
  deadline: z.iso.datetime(),
});
export type Question = z.infer<typeof questionSchema>;
