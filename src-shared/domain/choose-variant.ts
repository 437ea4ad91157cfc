/** Which of a repository's variants a person gets: by name, or the one that suits the machine. Pure. */
import { AppError } from '../errors.ts';
import type { Fit } from './hub.ts';
import type { SourceFile } from './model.ts';
import { isWeight } from './variants/classify.ts';
import { isGlob, matchesGlob } from './variants/glob.ts';
import { type FileGroup, WHOLE_REPOSITORY } from './variants.ts';

/**
 * The same groups with the one marked that suits this machine: the usual one if it fits, else the
 * largest smaller form of the same model that fits, else the largest that only just does.
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
  const isFitting = (group: FileGroup, verdicts: readonly Fit['verdict'][]) => {
    const { verdict, onDisk } = fitOf(group);
    return verdicts.includes(verdict) && onDisk !== 'needs-space';
  };
  return (
    forms.find((group) => isFitting(group, ['gpu', 'memory', 'unknown'])) ??
    forms.find((group) => isFitting(group, ['tight'])) ??
    usual
  );
}

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
  const wanted = variant.toLowerCase();
  const group =
    groups.find(({ name }) => name.toLowerCase() === wanted) ?? groupOfWeight(groups, variant);
  if (group) return toSelection(group, groups);
  if (wanted === WHOLE_REPOSITORY) return { variant: WHOLE_REPOSITORY, files };
  const exact = files.filter(({ path }) => path === variant);
  const matching = isGlob(variant) ? files.filter(({ path }) => matchesGlob(variant, path)) : [];
  const chosen = exact.length > 0 ? exact : matching;
  if (chosen.length > 0) return { variant, files: chosen };
  throw new AppError('VARIANT_UNKNOWN', { variant, available: listNames(groups) });
}

/** A quantisation is always named, because another one may be added to the repository later. */
function toSelection({ name, format, files }: FileGroup, groups: readonly FileGroup[]): Selection {
  const isObvious = groups.length === 1 && format !== 'gguf';
  return { variant: isObvious ? undefined : name, files };
}

function groupOfWeight(groups: readonly FileGroup[], path: string): FileGroup | undefined {
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
