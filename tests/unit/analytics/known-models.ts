import type { KnownModels } from '../../../src-main/engines/analytics/match-models.ts';
import type { FoundModel } from '../../../src-shared/domain/inventory.ts';
import { type Manifest, manifestSchema } from '../../../src-shared/domain/model.ts';

export function aManifest(id: string, changes: Partial<Manifest> = {}): Manifest {
  const [source, repository = ''] = id.split(/:(.*)/);
  const name = repository.split('/').at(-1) ?? '';
  return manifestSchema.parse({
    version: 1,
    id,
    ref: id,
    name,
    origin: {
      source,
      endpoint: 'https://hub.example',
      repository,
      requestedRevision: 'main',
      revision: 'c'.repeat(40),
    },
    folder: repository.replaceAll(':', '-'),
    keep: false,
    trackedAt: '2026-01-01T00:00:00.000Z',
    files: [{ path: 'weights.safetensors', sizeBytes: 2 ** 21, localPath: 'weights.safetensors' }],
    ...changes,
  });
}

export function aFound(
  modelId: string,
  changes: Partial<FoundModel> & { readonly places?: readonly string[] } = {},
): KnownModels['found'][number] {
  const { places = [], ...more } = changes;
  return {
    id: modelId,
    app: 'comfyui',
    folder: '/home/ada/ComfyUI/models',
    name: modelId,
    format: 'safetensors',
    files: places.map((place) => ({ path: place, place, sizeBytes: 1, fileId: place })),
    sizeBytes: 1,
    lacks: [],
    sameAs: [],
    modelId,
    ...more,
  };
}
