/** How Ollama describes a model: layers that are named by their SHA-256, and say by their type what they are. */
import { z } from 'zod';
import type { SourceFile } from '../../src-shared/domain/model.ts';

const layerSchema = z.object({
  mediaType: z.string(),
  digest: z
    .string()
    .regex(/^sha256[:-][0-9a-fA-F]{64}$/)
    .transform((digest) => digest.slice('sha256:'.length).toLowerCase()),
  size: z.number().int().nonnegative(),
});
type Layer = z.infer<typeof layerSchema>;

export const ollamaManifestSchema = z.object({
  config: layerSchema,
  layers: z.array(layerSchema).max(10_000),
});
type OllamaManifest = z.infer<typeof ollamaManifestSchema>;

/** What a layer is, told by the end of its type. */
const kindOf = (mediaType: string) =>
  /^application\/vnd\.ollama\.image\.([a-z0-9_-]+)/.exec(mediaType)?.[1] ?? 'config';

/** Models in tensor layouts have none. */
export const hasModelLayer = ({ layers }: OllamaManifest) =>
  layers.some(({ mediaType }) => kindOf(mediaType) === 'model');

const NAMES: Readonly<Record<string, (stem: string) => string>> = {
  model: (stem) => `${stem}.gguf`,
  projector: (stem) => `mmproj-${stem}.gguf`,
  adapter: (stem) => `adapter-${stem}.gguf`,
  draft: (stem) => `draft-${stem}.gguf`,
  template: (stem) => `${stem}.template.txt`,
  system: (stem) => `${stem}.system.txt`,
  prompt: (stem) => `${stem}.prompt.txt`,
  license: (stem) => `${stem}.license.txt`,
  params: (stem) => `${stem}.params.json`,
  messages: (stem) => `${stem}.messages.json`,
  config: (stem) => `${stem}.config.json`,
};

/** Layers have no names, so they get some; the second of a kind has a number: `….license-2.txt`. */
export function nameLayers(stem: string, { layers, config }: OllamaManifest): SourceFile[] {
  const counts = new Map<string, number>();
  return [...layers, config].map(({ mediaType, digest, size }: Layer) => {
    const kind = kindOf(mediaType);
    const path = NAMES[kind]?.(stem) ?? `${stem}.${kind}.bin`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const numbered = count === 1 ? path : path.replace(/(?=\.[a-z]+$)/, `-${count}`);
    return { path: numbered, sizeBytes: size, sha256: digest };
  });
}
