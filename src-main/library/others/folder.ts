/**
 * Any folder with models in it. Files belong together where something says so: a diffusers pipeline, a
 * configuration or index beside weights, the numbers of shards, a projector beside a language model. All
 * other weights stand for themselves.
 */
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';
import type { FoundRepository } from '../../engines/inventory/ports.ts';
import { readShardName } from '../../formats/shard-name.ts';
import { lookAt, type SeenFile, someAtOnce, walk } from './walk.ts';

const WEIGHTS = /\.(gguf|safetensors|sft|ckpt|pt2?|pth|bin|onnx|pkl)$/i;
/** Unfinished, and other tools' own. */
const UNFINISHED = /(^incomplete-|\.(incomplete|part|partial|tmp|download|crdownload|aria2)$)/i;
/** Such files are small; what is not is no model. */
const SMALLEST_BIN_BYTES = 2 ** 20;

export const isWeightFile = (name: string) => WEIGHTS.test(name) && !UNFINISHED.test(name);

export async function* scanFolder(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<FoundRepository> {
  const folders = await seenByFolder(folder, signal);
  const pipelines = [...folders.keys()].filter((name) => has(folders, name, 'model_index.json'));
  for (const name of pipelines) {
    const all = [...folders].filter(([other]) => isBelow(other, name)).flatMap(([, seen]) => seen);
    yield await toRepository(nameOf(folder, name), all, { below: name, signal });
  }
  for (const [name, seen] of folders) {
    if (pipelines.some((pipeline) => isBelow(name, pipeline))) continue;
    const weights = seen.filter(({ path: file }) => isWeightFile(file));
    if (weights.length === 0) continue;
    const below = { below: name, signal };
    if (isRepository(seen)) yield await toRepository(nameOf(folder, name), seen, below);
    else yield* singles(weights, await lookAtAll(weights, below), { root: folder, below: name });
  }
}

async function seenByFolder(folder: string, signal: AbortSignal): Promise<Map<string, SeenFile[]>> {
  const folders = new Map<string, SeenFile[]>();
  for await (const seen of walk(folder, signal)) {
    const name = path.posix.dirname(seen.path);
    const list = folders.get(name) ?? [];
    list.push(seen);
    folders.set(name, list);
  }
  return folders;
}

const has = (folders: ReadonlyMap<string, SeenFile[]>, folder: string, name: string) =>
  folders.get(folder)?.some((seen) => path.posix.basename(seen.path) === name) ?? false;

const isBelow = (name: string, folder: string) =>
  folder === '.' || name === folder || name.startsWith(`${folder}/`);

/** The name of the folder, and of the one above it when that tells who made it. */
const nameOf = (root: string, name: string) =>
  name === '.' ? path.basename(root) : name.split('/').slice(-2).join('/');

/** What a model of several files has beside its weights. */
function isRepository(seen: readonly SeenFile[]): boolean {
  const names = seen.map(({ path: file }) => path.posix.basename(file));
  const weights = names.filter(isWeightFile);
  const isDescribed = names.some((name) => name === 'config.json' || /\.index\.json$/.test(name));
  return isDescribed && weights.some((name) => !/\.gguf$/i.test(name));
}

async function toRepository(
  name: string,
  seen: readonly SeenFile[],
  look: Look,
): Promise<FoundRepository> {
  const files = await lookAtAll(seen, look);
  return { name, files, lacks: [] };
}

interface Look {
  /** The folder that paths begin at. */
  readonly below: string;
  readonly signal: AbortSignal;
}

async function lookAtAll(seen: readonly SeenFile[], { below, signal }: Look): Promise<FoundFile[]> {
  const cut = below === '.' ? 0 : below.length + 1;
  const finished = seen.filter(({ path: name }) => !UNFINISHED.test(name));
  const found = await someAtOnce(finished, signal, (one) =>
    lookAt({ ...one, path: one.path.slice(cut) }),
  );
  return found.filter((file) => file !== null);
}

/** Says nothing of which model it is. */
const GENERIC = /^((diffusion_)?(pytorch_)?model|weights|ggml-model.*)$/i;
const PROJECTOR = /^mmproj[-_.]|[-_.]mmproj[-_.]/i;

/** Shards together; each other file by itself, projectors aside. */
function setsOf(weights: readonly SeenFile[]): SeenFile[][] {
  const sets = new Map<string, SeenFile[]>();
  for (const seen of weights) {
    const name = path.posix.basename(seen.path);
    if (PROJECTOR.test(name) && weights.length > 1) continue;
    const shard = readShardName(name);
    const key = shard ? `${shard.before}*${shard.after} of ${shard.count}` : name;
    const set = sets.get(key) ?? [];
    set.push(seen);
    sets.set(key, set);
  }
  return [...sets.values()];
}

interface Naming {
  readonly root: string;
  readonly below: string;
}

/** @param found what is there of the weights */
function singles(
  weights: readonly SeenFile[],
  found: readonly FoundFile[],
  naming: Naming,
): FoundRepository[] {
  const cut = naming.below === '.' ? 0 : naming.below.length + 1;
  const byPath = new Map(found.map((file) => [file.path, file]));
  const foundOf = (seen: SeenFile) => byPath.get(seen.path.slice(cut)) ?? [];
  const projectors = weights.filter(({ path: file }) => PROJECTOR.test(path.posix.basename(file)));
  return setsOf(weights).flatMap((set) => {
    const isGguf = set.every(({ path: file }) => /\.gguf$/i.test(file));
    const beside = isGguf ? projectors.filter((seen) => !set.includes(seen)) : [];
    return single([...set, ...beside].flatMap(foundOf), naming);
  });
}

function single(files: readonly FoundFile[], { root, below }: Naming): FoundRepository[] {
  const [first] = files;
  if (!first || (/\.bin$/i.test(first.path) && first.sizeBytes < SMALLEST_BIN_BYTES)) return [];
  const shard = readShardName(path.posix.basename(first.path));
  const stem = shard ? shard.before.replace(/[-_.]$/, '') : path.parse(first.path).name;
  const name = GENERIC.test(stem) ? nameOf(root, below) : stem;
  return [{ name, files, lacks: shard ? missingShards(files, shard.count) : [] }];
}

function missingShards(files: readonly FoundFile[], count: number): string[] {
  const shards = files.flatMap((file) => readShardName(file.path) ?? []);
  const there = new Set(shards.map(({ index }) => index));
  const [one] = shards;
  if (!one) return [];
  const digits = (value: number) => String(value).padStart(5, '0');
  return Array.from({ length: Math.min(count, 1_000) }, (_, index) => index)
    .filter((index) => !there.has(index))
    .map((index) => `${one.before}${digits(index + 1)}-of-${digits(count)}${one.after}`);
}
