/** What a hub offers: search hits, repositories, and the sets of files one can choose from. */
import { z } from 'zod';
import { sourceFileSchema } from './model.ts';

const bytes = z.number().int().nonnegative();

/** How a set of files would run on this machine, decided from its size and the memory here. */
export const fitSchema = z.object({
  verdict: z.enum(['gpu', 'memory', 'tight', 'too-large', 'unknown']).meta({
    description:
      'gpu: fits in video memory · memory: fits in main memory · tight: only just · too-large: does not fit · unknown: size or hardware not known',
  }),
  onDisk: z.enum(['fits', 'needs-space', 'unknown']),
  sentence: z.string(),
});
export type Fit = z.infer<typeof fitSchema>;

export const variantSchema = z.object({
  ref: z.string(),
  name: z.string().meta({ description: 'A quantisation, a format, or a file set.' }),
  format: z.enum(['gguf', 'safetensors', 'onnx', 'pickle', 'other']),
  sizeBytes: bytes,
  files: z.array(sourceFileSchema),
  recommended: z.boolean().meta({ description: 'The one to take here. None if none fits.' }),
  fit: fitSchema,
  inLibrary: z.boolean(),
});
export type Variant = z.infer<typeof variantSchema>;

export const searchHitSchema = z.object({
  ref: z.string(),
  name: z.string(),
  author: z.string().optional(),
  downloads: bytes.optional(),
  likes: bytes.optional(),
  task: z.string().optional(),
  tags: z.array(z.string()),
  gated: z.boolean(),
  private: z.boolean(),
  updatedAt: z.iso.datetime().optional(),
  variants: z.array(variantSchema.pick({ ref: true, name: true, sizeBytes: true, fit: true })),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const repositorySchema = searchHitSchema.omit({ variants: true }).extend({
  repository: z.string(),
  requestedRevision: z.string(),
  revision: z.string(),
  license: z.string().optional(),
  pageUrl: z.string(),
  access: z.enum(['open', 'needs-token', 'needs-grant', 'early-access']),
  earlyAccessUntil: z.iso.date().optional(),
  sizeBytes: bytes,
  files: z.array(sourceFileSchema),
  variants: z.array(variantSchema),
});
export type Repository = z.infer<typeof repositorySchema>;
