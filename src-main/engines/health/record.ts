/** What is stored of the health of models, in `health.json`. Proofs of files are in the manifests. */
import { z } from 'zod';
import { findingSchema, healthEventSchema } from '../../../src-shared/domain/health.ts';
import { speedStateSchema } from './speed.ts';

export const modelRecordSchema = z.object({
  findings: z.array(findingSchema),
  lastCheckedAt: z.iso.datetime().nullable(),
  /** Where the background check stopped in a file: all pieces before this one were right. */
  scrub: z.object({ file: z.string(), piece: z.number().int().nonnegative() }).nullable(),
  /** Names of damaged originals in the quarantine, to be deleted once the repair is proven. */
  aside: z.array(z.string()),
});
export type ModelRecord = z.infer<typeof modelRecordSchema>;

export const safetyRecordSchema = z.object({
  verdict: z.enum(['safe', 'unsafe', 'unreadable']),
  scanner: z.number().int(),
  sentence: z.string(),
});

export const healthRecordSchema = z.object({
  models: z.record(z.string(), modelRecordSchema),
  /** By SHA-256. */
  safety: z.record(z.string(), safetyRecordSchema),
  /** Newest first. */
  history: z.array(healthEventSchema),
  /** What each model usually does. */
  speed: speedStateSchema.default([]),
  /** What the background check read on which day. */
  day: z.object({ date: z.string(), bytes: z.number().int().nonnegative() }),
});
export type HealthRecord = z.infer<typeof healthRecordSchema>;

export const EMPTY_RECORD: HealthRecord = {
  models: {},
  safety: {},
  history: [],
  speed: [],
  day: { date: '', bytes: 0 },
};

export const NEW_MODEL: ModelRecord = { findings: [], lastCheckedAt: null, scrub: null, aside: [] };

const MOST_EVENTS = 500;
const MOST_DIGESTS = 50_000;

export function withEvent(
  record: HealthRecord,
  event: z.infer<typeof healthEventSchema>,
): HealthRecord {
  return { ...record, history: [event, ...record.history].slice(0, MOST_EVENTS) };
}

/** The oldest digests go first. */
export function withSafety(
  record: HealthRecord,
  reports: ReadonlyMap<string, z.infer<typeof safetyRecordSchema>>,
): HealthRecord {
  const known = Object.entries(record.safety).filter(([sha256]) => !reports.has(sha256));
  const all = [...known, ...reports].slice(-MOST_DIGESTS);
  return { ...record, safety: Object.fromEntries(all) };
}

export function withModel(record: HealthRecord, modelId: string, model: ModelRecord): HealthRecord {
  return { ...record, models: { ...record.models, [modelId]: model } };
}

export function withoutModel(record: HealthRecord, modelId: string): HealthRecord {
  const { [modelId]: _, ...models } = record.models;
  return { ...record, models };
}
