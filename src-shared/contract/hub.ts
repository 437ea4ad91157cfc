import { z } from 'zod';
import { repositorySchema, searchHitSchema } from '../domain/hub.ts';
import { operation } from './define.ts';

export const hubOperations = {
  'hub.search': operation({
    input: z.object({
      source: z.enum(['hf', 'civitai']).default('hf'),
      q: z.string().max(500).default(''),
      task: z.string().max(100).optional().meta({ description: 'A pipeline tag of the hub.' }),
      fits: z.boolean().default(false).meta({ description: 'Only what fits this machine.' }),
      limit: z.number().int().min(1).max(100).default(30),
      cursor: z.string().optional(),
    }),
    output: z.object({ items: z.array(searchHitSchema), nextCursor: z.string().optional() }),
    http: { method: 'GET', path: '/api/v1/models/search' },
    doc: 'Search a hub. With fits, only what runs on this machine, with variants and how each fits.',
  }),
  'hub.repository': operation({
    input: z.object({ ref: z.string().min(1) }),
    output: repositorySchema,
    http: { method: 'GET', path: '/api/v1/models/repository' },
    doc: 'One repository at a pinned commit: files, variants, sizes and fit.',
  }),
};
