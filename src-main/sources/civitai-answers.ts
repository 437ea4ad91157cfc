/** Civitai's answers as Larder reads them: strict about identity, lenient about decoration. */
import { z } from 'zod';
import type { ListedModel } from '../engines/ports.ts';

const count = z.number().int().nonnegative().optional().catch(undefined);
const date = z.iso.datetime().optional().catch(undefined);
const text = z.string().min(1).optional().catch(undefined);
const id = z.number().int().positive();

const SHA256 = /^[0-9a-f]{64}$/i;

const fileSchema = z
  .object({
    id,
    name: z.string().min(1),
    type: z.string().catch('Model'),
    sizeKB: z.number().nonnegative(),
    downloadUrl: z.url(),
    hashes: z
      .object({ SHA256: z.string().regex(SHA256) })
      .partial()
      .catch({}),
  })
  .transform(({ downloadUrl, hashes, ...file }) => ({
    ...file,
    /** Path and query; whichever host the answer names, the configured one is asked. */
    downloadPath: toPath(downloadUrl),
    sha256: hashes.SHA256?.toLowerCase(),
  }));
export type VersionFile = z.infer<typeof fileSchema>;

/** Without what may let somebody in. */
function toPath(address: string): string {
  const url = new URL(address);
  url.searchParams.delete('token');
  return url.pathname + url.search;
}

const stats = z.object({ downloadCount: count, thumbsUpCount: count }).optional().catch(undefined);

export const versionSchema = z.object({
  id,
  modelId: id,
  name: z.string(),
  baseModel: text,
  publishedAt: date,
  model: z.object({ name: z.string().min(1), type: text }),
  stats,
  files: z.array(fileSchema),
});
export type CivitaiVersion = z.infer<typeof versionSchema>;

const listedVersionSchema = z.object({ id, name: z.string(), publishedAt: date });

export const modelSchema = z.object({ modelVersions: z.array(listedVersionSchema) });

const searchItemSchema = z.object({
  name: z.string(),
  type: text,
  tags: z.array(z.string()).catch([]),
  creator: z.object({ username: text }).optional().catch(undefined),
  stats,
  modelVersions: z.array(listedVersionSchema),
});

export const searchSchema = z.object({
  items: z.array(searchItemSchema),
  metadata: z
    .object({
      /** A text or a number, opaque. */
      nextCursor: z.coerce.string().min(1).optional(),
    })
    .catch({}),
});

export function toListed(
  ref: string,
  { name, type, tags, creator, stats: told }: z.infer<typeof searchItemSchema>,
  { publishedAt }: z.infer<typeof listedVersionSchema>,
): ListedModel {
  return {
    ref,
    name,
    tags: type === undefined ? tags : [type, ...tags],
    gated: false,
    private: false,
    ...(creator?.username !== undefined && { author: creator.username }),
    ...(told?.downloadCount !== undefined && { downloads: told.downloadCount }),
    ...(told?.thumbsUpCount !== undefined && { likes: told.thumbsUpCount }),
    ...(publishedAt !== undefined && { updatedAt: publishedAt }),
  };
}

/** Pictures a model was trained with are no part of it. */
const TRAINING = 'Training Data';

/** The files of a version under names that differ: one may be there twice, in two precisions. */
export function nameVersionFiles({ files }: CivitaiVersion) {
  const wanted = files.filter(({ type }) => type !== TRAINING);
  const isTaken = (name: string) => wanted.filter((file) => file.name === name).length > 1;
  return wanted.map((file) => ({
    file,
    path: isTaken(file.name) ? file.name.replace(/(?=\.\w+$)|$/, `-${file.id}`) : file.name,
  }));
}
