/** Folders of other programs, laid out as those programs do. */
import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTinyGguf } from '../../../support/tiny-gguf.ts';

export async function put(file: string, bytes: Uint8Array | string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

export const sha256 = (bytes: Uint8Array | string) =>
  createHash('sha256').update(bytes).digest('hex');

/** A model in Ollama's store. @returns the blob of its weights */
export async function putInOllama(
  folder: string,
  { name = 'library/tiny', tag = '1b', weights = createTinyGguf() } = {},
): Promise<string> {
  const config = '{"model_format":"gguf"}';
  const template = '{{ .Prompt }}';
  const layer = (kind: string, bytes: Uint8Array | string) => ({
    mediaType: `application/vnd.ollama.image.${kind}`,
    digest: `sha256:${sha256(bytes)}`,
    size: Buffer.byteLength(bytes),
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      ...layer('config', config),
      mediaType: 'application/vnd.docker.container.image.v1+json',
    },
    layers: [layer('model', weights), layer('template', template)],
  };
  const blob = (bytes: Uint8Array | string) =>
    path.join(folder, 'blobs', `sha256-${sha256(bytes)}`);
  await put(blob(config), config);
  await put(blob(template), template);
  const place = path.join(folder, 'manifests/registry.ollama.ai', name, tag);
  await put(place, JSON.stringify(manifest));
  return put(blob(weights), weights);
}

/** A file in the cache of Hugging Face's tools. @returns the blob */
export async function putInHfCache(
  folder: string,
  { repository = 'maker/model', name = 'model.gguf', bytes = createTinyGguf() as Uint8Array } = {},
): Promise<string> {
  const model = path.join(folder, `models--${repository.replace('/', '--')}`);
  const commit = 'c'.repeat(40);
  const link = path.join(model, 'snapshots', commit, name);
  await put(path.join(model, 'refs', 'main'), commit);
  await mkdir(path.dirname(link), { recursive: true });
  const up = '../'.repeat(2 + name.split('/').length - 1);
  await symlink(`${up}blobs/${sha256(bytes)}`, link);
  return put(path.join(model, 'blobs', sha256(bytes)), bytes);
}
