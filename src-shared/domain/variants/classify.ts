/** What a file of a repository is for, told from its path alone. Pure. */
import type { SourceFile } from '../model.ts';

/** A set of files that is complete by itself, before names are made unique. */
export interface RawGroup {
  /** Names it could have, the best first; the next one when another group wants the same. */
  readonly names: readonly [string, ...string[]];
  readonly format: 'gguf' | 'safetensors' | 'onnx' | 'pickle' | 'other';
  readonly files: readonly SourceFile[];
  /** Lower is preferred; `null` when it is not another form of the same model, or not whole. */
  readonly rank: number | null;
}

export const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const stemOf = (path: string) => baseName(path).replace(/\.[^.]+$/, '');
export const sizeOf = (files: readonly SourceFile[]) =>
  files.reduce((sum, file) => sum + file.sizeBytes, 0);

const WEIGHTS =
  /\.(gguf|ggml|safetensors|sft|bin|pt2?|pth|ckpt|pkl|pickle|onnx|onnx[._]data(_\d+)?|pb|h5|keras|msgpack|tflite|ot|npz|npy|mlmodel|engine|plan|nemo|zip|7z|rar|tar|t?gz|xz|zst|parquet|arrow|whl)$/i;
const DECORATION =
  /(^|\/)(readme[^/]*|\.git[^/]*|[^/]*\.(md|mdx|rst|png|jpe?g|gif|webp|svg|ico|bmp|avif|mp4|webm|mov|mp3|wav|flac|ogg|pdf|ipynb))$|(^|\/)\.(github|cache|idea|vscode)\//i;
const TRAINING =
  /(^|\/)(training_args\.bin|trainer_state\.json|(optimizer|scheduler|scaler|rng_state|random_states)[^/]*\.(pt|pth|bin|pkl)|events\.out\.tfevents[^/]*)$|(^|\/)(runs|logs|global_step\d+)\//i;
const LICENCE = /^(licen[cs]e|copying|notice|copyright|use[ _-]?policy)/i;

export const isLicence = (path: string) => LICENCE.test(baseName(path));
/** Holds tensors, or is an archive or a table: nothing that merely accompanies weights. */
export const isWeight = (path: string) => WEIGHTS.test(path);
export const isTrainingLeftover = (path: string) => TRAINING.test(path);

/** Calibration data of a quantisation; of no use for running the model. */
export const isImatrix = (path: string) => /imatrix/i.test(baseName(path)) && !findQuant(path);

/** Configuration, tokenizer, templates, code: what weights need beside them. */
export const isCompanion = (path: string) =>
  !isWeight(path) &&
  !DECORATION.test(path) &&
  !isTrainingLeftover(path) &&
  !isLicence(path) &&
  !/imatrix/i.test(baseName(path));

/** Companions in one folder, and in folders below it that hold no weights of their own. */
export function companionsOf(folder: string, files: readonly SourceFile[]): SourceFile[] {
  const weighty = new Set(
    files.filter(({ path }) => isWeight(path)).map(({ path }) => folderOf(path)),
  );
  const ownsWeights = (inner: string) =>
    [...weighty].some((other) => other === inner || other.startsWith(`${inner}/`));
  return files.filter(({ path }) => {
    if (!isCompanion(path)) return false;
    const inner = folderOf(path);
    if (inner === folder) return true;
    return (
      (folder === '' || inner.startsWith(`${folder}/`)) && !ownsWeights(topBelow(folder, inner))
    );
  });
}

/** `a/b` for folder `a` and `a/b/c`. */
function topBelow(folder: string, inner: string): string {
  const start = folder === '' ? 0 : folder.length + 1;
  const end = inner.indexOf('/', start);
  return end < 0 ? inner : inner.slice(0, end);
}

export interface ShardName {
  /** The name without its number and extension. */
  readonly stem: string;
  readonly count: number;
}

/** `model-00001-of-00003.gguf` is one of three; a file on its own is one of one. */
export function readShard(path: string): ShardName {
  const stem = stemOf(path);
  const match = /^(.*?)[-_.](\d{5})-of-(\d{5})(.*)$/.exec(stem);
  if (!match) return { stem, count: 1 };
  return { stem: `${match[1]}${match[4]}`, count: Number(match[3]) };
}

const QUANT =
  /(?<=^|[-_.])((?:UD[-_])?(?:I?Q[1-8](?:_(?:K|\d|XXS|XS|XXL|XL|NL|S|M|L))*|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4|BF16|FP?16|FP?32))(?=$|[-_.])/gi;

/** `Q4_K_M` and the like, from the file's name or else the innermost folder that has one. */
export function findQuant(path: string): string | undefined {
  const places = [readShard(path).stem, ...folderOf(path).split('/').toReversed()];
  for (const place of places) {
    const found = [...place.matchAll(QUANT)].at(-1)?.[1];
    if (found) return found.toUpperCase().replace(/^UD_/, 'UD-').replace(/^FP/, 'F');
  }
  return undefined;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
