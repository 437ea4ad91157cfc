/** What takes room on the disks, and what could be let go of. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

const bytes = z.number().int().nonnegative();

/** In the order they are drawn. */
export const VOLUME_PARTS = [
  'models',
  'partial',
  'versions',
  'quarantine',
  'programs',
  'rest',
  'free',
] as const;
export type VolumePart = (typeof VOLUME_PARTS)[number];

export const volumeSchema = z.object({
  id: z.string(),
  folders: z
    .array(z.string())
    .meta({ description: 'What of ours, and of other programs, lies there.' }),
  holdsLibrary: z.boolean(),
  totalBytes: bytes,
  parts: z.object({
    models: bytes.meta({ description: 'Files of models, each counted once.' }),
    partial: bytes.meta({ description: 'Downloads that are not finished.' }),
    versions: bytes.meta({ description: 'Earlier versions that are kept.' }),
    quarantine: bytes.meta({ description: 'What was set aside, or is on its way to the trash.' }),
    programs: bytes.meta({ description: 'Models of other programs.' }),
    rest: bytes.meta({ description: 'Everything else.' }),
    free: bytes,
  }),
});
export type Volume = z.infer<typeof volumeSchema>;

export const storageSchema = z.object({
  volumes: z.array(volumeSchema),
  keepFreeBytes: bytes.meta({ description: 'What downloads leave free.' }),
});
export type Storage = z.infer<typeof storageSchema>;

export const proposalSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  sizeBytes: bytes,
  freedBytes: bytes.meta({
    description: 'What really becomes free: files with names elsewhere stay.',
  }),
  score: z.number().min(0).max(100).meta({ description: 'How little would be missed; see docs.' }),
  reasons: z.array(z.string()),
  rule: z.string().nullable().meta({ description: 'The rule of its owner it falls under.' }),
  isChosen: z.boolean().meta({
    description:
      'Needed to reach the target, the best first; without a target, what falls under a rule.',
  }),
});
export type Proposal = z.infer<typeof proposalSchema>;

export const cleanupSchema = z.object({
  items: z.array(proposalSchema),
  targetBytes: bytes.nullable(),
  chosenBytes: bytes,
  reachesTarget: z.boolean(),
});
export type Cleanup = z.infer<typeof cleanupSchema>;

export const removalSchema = z.object({
  modelId: z.string(),
  freedBytes: bytes,
  error: errorReportSchema.nullable(),
});
