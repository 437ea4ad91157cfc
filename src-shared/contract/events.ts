/**
 * Events state facts and carry whole snapshots, so one may be lost without harm: subscribe, ask for
 * the snapshot, drop events that are older. `seq` is gap-free per process at its source; a window gets
 * batches from which replaced progress is left out, and compares `seq` for one model or download at a time.
 */
import { z } from 'zod';
import { alertSchema } from '../domain/alert.ts';
import { downloadSchema } from '../domain/download.ts';
import { decisionSchema, questionSchema } from '../domain/fallback.ts';
import { generationRequestSchema, runtimeSchema } from '../domain/generation.ts';
import { healthSummarySchema, modelHealthSchema } from '../domain/health.ts';
import { foundPlaceSchema, scanSchema } from '../domain/inventory.ts';
import { libraryInfoSchema } from '../domain/library.ts';
import { modelSchema } from '../domain/model.ts';
import { recoveryAttemptSchema } from '../domain/recovery.ts';
import { settingsSchema } from '../settings/schema.ts';
import { settingsOriginSchema } from './settings.ts';

export const EVENTS = {
  'model.status': z.object({ modelId: z.string(), model: modelSchema.nullable() }).meta({
    description: 'A model changed; null when it was removed.',
  }),
  'download.progress': z.object({ download: downloadSchema }).meta({
    description: 'Bytes moved; at most four a second for one download.',
  }),
  'download.state': z
    .object({ downloadId: z.string(), modelId: z.string(), download: downloadSchema.nullable() })
    .meta({ description: 'A download or one of its files changed state; null when it is gone.' }),
  'health.report': z
    .object({
      modelId: z.string().nullable(),
      health: modelHealthSchema.nullable(),
      summary: healthSummarySchema,
    })
    .meta({
      description:
        'The health of a model changed, null when it was removed; or of the whole alone.',
    }),
  'health.alert': z.object({ alertId: z.string(), alert: alertSchema.nullable() }).meta({
    description: 'Something to know; null when dismissed.',
  }),
  'runtime.state': z.object({ items: z.array(runtimeSchema) }).meta({
    description: 'Models came into memory or went, or servers on this computer did.',
  }),
  'request.state': z
    .object({ requestId: z.string(), request: generationRequestSchema.nullable() })
    .meta({
      description:
        'A request waits, runs or has ended; at most four a second while it runs; null when forgotten.',
    }),
  'fallback.decision': z
    .object({ decision: decisionSchema, requestId: z.string().nullable() })
    .meta({
      description: 'A request was for a model that cannot answer now, and what was done.',
    }),
  'fallback.question': z
    .object({ questionId: z.string(), question: questionSchema.nullable() })
    .meta({
      description: 'A request asks which model may answer; null once that is settled.',
    }),
  'recovery.attempt': z.object({ attempt: recoveryAttemptSchema }).meta({
    description: 'Something was tried to mend a failure, and how it went.',
  }),
  'inventory.state': z
    .object({ scan: scanSchema, places: z.array(foundPlaceSchema) })
    .meta({ description: 'A search for the models of other programs began, went on or ended.' }),
  'library.state': z
    .object({ items: z.array(libraryInfoSchema) })
    .meta({ description: 'A library was opened, closed, unplugged, moved or given a budget.' }),
  'storage.low': z
    .object({ folder: z.string(), freeBytes: z.number(), pendingBytes: z.number() })
    .meta({
      description: 'Little space is left where the library is; told once until there is more.',
    }),
  'analytics.updated': z
    .object({ modelId: z.string(), lastUsedAt: z.string() })
    .meta({ description: 'A use of a model was recorded.' }),
  'settings.changed': z
    .object({ values: settingsSchema, origins: z.record(z.string(), settingsOriginSchema) })
    .meta({ description: 'Settings changed, with all values.' }),
} as const;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as [EventType, ...EventType[]];
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]>;

export type LarderEvent = {
  [T in EventType]: {
    readonly type: T;
    /** ISO 8601. */
    readonly at: string;
    readonly seq: number;
    readonly data: EventData<T>;
  };
}[EventType];
