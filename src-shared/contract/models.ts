import { z } from 'zod';
import { prioritySchema } from '../domain/download.ts';
import { modelSchema } from '../domain/model.ts';
import { modelReportSchema } from '../domain/model-report.ts';
import { operation } from './define.ts';

const id = z.string().min(1).meta({ description: 'Model id, e.g. hf:owner/name:Q4_K_M.' });

export const modelOperations = {
  'models.list': operation({
    input: z.object({
      files: z.boolean().default(true).meta({
        description: 'With false the lists of files are empty, which of thousands is much faster.',
      }),
    }),
    output: z.object({ items: z.array(modelSchema) }),
    http: { method: 'GET', path: '/api/v1/models' },
    doc: 'Every model that is tracked, whether its files are here or not.',
  }),
  'models.track': operation({
    input: z.object({
      ref: z
        .string()
        .min(1)
        .meta({ description: 'What a person types: a reference or a page address.' }),
      keep: z.boolean().default(false).meta({ description: 'Never propose it for clean-up.' }),
      download: z.boolean().default(true).meta({ description: 'Queue the missing files at once.' }),
      library: z
        .string()
        .optional()
        .meta({ description: 'Folder of the library it comes to; the main one for none.' }),
    }),
    output: modelSchema,
    http: { method: 'POST', path: '/api/v1/models' },
    doc: 'Resolve a reference to a pinned commit, track it, and (unless told otherwise) download it.',
  }),
  'models.remove': operation({
    input: z.object({
      id,
      toTrash: z.boolean().default(true).meta({ description: 'To the trash instead of deleting.' }),
    }),
    output: z.object({
      freedBytes: z.number().int().nonnegative(),
      undoUntil: z.iso.datetime().nullable().meta({
        description: 'Until then models.restore takes it back; null where nothing can.',
      }),
    }),
    http: { method: 'DELETE', path: '/api/v1/models/{id}' },
    doc: 'Remove a model and its files; a running download of it is cancelled first.',
  }),
  'models.restore': operation({
    input: z.object({ id }),
    output: modelSchema,
    http: { method: 'POST', path: '/api/v1/models/restore' },
    doc: 'Take back the removal of a model, as long as its files are not in the trash yet.',
  }),
  'models.ensure': operation({
    input: z.object({
      modelId: id.meta({ description: 'Model id, or a reference that is not tracked yet.' }),
      maxWaitMs: z.number().int().min(0).max(86_400_000).default(0).meta({
        description: 'How long to wait until it can be used; 0 only sets it going.',
      }),
      priority: prioritySchema.optional().meta({ description: 'Raises its download to this.' }),
    }),
    output: z.object({
      model: modelSchema,
      etaMs: z.number().nonnegative().nullable().meta({
        description: 'Until it can be used; 0 now, null when that cannot be told.',
      }),
      waitedMs: z.number().nonnegative(),
    }),
    http: { method: 'POST', path: '/api/v1/models/ensure' },
    doc: 'Make sure that a model can be used: fetch what it lacks, once for however many ask.',
  }),
  'models.status': operation({
    input: z.object({ id: id.optional() }),
    output: z.object({ items: z.array(modelReportSchema) }),
    http: { method: 'GET', path: '/api/v1/models/status/detailed' },
    doc: 'Availability, progress, integrity, health, usage and version of all models, or of one.',
  }),
};
