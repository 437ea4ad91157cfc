import { z } from 'zod';
import { downloadSchema, prioritySchema } from '../domain/download.ts';
import { operation } from './define.ts';

export const downloadActionSchema = z.enum([
  'start',
  'pause',
  'resume',
  'cancel',
  'retry',
  'prioritize',
  'dismiss',
]);
export type DownloadAction = z.infer<typeof downloadActionSchema>;

export const downloadOperations = {
  'downloads.list': operation({
    input: z.object({}),
    output: z.object({ items: z.array(downloadSchema) }),
    http: { method: 'GET', path: '/api/v1/models/downloads' },
    doc: 'The queue in its order, with progress per file; finished ones until dismissed.',
  }),
  'downloads.manage': operation({
    input: z.object({
      action: downloadActionSchema,
      modelId: z.string().min(1).optional().meta({
        description:
          'Without it, pause, resume, retry, cancel and dismiss mean all downloads they can.',
      }),
      priority: prioritySchema.optional(),
      position: z.number().int().nonnegative().optional(),
      deletePartial: z
        .boolean()
        .default(true)
        .meta({ description: 'With cancel: also delete what has arrived so far.' }),
    }),
    output: z.object({ items: z.array(downloadSchema) }),
    http: { method: 'POST', path: '/api/v1/models/download/manage' },
    doc: 'Start, pause, resume, cancel, retry, reorder or dismiss a download; answers the affected ones.',
  }),
};
