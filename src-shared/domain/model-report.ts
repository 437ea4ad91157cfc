/** R2.1: everything that is known of one model, in one object. */
import { z } from 'zod';
import { verdictSchema } from './health.ts';
import { modelStatusSchema } from './model.ts';

/** Only listed · here · here to stay · falls under a rule of clean-up. Removed models are no longer told of. */
export const lifecycleSchema = z.enum(['tracked', 'present', 'kept', 'candidate']);
export type Lifecycle = z.infer<typeof lifecycleSchema>;

export const modelReportSchema = modelStatusSchema.extend({
  lifecycle: lifecycleSchema,
  health: z
    .object({
      verdict: verdictSchema,
      healthScore: z.number().min(0).max(100),
      lastProvenAt: z.iso.datetime().nullable(),
      nextDueAt: z.iso.datetime().nullable(),
    })
    .nullable()
    .meta({ description: 'null for what was never installed.' }),
  usage: z.object({
    lastUsedAt: z.iso.datetime().nullable(),
    uses: z.number().int().nonnegative().meta({ description: 'In the last 30 days.' }),
  }),
});
export type ModelReport = z.infer<typeof modelReportSchema>;
