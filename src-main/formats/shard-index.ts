/**
 * The index of weights in several files, such as `model.safetensors.index.json`: which tensor is in which file.
 * @see https://huggingface.co/docs/transformers/big_models#sharded-checkpoints
 */
import { malformed, problemOf, quote, uncheckable } from './form-problem.ts';
import type { FormFinding } from './format.ts';
import { JsonReader } from './json-reader.ts';
import { relativePath } from './relative-path.ts';

/** The largest indexes have a hundred thousand and more. */
const MAX_TENSORS = 524_288;

export interface ShardIndex {
  /** File, relative to the folder of the index → the tensors it has to hold. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Often wrong in the wild, by tensors that are shared. */
  readonly totalBytes?: number;
}

export type ShardIndexReading =
  | { readonly index: ShardIndex }
  | { readonly index: null; readonly finding: FormFinding };

const INDEX_NAME = /\.(safetensors|bin)\.index(\.[\w-]+)?\.json$/i;

export const isShardIndexName = (path: string) => INDEX_NAME.test(path);

export function parseShardIndex(bytes: Uint8Array): ShardIndexReading {
  const files = new Map<string, string[]>();
  const sizes: number[] = [];
  const problem = problemOf(() => {
    const json = new JsonReader(bytes, 'The index');
    json.object((key) => {
      if (key === 'weight_map') readWeightMap(json, files);
      else if (key === 'metadata' && json.kind() === 'object') sizes.push(...readTotalSize(json));
      else json.skip();
    });
    json.end();
    if (files.size === 0) throw malformed('The index names no files.');
  });
  if (problem) return { index: null, finding: problem.finding };
  const [totalBytes] = sizes;
  return { index: { files, ...(totalBytes !== undefined && { totalBytes }) } };
}

function readWeightMap(json: JsonReader, files: Map<string, string[]>): void {
  const seen = new Set<string>();
  json.object((tensor) => {
    const text = json.string();
    const file = relativePath(text);
    if (file === undefined)
      throw malformed(`The index points out of its folder, to ${quote(text)}.`);
    if (seen.has(tensor)) throw malformed(`The index has the tensor ${quote(tensor)} twice.`);
    seen.add(tensor);
    if (seen.size > MAX_TENSORS)
      throw uncheckable('The index has more tensors than Larder checks.');
    const tensors = files.get(file);
    if (tensors) tensors.push(tensor);
    else files.set(file, [tensor]);
  });
}

/** Nothing where it is no number. */
function readTotalSize(json: JsonReader): number[] {
  const sizes: number[] = [];
  json.object((key) => {
    if (key === 'total_size' && json.kind() === 'other') {
      const size = json.number();
      if (Number.isSafeInteger(size) && size >= 0) sizes.push(size);
    } else json.skip();
  });
  return sizes;
}
