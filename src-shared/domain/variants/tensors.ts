/** Groups of safetensors and of pickled weights: sets with their configuration, and single files. Pure. */
import type { SourceFile } from '../model.ts';
import {
  baseName,
  companionsOf,
  folderOf,
  groupBy,
  isTrainingLeftover,
  type RawGroup,
  readShard,
} from './classify.ts';

type TensorFormat = 'safetensors' | 'pickle';

const EXTENSIONS: Readonly<Record<TensorFormat, RegExp>> = {
  safetensors: /\.(safetensors|sft)$/i,
  pickle: /\.(bin|pt2?|pth|ckpt|pkl|pickle)$/i,
};

/** Weights of one kind in one folder that belong together: a file or its shards. */
export interface TensorSet {
  readonly folder: string;
  /** `model`, `diffusion_pytorch_model`, or whatever a single file is called. */
  readonly base: string;
  /** `fp16` of `model.fp16.safetensors`; empty when there is none. */
  readonly precision: string;
  readonly format: TensorFormat;
  readonly files: readonly SourceFile[];
  /** Loaded together with the configuration beside it, not picked by itself. */
  readonly isStandard: boolean;
  readonly isWhole: boolean;
}

const STANDARD = /^(model|pytorch_model|diffusion_pytorch_model|adapter_model)$/;

export function findTensorSets(files: readonly SourceFile[], format: TensorFormat): TensorSet[] {
  const weights = files.filter(({ path }) => isTensorFile(path, format, files));
  const sets = groupBy(weights, ({ path }) => `${folderOf(path)}/${setStem(path)}`);
  return [...sets.values()].map((members) => toSet(members, format, files));
}

/** OpenVINO and whisper.cpp also use `.bin`, for something that is no pickle. */
function isTensorFile(path: string, format: TensorFormat, files: readonly SourceFile[]): boolean {
  if (!EXTENSIONS[format].test(path) || isTrainingLeftover(path)) return false;
  return format === 'safetensors' || !isForeignBin(path, files);
}

export function isForeignBin(path: string, files: readonly SourceFile[]): boolean {
  if (!/\.bin$/i.test(path)) return false;
  const description = path.replace(/\.bin$/i, '.xml');
  return baseName(path).startsWith('ggml-') || files.some((file) => file.path === description);
}

/** `consolidated.00.pth` and `.01.pth` are halves of one set. */
const setStem = (path: string) => readShard(path).stem.replace(/^(consolidated)\.\d+$/, '$1');

function toSet(
  members: SourceFile[],
  format: TensorFormat,
  files: readonly SourceFile[],
): TensorSet {
  const path = members[0]?.path ?? '';
  const stem = setStem(path);
  const folder = folderOf(path);
  const [, head = stem, suffix = ''] = /^(.+?)\.([A-Za-z][\w-]*)$/.exec(stem) ?? [];
  const isNamedSet = STANDARD.test(head);
  const base = isNamedSet ? head : stem;
  const index = files.filter((file) => isIndexOf(file.path, path, stem));
  const { count } = readShard(path);
  return {
    folder,
    base,
    precision: isNamedSet ? suffix : '',
    format,
    files: [...members, ...index],
    isStandard: isNamedSet || count > 1 || base === 'consolidated',
    isWhole: count === 1 || members.length === count,
  };
}

/** `model.safetensors.index.json`; with a precision `model.safetensors.index.fp16.json`. */
function isIndexOf(path: string, weights: string, stem: string): boolean {
  if (folderOf(path) !== folderOf(weights) || !/\.index(\.[\w-]+)?\.json$/.test(path)) return false;
  const extension = baseName(weights).split('.').at(-1);
  const [, head = stem, suffix] = /^(.+?)\.([A-Za-z][\w-]*)$/.exec(stem) ?? [];
  const names = [`${stem}.${extension}.index.json`];
  if (suffix) names.push(`${head}.${extension}.index.${suffix}.json`);
  return names.includes(baseName(path));
}

/** The set at the top is named after its format, one in a folder after the folder, a file after itself. */
export function groupTensors(files: readonly SourceFile[], format: TensorFormat): RawGroup[] {
  const sets = findTensorSets(files, format).filter((set) => !isModule(set, files));
  return sets.map((set) => toGroup(set, sets, files));
}

const FORMAT_NAME = { safetensors: 'safetensors', pickle: 'pytorch' } as const;
const FORMAT_RANK = { safetensors: 100, pickle: 300 } as const;

function toGroup(
  set: TensorSet,
  sets: readonly TensorSet[],
  files: readonly SourceFile[],
): RawGroup {
  const { folder, base, format } = set;
  const suffix = set.precision === '' ? '' : `-${set.precision}`;
  const isAlone = sets.filter((other) => other.folder === folder).length === 1;
  const isMain = folder === '' && set.isStandard && base !== 'consolidated';
  const name = isMain ? FORMAT_NAME[format] : set.isStandard && folder !== '' ? folder : base;
  const place = folder === '' ? base : `${folder}/${base}`;
  return {
    names: [`${name}${suffix}`, `${place}${suffix}`, `${place}${suffix}-${FORMAT_NAME[format]}`],
    format,
    files: [...set.files, ...besides(set, isAlone, files)],
    rank: isMain && set.isWhole ? FORMAT_RANK[format] + suffix.length : null,
  };
}

/** What a set needs from around it: for single files among others, only what shares their name. */
function besides(set: TensorSet, isAlone: boolean, files: readonly SourceFile[]): SourceFile[] {
  const around = companionsOf(set.folder, files).filter(
    ({ path }) => !/\.index(\.[\w-]+)?\.json$/.test(path),
  );
  if (set.isStandard || isAlone) return [...around, ...modulesOf(set, files)];
  return around.filter(({ path }) => baseName(path).startsWith(`${set.base}.`));
}

/** Sentence encoders keep further layers in numbered folders, such as `2_Dense/`. */
const MODULE = /^\d+_[A-Za-z]+\//;

const hasModules = (files: readonly SourceFile[]) =>
  files.some(({ path }) => path === 'modules.json');

const isModule = ({ folder }: TensorSet, files: readonly SourceFile[]) =>
  hasModules(files) && MODULE.test(`${folder}/`);

function modulesOf(set: TensorSet, files: readonly SourceFile[]): SourceFile[] {
  if (set.folder !== '' || !hasModules(files)) return [];
  const extension = EXTENSIONS[set.format];
  return files.filter(
    ({ path }) => MODULE.test(path) && (extension.test(path) || path.endsWith('config.json')),
  );
}
