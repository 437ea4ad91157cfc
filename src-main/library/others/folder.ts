/**
 * Any folder with models in it. Files belong together where something says so: a diffusers pipeline, a
 * configuration or index beside weights, the numbers of shards, a projector beside a language model. All
 * other weights stand for themselves.
 */
import path from 'node:path';
import type { FoundFile } from '../../../src-shared/domain/inventory.ts';
import type { FoundRepository } from '../../engines/inventory/ports.ts';
import { readShardName } from '../../formats/shard-name.ts';
import { lookAt, type SeenFile, walk } from './walk.ts';

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
    yield await toRepository(nameOf(folder, name), all, name);
  }
  const others = [...folders].filter(
    ([name]) => !pipelines.some((pipeline) => isBelow(name, pipeline)),
  );
  for (let next = 0; next < others.length; next += AT_ONCE) {
    const some = others.slice(next, next + AT_ONCE);
    const found = some.map(([name, seen]) => repositoriesIn(folder, name, seen));
    for (const repositories of await Promise.all(found)) yield* repositories;
  }
}

async function repositoriesIn(
  root: string,
  name: string,
  seen: readonly SeenFile[],
): Promise<FoundRepository[]> {
  const weights = seen.filter(({ path: file }) => isWeightFile(file));
  if (weights.length === 0) return [];
  if (isRepository(seen)) return [await toRepository(nameOf(root, name), seen, name)];
  const found: FoundRepository[] = [];
  for (const set of setsOf(weights)) {
    const one = await single(set, seen, { root, below: name });
    if (one) found.push(one);
  }
  return found;
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
  below: string,
): Promise<FoundRepository> {
  const files = await lookAtAll(seen, below);
  return { name, files, lacks: [] };
}

/** Files, or folders, looked at at the same time. */
const AT_ONCE = 16;

async function lookAtAll(seen: readonly SeenFile[], below: string): Promise<FoundFile[]> {
  const cut = below === '.' ? 0 : below.length + 1;
  const finished = seen.filter(({ path: file }) => !UNFINISHED.test(file));
  const files: FoundFile[] = [];
  for (let next = 0; next < finished.length; next += AT_ONCE) {
    const some = finished.slice(next, next + AT_ONCE);
    const looks = some.map((one) => lookAt({ ...one, path: one.path.slice(cut) }));
    for (const found of await Promise.all(looks)) if (found) files.push(found);
  }
  return files;
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
    sets.set(key, [...(sets.get(key) ?? []), seen]);
  }
  return [...sets.values()];
}

async function single(
  set: readonly SeenFile[],
  beside: readonly SeenFile[],
  { root, below }: { readonly root: string; readonly below: string },
): Promise<FoundRepository | null> {
  const isGguf = set.every(({ path: file }) => /\.gguf$/i.test(file));
  const projectors = beside.filter(
    (seen) => isGguf && !set.includes(seen) && PROJECTOR.test(path.posix.basename(seen.path)),
  );
  const files = await lookAtAll([...set, ...projectors], below);
  const [first] = files;
  if (!first || (/\.bin$/i.test(first.path) && first.sizeBytes < SMALLEST_BIN_BYTES)) {
    return null;
  }
  const shard = readShardName(path.posix.basename(first.path));
  const stem = shard ? shard.before.replace(/[-_.]$/, '') : path.parse(first.path).name;
  const name = GENERIC.test(stem) ? nameOf(root, below) : stem;
  return { name, files, lacks: shard ? missingShards(files, shard.count) : [] };
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
