import { createHash } from 'node:crypto';
import { type HubContent, readAll } from './content.ts';

/** What a test or demo says about one model of Civitai; all left out gets a plausible value. */
export interface CivitaiModel {
  readonly id: number;
  readonly name: string;
  /** `Checkpoint`, `LORA`, `VAE`… Default `Checkpoint`. */
  readonly type?: string;
  readonly creator?: string;
  readonly nsfw?: boolean;
  readonly tags?: readonly string[];
  readonly description?: string;
  /** Newest first, never empty. */
  readonly versions: readonly CivitaiVersion[];
}

export interface CivitaiVersion {
  /** Unique among all versions of all models. */
  readonly id: number;
  readonly name: string;
  readonly baseModel?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** Downloads ask for a token of the hub. */
  readonly needsToken?: boolean;
  /** ISO 8601: downloads are refused until then. */
  readonly earlyAccessUntil?: string;
  readonly archived?: boolean;
  /** The first is the primary one. */
  readonly files: readonly CivitaiFile[];
}

export interface CivitaiFile {
  readonly name: string;
  readonly content: HubContent;
  /** Default `Model`. */
  readonly type?: string;
  /** Default by the name: `SafeTensor`, `GGUF` or `Other`. */
  readonly format?: string;
  readonly size?: 'full' | 'pruned';
  readonly fp?: 'fp16' | 'fp32' | 'bf16' | 'nf4' | 'fp8';
}

export interface FoundVersion {
  readonly model: CivitaiModel;
  readonly version: CivitaiVersion;
}

export interface CivitaiStore {
  all(): readonly CivitaiModel[];
  /** Adds, or replaces the model of the same id. */
  set(model: CivitaiModel): void;
  findModel(id: number): CivitaiModel | undefined;
  findVersion(id: number): FoundVersion | undefined;
  /** @param hash of any kind, in either letter case */
  findByHash(hash: string): Promise<FoundVersion | undefined>;
}

export function createCivitaiStore(initial: readonly CivitaiModel[]): CivitaiStore {
  const models = new Map(initial.map((model) => [model.id, model]));
  const versions = (): readonly FoundVersion[] =>
    [...models.values()].flatMap((model) => model.versions.map((version) => ({ model, version })));
  return {
    all: () => [...models.values()],
    set: (model) => void models.set(model.id, model),
    findModel: (id) => models.get(id),
    findVersion: (id) => versions().find(({ version }) => version.id === id),
    async findByHash(hash) {
      const wanted = hash.toUpperCase();
      for (const found of versions()) {
        const all = await Promise.all(found.version.files.map(({ content }) => hashesOf(content)));
        if (all.some((hashes) => Object.values(hashes).includes(wanted))) return found;
      }
      return undefined;
    },
  };
}

const AUTO_V1_OFFSET = 0x100000;
const AUTO_V1_BYTES = 0x10000;

/** Upper case. AutoV1 is of 64 KiB after the first MiB, AutoV2 the start of the SHA256. */
export async function hashesOf(content: HubContent): Promise<Readonly<Record<string, string>>> {
  const sha256 = (await content.sha256()).toUpperCase();
  return { ...(await autoV1Of(content)), AutoV2: sha256.slice(0, 10), SHA256: sha256 };
}

async function autoV1Of(content: HubContent): Promise<{ AutoV1?: string }> {
  const end = AUTO_V1_OFFSET + AUTO_V1_BYTES;
  if (content.sizeBytes < end) return {};
  const part = await readAll({ ...content, read: () => content.read(AUTO_V1_OFFSET, end) });
  return { AutoV1: createHash('sha256').update(part).digest('hex').slice(0, 8).toUpperCase() };
}
