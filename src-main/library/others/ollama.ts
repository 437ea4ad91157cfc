/**
 * Ollama's store: `manifests/<host>/<namespace>/<model>/<tag>` name the blobs of a model, which lie in
 * `blobs/sha256-<digest>`.
 * @see https://github.com/ollama/ollama/blob/main/docs/faq.mdx
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';
import type { Origin } from '../../../src-shared/domain/model.ts';
import type { FoundRepository } from '../../engines/inventory/ports.ts';
import { hasModelLayer, nameLayers, ollamaManifestSchema } from '../../formats/ollama-manifest.ts';
import { lookAt, type SeenFile, walk } from './walk.ts';

const OFFICIAL = 'registry.ollama.ai';
const MOST_BYTES = 4 * 2 ** 20;

export async function* scanOllama(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<FoundRepository> {
  for await (const seen of walk(path.join(folder, 'manifests'), signal)) {
    const found = await readModel(folder, seen);
    if (found) yield found;
  }
}

async function readModel(folder: string, seen: SeenFile): Promise<FoundRepository | null> {
  const [tag, model, ...above] = seen.path.split('/').toReversed();
  const [host, ...namespaces] = above.toReversed();
  if (!tag || !model || !host || namespaces.length === 0) return null;
  const text = await readFile(seen.place, 'utf8').catch(() => '');
  const manifest = text.length <= MOST_BYTES ? parse(text) : null;
  if (!manifest || !hasModelLayer(manifest)) return null;
  const files: FoundFile[] = [];
  const lacks: string[] = [];
  for (const layer of nameLayers(`${model}-${tag}`, manifest)) {
    const place = path.join(folder, 'blobs', `sha256-${layer.sha256}`);
    const file = await lookAt({ path: layer.path, place });
    // Ollama itself does not notice a blob of another size.
    if (file?.sizeBytes === layer.sizeBytes) files.push({ ...file, ...layer });
    else lacks.push(layer.path);
  }
  const namespace = namespaces.join('/');
  const isOfficial = host === OFFICIAL;
  const repository = `${isOfficial ? '' : `${host}/`}${namespace}/${model}`;
  const origin: Origin = {
    source: 'ollama',
    endpoint: `https://${host}`,
    repository,
    requestedRevision: tag,
    revision: createHash('sha256').update(text).digest('hex'),
    variant: tag,
  };
  const name = `${repository.replace(/^library\//, '')}:${tag}`;
  return { name, files, lacks, origin };
}

function parse(text: string) {
  try {
    const { data } = ollamaManifestSchema.safeParse(JSON.parse(text));
    return data ?? null;
  } catch {
    return null;
  }
}
