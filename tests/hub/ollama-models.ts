import { createHash } from 'node:crypto';
import { bytesContent, type HubContent, readAll } from './content.ts';
import type { JsonObject } from './repository.ts';

/** What a test or demo says about one model of the registry. */
export interface OllamaModel {
  /** `namespace/name`; `library` is the namespace of names without one. */
  readonly name: string;
  /** Default `latest`. */
  readonly tag?: string;
  readonly layers: readonly OllamaLayer[];
  /** Stored as a blob of its own. Default: that of a small llama. */
  readonly config?: JsonObject;
  /** Below `private/`: a token is issued only to who shows one of the hub's. Default false. */
  readonly needsAccount?: boolean;
}

export interface OllamaLayer {
  /** What follows `application/vnd.ollama.image.`: `model`, `projector`, `template`, `params`… */
  readonly mediaType: string;
  readonly content: HubContent;
}

/** The bytes a registry answers for a tag. They are what the digest is of, so they never change. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** By digest: layers and config. */
  readonly blobs: ReadonlyMap<string, HubContent>;
}

export interface OllamaStore {
  /** A tag given again points to the new model; the blobs of the old one stay. */
  set(model: OllamaModel): void;
  has(name: string): boolean;
  needsAccount(name: string): boolean;
  /** @param reference tag or digest */
  findManifest(name: string, reference: string): Promise<StoredManifest | undefined>;
  findBlob(name: string, digest: string): Promise<HubContent | undefined>;
}

const LAYER_TYPE = 'application/vnd.ollama.image.';
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';
const SMALL_LLAMA = {
  model_format: 'gguf',
  model_family: 'llama',
  model_families: ['llama'],
  model_type: '134K',
  file_type: 'Q8_0',
  architecture: 'amd64',
  os: 'linux',
};

export function createOllamaStore(initial: readonly OllamaModel[]): OllamaStore {
  const models = [...initial];
  const named = (name: string) => models.filter((model) => model.name === name).toReversed();
  return {
    set: (model) => void models.push(model),
    has: (name) => named(name).length > 0,
    needsAccount: (name) => named(name).some((model) => model.needsAccount === true),
    async findManifest(name, reference) {
      const tagged = named(name).find(({ tag = 'latest' }) => tag === reference);
      if (tagged) return describeOllamaModel(tagged);
      const all = await Promise.all(named(name).map(describeOllamaModel));
      return all.find(({ digest }) => digest === reference);
    },
    async findBlob(name, digest) {
      const all = await Promise.all(named(name).map(describeOllamaModel));
      return all.find(({ blobs }) => blobs.has(digest))?.blobs.get(digest);
    },
  };
}

const known = new WeakMap<OllamaModel, Promise<StoredManifest>>();

/** Hashes the layers at the first call, then remembers. */
function describeOllamaModel(model: OllamaModel): Promise<StoredManifest> {
  const manifest = known.get(model) ?? computeManifest(model);
  known.set(model, manifest);
  return manifest;
}

async function computeManifest(model: OllamaModel): Promise<StoredManifest> {
  const blobs = new Map<string, HubContent>();
  const store = async (mediaType: string, content: HubContent) => {
    const digest = `sha256:${await content.sha256()}`;
    blobs.set(digest, content);
    return { mediaType, digest, size: content.sizeBytes };
  };
  const config = bytesContent(JSON.stringify(model.config ?? SMALL_LLAMA));
  const manifest = bytesContent(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: await store(CONFIG_TYPE, config),
      layers: await Promise.all(
        model.layers.map(({ mediaType, content }) => store(LAYER_TYPE + mediaType, content)),
      ),
    }),
  );
  const bytes = await readAll(manifest);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { bytes, digest, blobs };
}
