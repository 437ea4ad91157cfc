import { z } from 'zod';
import {
  checkDepthSchema,
  healthEventSchema,
  healthSummarySchema,
  modelHealthSchema,
  repairModeSchema,
} from '../domain/health.ts';
import { operation } from './define.ts';

const modelId = z.string().min(1).meta({ description: 'Model id.' });
const reason = z.string().trim().min(1).max(500).meta({ description: 'Why; it is written down.' });

export const healthOperations = {
  'models.health': operation({
    input: z.object({ modelId: modelId.optional() }),
    output: healthSummarySchema.extend({
      items: z.array(modelHealthSchema),
      history: z.array(healthEventSchema),
    }),
    http: { method: 'GET', path: '/api/v1/models/health' },
    doc: 'Verdicts, findings with their evidence, scores, what is due, and what happened.',
  }),
  'health.check': operation({
    input: z.object({
      modelIds: z.array(modelId).max(10_000).optional().meta({ description: 'Default: all.' }),
      depth: checkDepthSchema.default('full'),
    }),
    output: z.object({ queued: z.number().int().nonnegative() }),
    http: { method: 'POST', path: '/api/v1/models/health/check' },
    doc: 'Check models now: names and sizes (quick), headers (structure), or every byte (full).',
  }),
  'health.stop': operation({
    input: z.object({ modelIds: z.array(modelId).max(10_000).optional() }),
    output: z.object({ stopped: z.number().int().nonnegative() }),
    http: { method: 'POST', path: '/api/v1/models/health/stop' },
    doc: 'Stop checks that run or wait; what was proven stays proven.',
  }),
  'health.repair': operation({
    input: z.object({ modelId, mode: repairModeSchema.default('pieces') }),
    output: modelHealthSchema,
    http: { method: 'POST', path: '/api/v1/models/health/repair' },
    doc: 'Fetch what is damaged or missing: the pieces, the whole files, or the whole model.',
  }),
  'health.ignore': operation({
    input: z.object({
      modelId,
      findingId: z.string().min(1),
      reason: reason.nullable().meta({ description: 'null takes the decision back.' }),
    }),
    output: modelHealthSchema,
    http: { method: 'POST', path: '/api/v1/models/health/ignore' },
    doc: 'Let a finding not count any more; it stays visible with the reason.',
  }),
  'health.quarantine': operation({
    input: z.object({ modelId }),
    output: modelHealthSchema,
    http: { method: 'POST', path: '/api/v1/models/health/quarantine' },
    doc: 'Take the files of a model out of use without deleting them.',
  }),
  'health.release': operation({
    input: z.object({ modelId, reason }),
    output: modelHealthSchema,
    http: { method: 'POST', path: '/api/v1/models/health/release' },
    doc: 'Put quarantined files back into use, at your own risk; written to the audit log.',
  }),
};
