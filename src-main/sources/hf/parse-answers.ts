/** The hub's answers as Larder reads them: strict about identity, lenient about decoration. */
import { z } from 'zod';
import { isRepository } from '../../../src-shared/domain/reference.ts';

const count = z.number().int().nonnegative().optional().catch(undefined);
const text = z.string().min(1).optional().catch(undefined);
const date = z.iso.datetime().optional().catch(undefined);
const tags = z.array(z.string()).catch([]);
/** `false`, `"auto"` or `"manual"`. */
const gated = z
  .union([z.boolean(), z.string()])
  .catch(false)
  .transform((value) => value !== false);

const id = z.string().refine(isRepository);
const sha1 = z.string().regex(/^[0-9a-f]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.number().int().nonnegative();

const card = z
  .object({ license: z.union([z.string(), z.array(z.string())]) })
  .optional()
  .catch(undefined);

const listed = {
  author: text,
  downloads: count,
  likes: count,
  pipeline_tag: text,
  tags,
  gated,
  private: z.boolean().catch(false),
  lastModified: date,
};

export const modelInfoSchema = z.object({
  ...listed,
  id,
  sha: sha1,
  disabled: z.boolean().catch(false),
  cardData: card,
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

/** Entries whose name no reference could carry (old ones without an owner) are left out. */
export const searchAnswerSchema = z
  .array(z.object({ ...listed, id: z.string() }))
  .transform((items) => items.filter((item) => isRepository(item.id)));
export type ListedInfo = z.infer<typeof searchAnswerSchema>[number];

const treeFileSchema = z.object({
  type: z.literal('file'),
  path: z.string().min(1),
  size: bytes,
  oid: sha1,
  lfs: z.object({ oid: sha256, size: bytes }).optional(),
});

/** Files of one page; folders and kinds not known yet are left out. */
export const treePageSchema = z
  .array(z.union([treeFileSchema, z.object({ type: z.string().refine((t) => t !== 'file') })]))
  .transform((entries) =>
    entries.flatMap((entry) => ('path' in entry ? [toSourceFile(entry)] : [])),
  );

function toSourceFile({ path, size, oid, lfs }: z.infer<typeof treeFileSchema>) {
  return lfs
    ? { path, sizeBytes: lfs.size, sha256: lfs.oid }
    : { path, sizeBytes: size, gitSha1: oid };
}

/** `license:…` among the tags, or what the card says. */
export function licenseOf({ tags: all, cardData }: ModelInfo): string | undefined {
  const tagged = all.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  return tagged ?? [cardData?.license].flat()[0];
}
