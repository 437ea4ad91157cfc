/** Which of a repository's variants a person gets: by name, or the one that suits the machine. Pure. */
import { AppError } from '../errors.ts';
import type { Fit } from './hub.ts';
import type { SourceFile } from './model.ts';
import { isWeight } from './variants/classify.ts';
import { isGlob, matchesGlob } from './variants/glob.ts';
import { type FileGroup, WHOLE_REPOSITORY } from './variants.ts';

/**
 * The same groups with the one marked that suits this machine: the usual one if it fits, else the
 * largest smaller form of the same model that fits, else the largest that only just does. If none fits the
 * usual one stays marked, as the one that is meant where none is named: {@link isAdvisable} tells.
 */
export function chooseRecommended(
  groups: readonly FileGroup[],
  fitOf: (group: FileGroup) => Fit,
): FileGroup[] {
  const usual = groups.find(({ recommended }) => recommended);
  const chosen = usual && chooseFitting(usual, groups, fitOf);
  return groups.map((group) => ({ ...group, recommended: group === chosen }));
}

function chooseFitting(
  usual: FileGroup,
  groups: readonly FileGroup[],
  fitOf: (group: FileGroup) => Fit,
): FileGroup {
  const forms = groups
    .filter(({ format, rank }) => format === usual.format && rank !== null)
    .filter((group) => group === usual || group.sizeBytes < usual.sizeBytes)
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const fitting = forms.filter((group) => isAdvisable(fitOf(group)));
  return fitting.find((group) => fitOf(group).verdict !== 'tight') ?? fitting[0] ?? usual;
}

/** Whether a person may be told to take what fits like this. */
export const isAdvisable = ({ verdict, onDisk }: Fit) =>
  verdict !== 'too-large' && onDisk !== 'needs-space';

export interface Selection {
  /** What the model id carries; `undefined` where the repository has one variant to speak of. */
  readonly variant: string | undefined;
  readonly files: readonly SourceFile[];
}

/**
 * The files a reference means.
 *
 * With a variant: the group of that name (any letter case), else the group whose weights have that
 * path (so a pasted file address and a chosen variant are one model), else that very file, else all
 * files that match it as a pattern; `all` is the whole repository.
 * Without: the only group, else the recommended one, else (several unrelated models) everything.
 * @throws AppError `VARIANT_UNKNOWN`
 */
export function selectVariant(
  groups: readonly FileGroup[],
  files: readonly SourceFile[],
  variant?: string,
): Selection {
  if (variant === undefined) {
    const group = groups.length === 1 ? groups[0] : groups.find(({ recommended }) => recommended);
    return group ? toSelection(group, groups) : { variant: undefined, files };
  }
  const group = findGroup(groups, variant);
  if (group) return toSelection(group, groups);
  const chosen = selectFiles(files, variant);
  if (chosen.length === 0) {
    throw new AppError('VARIANT_UNKNOWN', { variant, available: listNames(groups) });
  }
  const isAll = variant.toLowerCase() === WHOLE_REPOSITORY;
  return { variant: isAll ? WHOLE_REPOSITORY : variant, files: chosen };
}

type Named = Pick<FileGroup, 'name' | 'files'>;

/** The group that a variant names, or one of whose weights it is the path of. */
export function findGroup<G extends Named>(groups: readonly G[], variant: string): G | undefined {
  const wanted = variant.toLowerCase();
  return groups.find(({ name }) => name.toLowerCase() === wanted) ?? groupOfWeight(groups, variant);
}

/** The files that a variant means which is no group: `all`, one path, or a pattern. Perhaps none. */
export function selectFiles(files: readonly SourceFile[], variant: string): readonly SourceFile[] {
  if (variant.toLowerCase() === WHOLE_REPOSITORY) return files;
  const exact = files.filter(({ path }) => path === variant);
  if (exact.length > 0 || !isGlob(variant)) return exact;
  return files.filter(({ path }) => matchesGlob(variant, path));
}

/** A quantisation is always named, because another one may be added to the repository later. */
function toSelection({ name, format, files }: FileGroup, groups: readonly FileGroup[]): Selection {
  const isObvious = groups.length === 1 && format !== 'gguf';
  return { variant: isObvious ? undefined : name, files };
}

function groupOfWeight<G extends Named>(groups: readonly G[], path: string): G | undefined {
  if (!isWeight(path)) return undefined;
  const holders = groups.filter(({ files }) => files.some((file) => file.path === path));
  return holders.length === 1 ? holders[0] : undefined;
}

function listNames(groups: readonly FileGroup[]): string {
  const names = groups.map(({ name }) => name);
  const shown = names.slice(0, 12).join(', ');
  if (names.length > 12) return `${shown} and ${names.length - 12} more`;
  return shown === '' ? 'no files' : shown;
}
