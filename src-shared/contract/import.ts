import { z } from 'zod';
import { inventorySchema, scanSchema } from '../domain/inventory.ts';
import { errorReportSchema } from '../errors.ts';
import { operation } from './define.ts';

const folder = z.string().min(1).max(4_096).meta({ description: 'Absolute path of a folder.' });

export const importOperations = {
  'import.list': operation({
    input: z.object({}),
    output: inventorySchema,
    http: { method: 'GET', path: '/api/v1/models/import' },
    doc: 'Models of other programs, as the last scan found them, and files that are here more than once.',
  }),
  'import.scan': operation({
    input: z.object({
      folders: z
        .array(folder)
        .max(100)
        .default([])
        .meta({ description: 'Folders to look at as well, now and later.' }),
    }),
    output: scanSchema,
    http: { method: 'POST', path: '/api/v1/models/import/scan' },
    doc: 'Look for models of other programs, read-only; go on where a scan was stopped.',
  }),
  'import.stop': operation({
    input: z.object({}),
    output: scanSchema,
    http: { method: 'POST', path: '/api/v1/models/import/stop' },
    doc: 'Stop looking; what was found and measured so far stays.',
  }),
  'import.forget': operation({
    input: z.object({ folder }),
    output: inventorySchema,
    http: { method: 'POST', path: '/api/v1/models/import/forget' },
    doc: 'Look at a folder that was added no more. Nothing in it is touched.',
  }),
  'import.adopt': operation({
    input: z.object({ ids: z.array(z.string().min(1)).min(1).max(1_000) }),
    output: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          modelId: z.string().nullable(),
          way: z.enum(['cloned', 'linked', 'symlinked']).nullable().meta({
            description: 'How its files are in the library: as clones, or as further names.',
          }),
          error: errorReportSchema.nullable(),
        }),
      ),
    }),
    http: { method: 'POST', path: '/api/v1/models/import' },
    doc: 'Take found models into the library in place: proven, then cloned or linked, never moved.',
  }),
  'import.undo': operation({
    input: z.object({ modelId: z.string().min(1) }),
    output: z.object({ modelId: z.string() }),
    http: { method: 'POST', path: '/api/v1/models/import/undo' },
    doc: 'Let go of an adopted model again; the files of the other program stay as they are.',
  }),
};
