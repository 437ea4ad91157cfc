/** What is tried by itself when something fails, and how often that helped. */
import { z } from 'zod';

export const recoveryCategorySchema = z.enum([
  'network',
  'authentication',
  'space',
  'integrity',
  'compatibility',
  'memory',
  'runtime',
  'permission',
  'configuration',
  'source',
]);
export type RecoveryCategory = z.infer<typeof recoveryCategorySchema>;

export const recoveryAttemptSchema = z.object({
  at: z.iso.datetime(),
  category: recoveryCategorySchema,
  code: z.string().meta({ description: 'The failure, see docs/errors.md.' }),
  strategy: z.string(),
  modelId: z.string().nullable(),
  outcome: z.enum(['helped', 'failed', 'skipped']),
  sentence: z.string(),
});
export type RecoveryAttempt = z.infer<typeof recoveryAttemptSchema>;
