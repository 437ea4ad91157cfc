import { z } from 'zod';
import { usageEventSchema, usageSchema } from '../domain/usage.ts';
import { operation } from './define.ts';

const day = z.iso.date().meta({ description: 'Local day, 2026-01-31.' });

export const analyticsOperations = {
  'analytics.get': operation({
    input: z.object({ from: day.optional(), to: day.optional() }),
    output: usageSchema,
    http: { method: 'GET', path: '/api/v1/models/analytics' },
    doc: 'Uses of each model over some days (default: the last 30), and what is likely used next.',
  }),
  'analytics.record': operation({
    input: usageEventSchema,
    output: z.object({ recorded: z.boolean() }),
    http: { method: 'POST', path: '/api/v1/models/analytics' },
    doc: 'Record that a program used a model. Nothing of what was asked or answered is taken.',
  }),
  'analytics.export': operation({
    input: z.object({ format: z.enum(['csv', 'json']).default('csv') }),
    output: z.object({ format: z.enum(['csv', 'json']), text: z.string() }),
    http: { method: 'GET', path: '/api/v1/models/analytics/export' },
    doc: 'The uses that are kept one by one, as a table or as JSON.',
  }),
  'analytics.erase': operation({
    input: z.object({}),
    output: z.object({}),
    http: { method: 'DELETE', path: '/api/v1/models/analytics' },
    doc: 'Forget all uses.',
  }),
};
