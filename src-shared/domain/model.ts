/** What Larder says of a model: its files, its place on disk, and whether it can be used now. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

/** On disk: everything there · some · nothing · there but wrong · set aside. */
export const availabilitySchema = z.enum([
  'available',
  'partial',
  'missing',
  'corrupted',
  'quarantined',
]);
export type Availability = z.infer<typeof availabilitySchema>;

export const activitySchema = z.enum([
  'idle',
  'queued',
  'downloading',
  'verifying',
  'repairing',
  'updating',
  'paused',
  'waiting-retry',
  'failed',
]);
export type Activity = z.infer<typeof activitySchema>;

const bytes = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sha1 = z.string().regex(/^[0-9a-f]{40}$/);

/** A file as its source publishes it. Large files carry a SHA-256; small ones their git blob id. */
export const sourceFileSchema = z.object({
  path: z.string().min(1).meta({ description: 'Path in the repository, with forward slashes.' }),
  sizeBytes: bytes,
  sha256: sha256.optional().meta({ description: 'Published SHA-256 of the whole file.' }),
  gitSha1: sha1.optional().meta({ description: 'Git blob id, for files without a SHA-256.' }),
});
export type SourceFile = z.infer<typeof sourceFileSchema>;

/** Where a model comes from: one commit of one repository. */
export const originSchema = z.object({
  source: z.enum(['hf']),
  endpoint: z.url().meta({ description: 'Address of the hub, without a trailing slash.' }),
  repository: z.string().meta({ description: 'owner/name at the hub.' }),
  requestedRevision: z.string().meta({ description: 'Branch, tag or commit that was asked for.' }),
  revision: sha1.meta({ description: 'The commit it was resolved to; never moves.' }),
  variant: z.string().optional(),
});
export type Origin = z.infer<typeof originSchema>;

export const manifestFileSchema = sourceFileSchema.extend({
  localPath: z
    .string()
    .min(1)
    .meta({ description: 'Path below the model folder, safe on any OS.' }),
  verifiedSha256: sha256.optional().meta({ description: 'Digest measured when it was proven.' }),
  provenAt: z.iso.datetime().optional(),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** `<library>/.larder/manifests/<model id>.json`: the library describes itself with these. */
export const manifestSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  ref: z.string().min(1),
  name: z.string().min(1),
  origin: originSchema,
  folder: z.string().min(1).meta({ description: 'Folder below the library folder.' }),
  keep: z.boolean().meta({ description: 'What is kept is never offered for removal.' }),
  task: z.string().optional(),
  license: z.string().optional(),
  trackedAt: z.iso.datetime(),
  installedAt: z.iso.datetime().optional(),
  files: z.array(manifestFileSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const fileStateSchema = z.enum(['present', 'partial', 'missing', 'damaged']);

export const modelFileSchema = sourceFileSchema.extend({
  state: fileStateSchema,
  downloadedBytes: bytes,
});
export type ModelFile = z.infer<typeof modelFileSchema>;

export const modelSchema = z.object({
  id: z.string(),
  ref: z.string(),
  name: z.string(),
  source: z.string(),
  repository: z.string(),
  variant: z.string().optional(),
  revision: sha1,
  availability: availabilitySchema,
  activity: activitySchema,
  keep: z.boolean(),
  task: z.string().optional(),
  license: z.string().optional(),
  folder: z.string().meta({ description: 'Absolute path of the model folder.' }),
  sizeBytes: bytes,
  downloadedBytes: bytes,
  files: z.array(modelFileSchema),
  trackedAt: z.iso.datetime(),
  installedAt: z.iso.datetime().optional(),
  sentence: z.string().meta({ description: 'The status in words.' }),
  error: errorReportSchema.optional(),
});
export type Model = z.infer<typeof modelSchema>;

/** R2.1: everything that is known of one model, in one object. */
export const modelStatusSchema = modelSchema.extend({
  progress: z
    .object({
      downloadId: z.string(),
      receivedBytes: bytes,
      verifiedBytes: bytes,
      bytesPerSecond: z.number().nonnegative(),
      etaMs: z.number().nonnegative().nullable(),
    })
    .nullable(),
  integrity: z.object({
    proof: z
      .enum(['digest', 'size', 'none'])
      .meta({ description: 'How the files were last checked: by digest, by size, or not yet.' }),
    lastProvenAt: z.iso.datetime().nullable(),
    missingFiles: z.array(z.string()),
    missingBytes: bytes,
  }),
  version: z.object({ requested: z.string(), commit: sha1, endpoint: z.string() }),
});
export type ModelStatus = z.infer<typeof modelStatusSchema>;
