/** What Larder says of a model: its files, its place on disk, and whether it can be used now. */
import { z } from 'zod';
import { errorReportSchema } from '../errors.ts';

/** On disk: everything there · some · nothing · there but wrong · set aside · on a drive that is not plugged in. */
export const availabilitySchema = z.enum([
  'available',
  'partial',
  'missing',
  'corrupted',
  'quarantined',
  'offline',
]);
export type Availability = z.infer<typeof availabilitySchema>;

export const activitySchema = z.enum([
  'idle',
  'queued',
  'downloading',
  'moving',
  'verifying',
  'repairing',
  'updating',
  'paused',
  'waiting-retry',
  'failed',
]);
export type Activity = z.infer<typeof activitySchema>;

/** What can be done with a model, see `actionsOf`. */
export const modelActionSchema = z.enum([
  'download',
  'pause',
  'resume',
  'retry',
  'cancel',
  'repair',
  'check',
  'release',
  'move',
  'remove',
]);
export type ModelAction = z.infer<typeof modelActionSchema>;

const bytes = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sha1 = z.string().regex(/^[0-9a-f]{40}$/);

/** A file as its source publishes it. Large files carry a SHA-256; small ones their git blob id. */
export const sourceFileSchema = z.object({
  path: z.string().min(1).meta({ description: 'Path in the repository, with forward slashes.' }),
  sizeBytes: bytes,
  sha256: sha256.optional().meta({ description: 'Published SHA-256 of the whole file.' }),
  gitSha1: sha1.optional().meta({ description: 'Git blob id, for files without a SHA-256.' }),
  validator: z.string().max(500).optional().meta({
    description: 'ETag or Last-Modified, for files of servers that publish no digest.',
  }),
});
export type SourceFile = z.infer<typeof sourceFileSchema>;

export const sourceKindSchema = z.enum(['hf', 'ollama', 'civitai', 'url', 'local']);
export type SourceKind = z.infer<typeof sourceKindSchema>;

const revision = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

/** Where a model comes from: one fixed state of one repository. */
export const originSchema = z.object({
  source: sourceKindSchema,
  endpoint: z.url().meta({ description: 'Address of the hub, without a trailing slash.' }),
  repository: z.string().meta({ description: 'The name at the hub, such as owner/name.' }),
  requestedRevision: z.string().meta({ description: 'Branch, tag or commit that was asked for.' }),
  revision: revision.meta({
    description: 'What it was resolved to and never moves: a commit, or a digest of the contents.',
  }),
  variant: z.string().optional(),
});
export type Origin = z.infer<typeof originSchema>;

/** Says where a proven file differs from what it was; that it differs, only the SHA-256 proves. */
export const pieceDigestsSchema = z.object({
  pieceBytes: z.number().int().positive(),
  crc32: z
    .string()
    .regex(/^([0-9a-f]{8})*$/)
    .meta({ description: 'CRC-32 of each piece in turn, eight hexadecimal digits each.' }),
});
export type PieceDigests = z.infer<typeof pieceDigestsSchema>;

export const manifestFileSchema = sourceFileSchema.extend({
  localPath: z
    .string()
    .min(1)
    .meta({ description: 'Path below the model folder, safe on any OS.' }),
  verifiedSha256: sha256.optional().meta({ description: 'Digest measured when it was proven.' }),
  provenAt: z.iso.datetime().optional(),
  pieces: pieceDigestsSchema.optional(),
  excluded: z.boolean().optional().meta({ description: 'Left out of the model by its owner.' }),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** What the headers of the files say of a model; absent where they say nothing. */
export const modelMetadataSchema = z.object({
  architecture: z.string().optional(),
  parameterCount: z.number().nonnegative().optional(),
  quantization: z.string().optional(),
  contextLength: z.number().nonnegative().optional().meta({ description: 'In tokens.' }),
  license: z.string().optional(),
  hasChatTemplate: z.boolean().optional(),
});

/** Of a model whose files another program keeps as well. */
export const adoptionSchema = z.object({
  app: z.string().meta({ description: 'The program it was found with.' }),
  at: z.iso.datetime(),
  way: z.enum(['cloned', 'linked', 'symlinked']).meta({
    description: 'As clones, as further names, or, from another disk, as links.',
  }),
  places: z.record(z.string(), z.string()).meta({ description: 'Path there, by path here.' }),
});
export type Adoption = z.infer<typeof adoptionSchema>;

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
  tags: z.array(z.string()).optional().meta({ description: 'Given by its owner.' }),
  license: z.string().optional(),
  metadata: modelMetadataSchema.optional(),
  trackedAt: z.iso.datetime(),
  installedAt: z.iso.datetime().optional(),
  quarantine: z
    .object({ at: z.iso.datetime(), reason: z.string() })
    .optional()
    .meta({ description: 'Its files lie in the quarantine, out of use, and why.' }),
  released: z
    .object({ at: z.iso.datetime(), reason: z.string() })
    .optional()
    .meta({ description: 'Put back into use against the advice of a check, and why.' }),
  adopted: adoptionSchema.optional(),
  gated: z
    .boolean()
    .optional()
    .meta({ description: 'Its source gives it only to whom it allowed to have it.' }),
  movedFrom: z
    .object({ library: z.string(), folder: z.string() })
    .optional()
    .meta({ description: 'Id and folder of the library it is being moved from.' }),
  files: z.array(manifestFileSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const fileStateSchema = z.enum(['present', 'partial', 'missing', 'damaged', 'excluded']);

export const modelFileSchema = sourceFileSchema.extend({
  state: fileStateSchema,
  role: z
    .string()
    .meta({ description: 'What it is for, told from its path: weights, vae, tokenizer …' }),
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
  revision,
  availability: availabilitySchema,
  activity: activitySchema,
  keep: z.boolean(),
  task: z.string().optional(),
  tags: z.array(z.string()),
  license: z.string().optional(),
  metadata: modelMetadataSchema.optional(),
  folder: z.string().meta({ description: 'Absolute path of the model folder.' }),
  library: z.string().meta({ description: 'Absolute path of the library it is in.' }),
  sizeBytes: bytes,
  downloadedBytes: bytes,
  files: z.array(modelFileSchema),
  trackedAt: z.iso.datetime(),
  installedAt: z.iso.datetime().optional(),
  adopted: adoptionSchema
    .pick({ app: true, way: true })
    .optional()
    .meta({ description: 'Its files are those of another program.' }),
  sentence: z.string().meta({ description: 'The status in words.' }),
  actions: z
    .array(modelActionSchema)
    .meta({ description: 'What can be done now, what matters most first.' }),
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
  version: z.object({ requested: z.string(), commit: revision, endpoint: z.string() }),
});
export type ModelStatus = z.infer<typeof modelStatusSchema>;
