import { z } from 'zod';
import { operation } from './define.ts';

export const auditOperations = {
  'audit.log': operation({
    input: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    output: z.object({
      intact: z
        .boolean()
        .meta({ description: 'No line was changed, taken out, moved or cut off.' }),
      problem: z.string().nullable(),
      items: z.array(
        z.object({
          seq: z.number().int().positive(),
          at: z.iso.datetime(),
          act: z.string(),
          subject: z.string(),
          facts: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
    http: { method: 'GET', path: '/api/v1/audit' },
    doc: 'What was deleted, put into quarantine, released, mended or set, newest first, and whether the log is intact.',
  }),
};
