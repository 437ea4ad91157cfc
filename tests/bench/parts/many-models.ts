/** A library of many small models as downloads leave it behind: their files, and their manifests. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifestFileName } from '../../../src-main/library/names.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { buildGguf, ggufText } from '../../support/formats/gguf-bytes.ts';

const Q8_0 = 8;
const MODELS_PER_PUBLISHER = 20;
const TASKS = ['text-generation', 'feature-extraction', 'image-to-text'] as const;

/** Six files a model: weights, and what usually lies beside them. */
function filesOfModel(): Readonly<Record<string, Uint8Array>> {
  const { bytes } = buildGguf({
    pairs: [['general.architecture', ggufText('llama')]],
    tensors: [{ name: 'token_embd.weight', shape: [32, 8], type: Q8_0 }],
  });
  const text = (words: string) => Buffer.from(words);
  return {
    'model-Q8_0.gguf': bytes,
    'config.json': text('{"model_type":"llama"}\n'),
    'generation_config.json': text('{"temperature":1}\n'),
    'tokenizer.json': text('{"version":"1.0"}\n'),
    'tokenizer_config.json': text('{"add_bos_token":true}\n'),
    'README.md': text('# A model\n'),
  };
}

export const FILES_PER_MODEL = Object.keys(filesOfModel()).length;

/** @param library the folder that is to become the library */
export function makeLibrary(library: string, modelCount: number): void {
  const manifests = path.join(library, '.larder', 'manifests');
  mkdirSync(manifests, { recursive: true });
  const contents = Object.entries(filesOfModel());
  const digests = new Map(
    contents.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
  // A little later than the files: what changed after its proof is looked at again.
  const at = new Date(Date.now() + 60_000).toISOString();
  for (let index = 0; index < modelCount; index += 1) {
    const repository = `publisher-${Math.floor(index / MODELS_PER_PUBLISHER)}/model-${index}`;
    const folder = path.join(library, repository);
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of contents) writeFileSync(path.join(folder, name), bytes);
    const files = contents.map(([name, bytes]) => {
      const sha256 = digests.get(name) ?? '';
      const known = { path: name, localPath: name, sizeBytes: bytes.byteLength, sha256 };
      return { ...known, verifiedSha256: sha256, provenAt: at };
    });
    const manifest = manifestOf(index, { repository, at, files });
    const file = path.join(manifests, manifestFileName(manifest.id));
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

function manifestOf(
  index: number,
  { repository, at, files }: { repository: string; at: string; files: Manifest['files'] },
): Manifest {
  const id = `hf:${repository}`;
  const task = TASKS[index % TASKS.length] ?? TASKS[0];
  return {
    version: 1,
    id,
    ref: id,
    name: repository,
    origin: {
      source: 'hf',
      endpoint: 'https://huggingface.co',
      repository,
      requestedRevision: 'main',
      revision: createHash('sha1').update(id).digest('hex'),
    },
    folder: repository,
    keep: false,
    task,
    metadata: { architecture: 'llama', quantization: 'Q8_0' },
    trackedAt: at,
    installedAt: at,
    files,
  };
}
