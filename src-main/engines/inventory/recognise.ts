/** From files that lie together to the models they are. Pure. */
import { createHash } from 'node:crypto';
import type { FoundFile, FoundModel } from '../../../src-shared/domain/inventory.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { groupVariants } from '../../../src-shared/domain/variants.ts';
import type { FoundRepository, Place } from './ports.ts';

/** A repository of which several variants are here is several models. */
export function modelsIn(place: Place, found: FoundRepository): FoundModel[] {
  const groups = isOneModel(found) ? [] : groupVariants(found.files);
  if (groups.length === 0) return [modelOf(place, found, { files: found.files })];
  const byPath = new Map(found.files.map((file) => [file.path, file]));
  return groups.map(({ name, format, files }) =>
    modelOf(place, found, {
      files: files.flatMap((file) => byPath.get(file.path) ?? []),
      format,
      ...(groups.length > 1 && { variant: name }),
    }),
  );
}

/** Ollama keeps each model by itself. */
const isOneModel = ({ origin, files }: FoundRepository) =>
  origin?.source === 'ollama' || files.length === 0;

interface Part {
  readonly files: readonly FoundFile[];
  readonly format?: string;
  readonly variant?: string;
}

function modelOf({ app, folder }: Place, found: FoundRepository, part: Part): FoundModel {
  const { variant, files } = part;
  const { origin } = found;
  const first = files[0]?.place ?? '';
  const id = digestOf([app, folder, found.name, variant ?? '', origin?.revision ?? first]);
  return {
    id,
    app,
    folder,
    name: variant === undefined ? found.name : `${found.name} · ${variant}`,
    format: part.format ?? formatOf(files),
    files: [...files],
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    lacks: [...found.lacks],
    ...(origin && { origin: { ...origin, ...(variant !== undefined && { variant }) } }),
    sameAs: [],
  };
}

const digestOf = (parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20);

function formatOf(files: readonly FoundFile[]): string {
  const largest = files.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  const extension = /\.([a-z0-9]+)$/i.exec(largest?.path ?? '')?.[1]?.toLowerCase() ?? '';
  if (extension === 'gguf' || extension === 'onnx') return extension;
  if (extension === 'safetensors' || extension === 'sft') return 'safetensors';
  return /^(ckpt|pt2?|pth|pkl)$/.test(extension) ? 'pickle' : 'other';
}

/** Files that say which weights they are; what lies beside them may be the same in many models. */
const isTelling = ({ sizeBytes }: FoundFile) => sizeBytes >= 2 ** 20;

/** Ids of the models of the library that have the same weights. */
export function sameModels(model: FoundModel, manifests: readonly Manifest[]): string[] {
  const weights = model.files.filter(isTelling);
  if (weights.length === 0 || weights.some(({ sha256 }) => sha256 === undefined)) return [];
  return manifests
    .filter(({ files }) => {
      const digests = new Set(files.map(({ sha256, verifiedSha256 }) => verifiedSha256 ?? sha256));
      return weights.every(({ sha256 }) => digests.has(sha256));
    })
    .map(({ id }) => id);
}
