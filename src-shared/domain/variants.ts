/**
 * Which sets of files of a repository can be used by themselves, told from the names of the files.
 *
 * A GGUF file (or its shards) is a variant named after its quantisation; safetensors, ONNX and
 * pickled weights come with the configuration and tokenizer beside them; a diffusers pipeline is one
 * variant. Licences belong to every variant; pictures, cards and training leftovers to none. Pure.
 */
import type { Variant } from './hub.ts';
import type { SourceFile } from './model.ts';
import {
  folderOf,
  groupBy,
  isLicence,
  isTrainingLeftover,
  type RawGroup,
  sizeOf,
  stemOf,
} from './variants/classify.ts';
import { groupDiffusers, isDiffusers, isPipelineFile } from './variants/diffusers.ts';
import { groupGguf } from './variants/gguf.ts';
import { groupOnnx } from './variants/onnx.ts';
import { groupTensors, isForeignBin } from './variants/tensors.ts';

export interface FileGroup {
  /** Unlike all others of the repository, whatever the letter case; without white space. */
  readonly name: string;
  readonly format: Variant['format'];
  /** By path, in order. */
  readonly files: readonly SourceFile[];
  readonly sizeBytes: number;
  /** At most one of a repository. */
  readonly recommended: boolean;
  /** Lower is preferred; `null` when it is no other form of the same model, or not whole. */
  readonly rank: number | null;
}

/** Stands for all files of a repository, where variants are named. */
export const WHOLE_REPOSITORY = 'all';

/** Safe formats first, pickles last; GGUF from small to large. Empty only for an empty repository. */
export function groupVariants(files: readonly SourceFile[]): FileGroup[] {
  const raw = findGroups(files);
  const named = nameGroups(raw.map((group) => withLicences(group, files)));
  const recommended = defaultOf(named);
  return named
    .map((group) => ({ ...group, recommended: group === recommended }))
    .toSorted((a, b) => FORMATS.indexOf(a.format) - FORMATS.indexOf(b.format));
}

const FORMATS: readonly Variant['format'][] = ['gguf', 'safetensors', 'onnx', 'other', 'pickle'];

function findGroups(files: readonly SourceFile[]): RawGroup[] {
  const isPipeline = isDiffusers(files);
  const pipeline = isPipeline ? groupDiffusers(files) : [];
  const rest = pipeline.length > 0 ? files.filter((file) => !isPipelineFile(file)) : files;
  const groups = [
    ...groupGguf(rest).toSorted((a, b) => sizeOf(a.files) - sizeOf(b.files)),
    ...pipeline,
    ...groupTensors(rest, 'safetensors'),
    ...groupOnnx(rest),
    ...groupForeignBins(rest),
    ...groupTensors(rest, 'pickle'),
  ];
  return groups.length > 0 || files.length === 0 ? groups : [wholeRepository(files)];
}

const wholeRepository = (files: readonly SourceFile[]): RawGroup => ({
  names: [WHOLE_REPOSITORY],
  format: 'other',
  files,
  rank: 0,
});

/** Speech models of whisper.cpp and OpenVINO models, each with its description. */
function groupForeignBins(files: readonly SourceFile[]): RawGroup[] {
  const bins = files.filter(({ path }) => isForeignBin(path, files) && !isTrainingLeftover(path));
  return bins.map((bin) => {
    const description = bin.path.replace(/\.bin$/i, '.xml');
    return {
      names: [stemOf(bin.path), bin.path],
      format: 'other',
      files: [bin, ...files.filter(({ path }) => path === description)],
      rank: null,
    };
  });
}

/** Licences at the top, and in the folders the group has files from. */
function withLicences(group: RawGroup, files: readonly SourceFile[]): RawGroup {
  const folders = new Set(['', ...group.files.map(({ path }) => folderOf(path))]);
  const licences = files.filter(({ path }) => isLicence(path) && folders.has(folderOf(path)));
  const all = new Map([...group.files, ...licences].map((file) => [file.path, file]));
  const sorted = [...all.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { ...group, files: sorted };
}

/** Groups that want the same name all take their next one, until all differ. */
function nameGroups(groups: readonly RawGroup[]): Omit<FileGroup, 'recommended'>[] {
  const choices = new Map(groups.map((group) => [group, 0]));
  const nameOf = (group: RawGroup) =>
    (group.names[choices.get(group) ?? 0] ?? group.names[0]).replace(/\s+/g, '-');
  const widen = () => {
    const clashing = [...groupBy(groups, (group) => nameOf(group).toLowerCase()).values()]
      .filter((same) => same.length > 1)
      .flat()
      .filter((group) => (choices.get(group) ?? 0) < group.names.length - 1);
    for (const group of clashing) choices.set(group, (choices.get(group) ?? 0) + 1);
    return clashing.length > 0;
  };
  while (widen());
  return groups.map((group) => ({
    name: nameOf(group),
    format: group.format,
    files: group.files,
    sizeBytes: sizeOf(group.files),
    rank: group.rank,
  }));
}

type Unmarked = Omit<FileGroup, 'recommended'>;

/** The best rank; failing that, the only one that is safe, or the only one at all. */
function defaultOf(groups: readonly Unmarked[]): Unmarked | undefined {
  const ranked = groups.filter(({ rank }) => rank !== null);
  const best = ranked.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))[0];
  const safe = groups.filter(({ format }) => format !== 'pickle');
  if (best && (best.format !== 'pickle' || safe.length === 0)) return best;
  if (safe.length === 1) return safe[0];
  return groups.length === 1 ? groups[0] : undefined;
}
