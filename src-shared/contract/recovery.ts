import { z } from 'zod';
import { recoveryAttemptSchema, recoveryCategorySchema } from '../domain/recovery.ts';
import { operation } from './define.ts';

export const recoveryOperations = {
  'recovery.statistics': operation({
    input: z.object({}),
    output: z.object({
      strategies: z.array(
        z.object({
          category: recoveryCategorySchema,
          strategy: z.string(),
          name: z.string().meta({ description: 'What it does, in words.' }),
          tried: z.number().int().nonnegative(),
          helped: z.number().int().nonnegative(),
          order: z.number().int().positive().meta({ description: '1 is tried first next time.' }),
          restingUntil: z.iso.datetime().nullable().meta({
            description: 'Not tried before: it failed too often of late.',
          }),
        }),
      ),
      attempts: z.array(recoveryAttemptSchema).meta({ description: 'The latest, newest first.' }),
    }),
    http: { method: 'GET', path: '/api/v1/recovery' },
    doc: 'What was tried by itself when something failed, and how often that helped.',
  }),
};
