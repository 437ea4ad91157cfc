import { z } from 'zod';
import { modelSchema } from '../domain/model.ts';
import { cleanupSchema, removalSchema, storageSchema } from '../domain/storage.ts';
import { operation } from './define.ts';

const modelId = z.string().min(1).meta({ description: 'Model id.' });

export const storageOperations = {
  'storage.get': operation({
    input: z.object({}),
    output: storageSchema,
    http: { method: 'GET', path: '/api/v1/storage' },
    doc: 'What takes room on each disk: models, unfinished downloads, other programs, all else.',
  }),
  'models.keep': operation({
    input: z.object({ modelId, keep: z.boolean() }),
    output: modelSchema,
    http: { method: 'POST', path: '/api/v1/models/keep' },
    doc: 'Keep a model whatever happens, or let clean-up propose it again.',
  }),
  'models.tag': operation({
    input: z.object({
      modelId,
      tags: z.array(z.string().trim().min(1).max(40)).max(20),
    }),
    output: modelSchema,
    http: { method: 'POST', path: '/api/v1/models/tag' },
    doc: 'Give a model tags of your own, in place of those it had.',
  }),
  'cleanup.propose': operation({
    input: z.object({
      targetBytes: z.coerce.number().int().nonnegative().optional().meta({
        description: 'Bytes that should become free.',
      }),
    }),
    output: cleanupSchema,
    http: { method: 'GET', path: '/api/v1/models/cleanup' },
    doc: 'What could go, what would be missed least first, with reasons and the bytes really freed.',
  }),
  'cleanup.run': operation({
    input: z.object({
      modelIds: z.array(modelId).min(1).max(1_000),
      dryRun: z.boolean().default(false),
      toTrash: z.boolean().default(true).meta({ description: 'To the trash instead of deleting.' }),
    }),
    output: z.object({
      freedBytes: z.number().int().nonnegative(),
      undoUntil: z.iso.datetime().nullable().meta({
        description: 'Until then models.restore takes each back; null where nothing can.',
      }),
      items: z.array(removalSchema),
    }),
    http: { method: 'POST', path: '/api/v1/models/cleanup' },
    doc: 'Remove models; what is kept is refused. A dry run only says what would become free.',
  }),
};
