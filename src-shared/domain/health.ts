/**
 * What is known of the health of a model: a verdict, the findings that led to it, and what can be done.
 * A verdict other than `healthy` always has a finding; only a digest, a piece that differs or headers that
 * contradict the file make a model `damaged`.
 */
import { z } from 'zod';

const bytes = z.number().int().nonnegative();
const score = z.number().min(0).max(100);

export const verdictSchema = z.enum([
  'healthy',
  'suspect',
  'damaged',
  'incomplete',
  'unsafe',
  'offline',
  'unverifiable',
]);
export type Verdict = z.infer<typeof verdictSchema>;

/** Presence: name and size · form: headers against length · bundle: the files against each other · pieces, digest: all bytes · safety: code inside · load: a program could not use it · speed: slower than it was. */
export const checkKindSchema = z.enum([
  'presence',
  'form',
  'bundle',
  'pieces',
  'digest',
  'safety',
  'load',
  'speed',
]);
export type CheckKind = z.infer<typeof checkKindSchema>;

/** Quick: names, sizes, first headers · structure: all headers · full: all bytes. */
export const checkDepthSchema = z.enum(['quick', 'structure', 'full']);
export type CheckDepth = z.infer<typeof checkDepthSchema>;

export const repairModeSchema = z.enum(['pieces', 'files', 'model']);
export type RepairMode = z.infer<typeof repairModeSchema>;

export const findingSchema = z.object({
  id: z.string().min(1).meta({ description: 'The same as long as the cause is the same.' }),
  modelId: z.string(),
  check: checkKindSchema,
  /** What the verdict becomes by this finding alone. */
  verdict: verdictSchema,
  file: z.string().optional().meta({ description: 'Path in the repository.' }),
  sentence: z.string(),
  expected: z.string().optional(),
  measured: z.string().optional(),
  pieces: z.array(z.number().int().nonnegative()).optional().meta({
    description: 'Numbers of the pieces that differ, from 0.',
  }),
  pieceCount: z.number().int().positive().optional(),
  suggestion: z.string().optional(),
  foundAt: z.iso.datetime(),
  ignored: z.object({ at: z.iso.datetime(), reason: z.string() }).optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What a repair moves. `bytes` come over the network unless the same bytes are found on this machine. */
export const repairCostSchema = z.object({
  mode: repairModeSchema,
  files: z.number().int().positive(),
  bytes,
});
export type RepairCost = z.infer<typeof repairCostSchema>;

export const runningCheckSchema = z.object({
  depth: checkDepthSchema,
  checkedBytes: bytes,
  totalBytes: bytes,
  startedAt: z.iso.datetime(),
});

export const modelHealthSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  verdict: verdictSchema,
  sentence: z.string(),
  integrityScore: score.meta({
    description: 'Percent of the bytes that are proven and not overdue; docs/health.md.',
  }),
  healthScore: score.meta({ description: 'Of 100, by the formula in docs/health.md.' }),
  sizeBytes: bytes,
  provenBytes: bytes.meta({
    description: 'Bytes that were proven at any time and not found wrong.',
  }),
  lastCheckedAt: z.iso.datetime().nullable(),
  lastProvenAt: z.iso.datetime().nullable().meta({
    description: 'When the least recently proven of its files was proven.',
  }),
  nextDueAt: z.iso.datetime().nullable(),
  findings: z.array(findingSchema),
  /** Cheapest first; empty when there is nothing to mend. */
  repairs: z.array(repairCostSchema),
  /** A check that runs now. */
  check: runningCheckSchema.nullable(),
  can: z.object({
    check: z.boolean(),
    stopCheck: z.boolean(),
    repair: z.boolean(),
    quarantine: z.boolean(),
    release: z.boolean(),
  }),
});
export type ModelHealth = z.infer<typeof modelHealthSchema>;

/** off: in the settings · waiting: nothing is due · held: something else comes first · running. */
export const scrubSchema = z.object({
  state: z.enum(['off', 'waiting', 'held', 'running']),
  sentence: z.string(),
  modelId: z.string().nullable(),
  todayBytes: bytes,
  budgetBytes: bytes.meta({ description: 'For one day; 0 is no limit.' }),
});
export type Scrub = z.infer<typeof scrubSchema>;

export const healthSummarySchema = z.object({
  healthScore: score.meta({ description: 'Of all models, weighted by size.' }),
  byVerdict: z.record(verdictSchema, z.number().int().nonnegative()),
  scrub: scrubSchema,
});
export type HealthSummary = z.infer<typeof healthSummarySchema>;

/** Something that happened, newest first in a history. */
export const healthEventSchema = z.object({
  at: z.iso.datetime(),
  modelId: z.string(),
  name: z.string(),
  kind: z.enum(['checked', 'found', 'repaired', 'quarantined', 'released', 'ignored']),
  sentence: z.string(),
});
export type HealthEvent = z.infer<typeof healthEventSchema>;

/** Most serious first. */
const SEVERITY: readonly Verdict[] = [
  'unsafe',
  'damaged',
  'incomplete',
  'suspect',
  'offline',
  'unverifiable',
  'healthy',
];

/** The verdict of findings together; those ignored do not count. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? 'healthy';
}
