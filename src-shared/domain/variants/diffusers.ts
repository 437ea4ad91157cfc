/** A pipeline of several models, one folder each, described by `model_index.json`. Pure. */
import type { SourceFile } from '../model.ts';
import { groupBy, isCompanion, isLicence, type RawGroup } from './classify.ts';
import { findTensorSets, type TensorSet } from './tensors.ts';

const INDEX = 'model_index.json';

export const isDiffusers = (files: readonly SourceFile[]) =>
  files.some(({ path }) => path === INDEX);

/** Whether a file is part of the pipeline, so that no other group is made of it. */
export const isPipelineFile = ({ path }: SourceFile) => path === INDEX || path.includes('/');

/**
 * One group for the plain weights and one for each precision (`fp16`). A component without weights
 * of that precision contributes its plain ones, and safetensors go before pickles.
 */
export function groupDiffusers(files: readonly SourceFile[]): RawGroup[] {
  const inside = files.filter(isPipelineFile);
  const components = groupBy(
    [...findTensorSets(inside, 'safetensors'), ...findTensorSets(inside, 'pickle')],
    ({ folder }) => folder,
  );
  const sets = [...components.values()].flat();
  const precisions = [...new Set(sets.map(({ precision }) => precision))].toSorted();
  const groups = precisions.map((precision) =>
    toGroup(precision, [...components.values()], inside),
  );
  const seen = new Set<string>();
  return groups.filter(({ files: members }) => {
    const key = members.map(({ path }) => path).join('\n');
    return seen.size < seen.add(key).size;
  });
}

function toGroup(
  precision: string,
  components: readonly TensorSet[][],
  inside: readonly SourceFile[],
): RawGroup {
  const chosen = components.flatMap((sets) => chooseSet(sets, precision) ?? []);
  const name = precision === '' ? 'diffusers' : `diffusers-${precision}`;
  const isSafe = chosen.every(({ format }) => format === 'safetensors');
  const beside = inside.filter(
    ({ path }) => (isCompanion(path) && !/\.index(\.[\w-]+)?\.json$/.test(path)) || isLicence(path),
  );
  return {
    names: [name],
    format: isSafe ? 'safetensors' : 'pickle',
    files: [...chosen.flatMap((set) => set.files), ...beside],
    rank: chosen.every(({ isWhole }) => isWhole) ? (isSafe ? 110 : 310) + precision.length : null,
  };
}

function chooseSet(sets: readonly TensorSet[], precision: string): TensorSet | undefined {
  const order = (set: TensorSet) =>
    (set.precision === precision ? 0 : set.precision === '' ? 2 : 4) +
    (set.format === 'safetensors' ? 0 : 1);
  return sets.toSorted((a, b) => order(a) - order(b))[0];
}
