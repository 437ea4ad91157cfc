/**
 * The files of one model taken together: what each is for, what is missing by name, and what does not fit. Whether
 * a file is whole by itself is told by its own report, not here. Pure.
 */
import { folderOf } from '../../src-shared/domain/variants/classify.ts';
import { findPipelineProblems } from './bundle-diffusers.ts';
import { findUnfit } from './bundle-fit.ts';
import { partsOf } from './bundle-roles.ts';
import { findShardProblems } from './bundle-shards.ts';
import {
  type Bundle,
  type BundleFile,
  type BundleInput,
  type BundleProblem,
  missing,
} from './bundle-types.ts';
import { printable } from './form-problem.ts';
import { inFolder } from './shard-name.ts';

/** A made-up index may name any number of files. */
const MAX_PROBLEMS = 1_000;

export function describeBundle(input: BundleInput): Bundle {
  const parts = partsOf(input.files);
  const problems = [
    ...findShardProblems(input),
    ...findPipelineProblems(input),
    ...findMissingData(input.files),
    ...findUnfit(input, parts),
  ];
  return { parts, problems: problems.slice(0, MAX_PROBLEMS) };
}

/** Weights that lie beside an ONNX graph. */
function findMissingData(files: readonly BundleFile[]): BundleProblem[] {
  const sizes = new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  return files.flatMap(({ path, report }) =>
    (report?.externalFiles ?? []).flatMap(({ path: name, atLeastBytes }) => {
      const place = inFolder(folderOf(path), name);
      const sizeBytes = sizes.get(place);
      if (sizeBytes === undefined) {
        return [
          missing(
            `${printable(place)} is missing, which holds weights of ${printable(path)}.`,
            place,
          ),
        ];
      }
      if (sizeBytes >= atLeastBytes) return [];
      const sentence = `${printable(place)} ends too early: ${printable(path)} has weights in it up to byte ${atLeastBytes}, and it has ${sizeBytes}.`;
      return [{ kind: 'damaged', severity: 'error', sentence, paths: [place] } as const];
    }),
  );
}
