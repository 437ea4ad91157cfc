import { z } from 'zod';
import { downloadPreviewSchema, downloadSchema, prioritySchema } from '../domain/download.ts';
import { operation } from './define.ts';

export const downloadActionSchema = z.enum([
  'start',
  'pause',
  'resume',
  'cancel',
  'retry',
  'prioritize',
  'next',
  'limit',
  'start-at',
  'exclude',
  'include',
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
      bytesPerSecond: z.number().int().min(1024).nullable().optional().meta({
        description: 'With limit: the download’s own speed limit; null lifts it.',
      }),
      at: z.iso.datetime({ offset: true }).nullable().optional().meta({
        description: 'With start-at: not before this time; null forgets it.',
      }),
      paths: z.array(z.string().min(1)).min(1).max(10_000).optional().meta({
        description: 'With exclude and include: the files that are meant.',
      }),
      deletePartial: z
        .boolean()
        .default(false)
        .meta({ description: 'With cancel: also delete what has arrived so far.' }),
    }),
    output: z.object({ items: z.array(downloadSchema) }),
    http: { method: 'POST', path: '/api/v1/models/download/manage' },
    doc: 'Start, pause, resume, cancel, retry, reorder, limit, delay or dismiss a download, or leave files out of it; answers the affected ones.',
  }),
  'downloads.preview': operation({
    input: z.object({ ref: z.string().min(1) }),
    output: downloadPreviewSchema,
    http: { method: 'GET', path: '/api/v1/models/download/preview' },
    doc: 'What a download would bring: its files, which of them are here already, and whether they fit. Nothing is changed.',
  }),
};
