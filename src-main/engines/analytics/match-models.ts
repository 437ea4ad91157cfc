/** Which model it was that another program used, by what that program calls it. Pure. */
import path from 'node:path';
import type { FoundModel } from '../../../src-shared/domain/inventory.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { modelIdOf, parseReference } from '../../../src-shared/domain/reference.ts';

/** Everything on this computer that a use could be of. */
export interface KnownModels {
  readonly manifests: readonly Manifest[];
  /** Of other programs, with the model of the library each is or would be. */
  readonly found: readonly (FoundModel & { readonly modelId: string })[];
}

/** A model as Ollama calls it, `llama3.2:latest`. */
export interface OllamaName {
  readonly name: string;
  /** SHA-256 of its manifest. */
  readonly digest: string;
}

/** @returns its id; `null` when it is none of those that are known */
export function modelOfOllama({ name, digest }: OllamaName, known: KnownModels): string | null {
  const found = known.found.filter(({ app }) => app === 'ollama');
  const there =
    found.find((model) => model.name === name) ??
    found.find(({ origin }) => origin?.revision === digest);
  if (there) return there.modelId;
  const id = idOfName(name);
  const own =
    known.manifests.find((manifest) => manifest.id === id) ??
    known.manifests.find(({ origin }) => origin.source === 'ollama' && origin.revision === digest);
  return own?.id ?? null;
}

function idOfName(name: string): string | null {
  try {
    return modelIdOf(parseReference(`ollama:${name}`));
  } catch {
    return null;
  }
}

/**
 * The model that has a file of this name, below whatever folder: ComfyUI's own first, then anything here.
 * @param name with folders perhaps, `SDXL/detail.safetensors`
 * @returns `null` when there is none, or several
 */
export function modelOfFile(name: string, known: KnownModels): string | null {
  const isMeant = (place: string) => `/${slashed(place)}`.endsWith(`/${slashed(name)}`);
  const found = known.found.filter(({ files }) => files.some(({ place }) => isMeant(place)));
  const own = known.manifests.filter((manifest) => placesOf(manifest).some(isMeant));
  const ofComfyUi = found.filter(({ app }) => app === 'comfyui').map(({ modelId }) => modelId);
  const all = [...found.map(({ modelId }) => modelId), ...own.map(({ id }) => id)];
  return theOnly(ofComfyUi) ?? theOnly(all);
}

const slashed = (place: string) => place.replaceAll('\\', '/');

const placesOf = ({ folder, files, adopted }: Manifest) => [
  ...files.map(({ localPath }) => path.posix.join(slashed(folder), localPath)),
  ...Object.values(adopted?.places ?? {}),
];

function theOnly(ids: readonly string[]): string | null {
  const [first, ...others] = new Set(ids);
  return first !== undefined && others.length === 0 ? first : null;
}
