/** Uses of models: what, when, how long, whether it went well. Never what was asked, nor what was answered. */
import { z } from 'zod';

/** Stands in a month's document for all models beyond the most used. */
export const OTHER_MODELS = '(other)';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

export const usageEventSchema = z.strictObject({
  modelId: z
    .string()
    .max(1_000)
    .regex(/^[a-z]+:\S/, 'needs a model id, such as hf:owner/name')
    .meta({ description: 'Model id.' }),
  revision: z.string().max(200).optional(),
  task: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'chat, completion, embedding, image …' }),
  startedAt: z.iso.datetime(),
  durationMs: ms.optional().meta({ description: 'Left out when it is not known.' }),
  tokens: count.optional(),
  steps: count.optional(),
  success: z.boolean(),
  errorCode: z.string().max(100).optional(),
  fallbackFor: z.string().max(1_000).optional().meta({
    description: 'The model that was asked for, when this one stood in for it.',
  }),
  app: z.string().max(100).optional().meta({ description: 'The program that asked.' }),
});
export type UsageEvent = z.infer<typeof usageEventSchema>;

/** One model on one day. */
export const dayUseSchema = z.object({
  uses: count,
  failures: count,
  /** Of all uses that told it. */
  durationMs: ms,
  /** Of successful uses; older documents lack it. */
  successMs: ms.optional(),
  tokens: count,
  steps: count,
  /** Uses by hour of the day, local time; hours without any are left out. */
  hours: z.record(z.string(), count),
  /** Successful uses by duration: the key is the logarithm of it to the base 1.05. */
  durations: z.record(z.string(), count),
  lastUsedAt: z.iso.datetime(),
  /** Failures in a row up to the end of the day. */
  failureStreak: count,
});
export type DayUse = z.infer<typeof dayUseSchema>;

export const modelUsageSchema = z.object({
  modelId: z.string(),
  uses: count,
  usesPerDay: z.number().nonnegative(),
  successRate: z.number().min(0).max(1),
  averageMs: ms.nullable().meta({ description: 'Of successful uses that told it.' }),
  p95Ms: ms.nullable().meta({ description: 'Of successful uses, within 5 %.' }),
  tokens: count,
  steps: count,
  lastUsedAt: z.iso.datetime(),
  failureStreak: count.meta({ description: 'Failures in a row, up to now.' }),
  hours: z.array(count).length(24).meta({ description: 'Uses by hour of the day, local time.' }),
  weekdays: z.array(count).length(7).meta({ description: 'Uses by weekday, from Sunday.' }),
});
export type ModelUsage = z.infer<typeof modelUsageSchema>;

export const usageSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  uses: count,
  dropped: count.meta({
    description: 'Uses since the start that came faster than they could be written, and are lost.',
  }),
  items: z.array(modelUsageSchema).meta({ description: 'Most used first.' }),
  series: z.array(z.object({ day: z.iso.date(), uses: count, failures: count })),
  preload: z
    .array(z.object({ modelId: z.string(), probability: z.number().min(0).max(1) }))
    .meta({ description: 'What is most likely used within the next hour, by hour and weekday.' }),
});
export type Usage = z.infer<typeof usageSchema>;
