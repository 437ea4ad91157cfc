import { z } from 'zod';
import {
  decisionSchema,
  fallbackModeSchema,
  questionSchema,
  requirementsSchema,
} from '../domain/fallback.ts';
import { operation } from './define.ts';

export const fallbackOperations = {
  'fallback.suggest': operation({
    input: z.object({
      modelId: z.string().min(1).meta({ description: 'Model id, alias or reference.' }),
      requirements: requirementsSchema.default({}),
      mode: fallbackModeSchema.optional().meta({ description: 'That of the settings for none.' }),
      assumeMissing: z.boolean().default(false).meta({
        description: 'Decide as if its files were not here: what would happen.',
      }),
    }),
    output: decisionSchema,
    http: { method: 'POST', path: '/api/v1/models/fallback/suggest' },
    doc: 'What a request for a model would get now: ranked alternatives, the strategy, and why. Changes nothing.',
  }),
  'fallback.questions': operation({
    input: z.object({}),
    output: z.object({ items: z.array(questionSchema) }),
    http: { method: 'GET', path: '/api/v1/models/fallback/questions' },
    doc: 'Open questions of requests that asked to be asked.',
  }),
  'fallback.answer': operation({
    input: z.object({ id: z.string().min(1), choice: z.string().min(1) }),
    output: z.object({}),
    http: { method: 'POST', path: '/api/v1/models/fallback/answer' },
    doc: 'Answer such a question; the first answer counts.',
  }),
};
