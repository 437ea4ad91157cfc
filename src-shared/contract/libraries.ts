import { z } from 'zod';
import { downloadSchema } from '../domain/download.ts';
import { libraryInfoSchema } from '../domain/library.ts';
import { operation } from './define.ts';

const folder = z.string().min(1).max(4_000).meta({ description: 'Absolute path of a library.' });
const list = z.object({ items: z.array(libraryInfoSchema) });

export const libraryOperations = {
  'libraries.list': operation({
    input: z.object({}),
    output: list,
    http: { method: 'GET', path: '/api/v1/libraries' },
    doc: 'Every library, the main one first, with what it takes, its budget, and whether its drive is there.',
  }),
  'libraries.add': operation({
    input: z.object({ folder }),
    output: list,
    http: { method: 'POST', path: '/api/v1/libraries' },
    doc: 'Open a further library: a folder that has one, or one that shall become one.',
  }),
  'libraries.change': operation({
    input: z.object({
      folder,
      budgetBytes: z
        .number()
        .int()
        .positive()
        .nullable()
        .optional()
        .meta({ description: 'What its models and downloads may take; null is no budget.' }),
      isMain: z.literal(true).optional().meta({ description: 'New models come here from now on.' }),
    }),
    output: list,
    http: { method: 'PATCH', path: '/api/v1/libraries' },
    doc: 'Give a library a budget, or make it the main one.',
  }),
  'libraries.forget': operation({
    input: z.object({ folder }),
    output: list,
    http: { method: 'DELETE', path: '/api/v1/libraries' },
    doc: 'Close a further library and forget it. Nothing in it is deleted.',
  }),
  'libraries.move': operation({
    input: z.object({
      folder,
      to: folder.nullable().meta({ description: 'Another library; null stops a move.' }),
    }),
    output: list,
    http: { method: 'POST', path: '/api/v1/libraries/move' },
    doc: 'Move all models of a library to another, each verified before it is let go of; the main library then is the other one.',
  }),
  'models.move': operation({
    input: z.object({
      modelId: z.string().min(1).meta({ description: 'Model id.' }),
      to: folder.meta({ description: 'Folder of the library it moves to.' }),
    }),
    output: z.object({ download: downloadSchema }),
    http: { method: 'POST', path: '/api/v1/models/move' },
    doc: 'Move a model to another library. It stays in use where it is until all of it is there and proven.',
  }),
};
