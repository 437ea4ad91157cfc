import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

/** Something the person should know, kept until dismissed. One per cause. */
export const alertSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  modelId: z.string().optional(),
  error: errorReportSchema,
});
export type Alert = z.infer<typeof alertSchema>;
