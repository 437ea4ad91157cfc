/** R2.1: everything that is known of one model, in one object. */
import { z } from 'zod';
import { verdictSchema } from './health.ts';
import { modelStatusSchema } from './model.ts';

export const modelReportSchema = modelStatusSchema.extend({
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
