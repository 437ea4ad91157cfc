/** Whether all parts of a model in several files are there, and the right ones. Pure. */
import { folderOf, groupBy, isWeight } from '../../src-shared/domain/variants/classify.ts';
import { type BundleFile, type BundleInput, type BundleProblem, missing } from './bundle-types.ts';
import { printable, quote } from './form-problem.ts';
import { isShardIndexName, parseShardIndex, type ShardIndex } from './shard-index.ts';
import { inFolder, readShardName, type ShardName, writeShardName } from './shard-name.ts';

export function findShardProblems({ files, descriptions }: BundleInput): BundleProblem[] {
  const indexes = files.filter(({ path }) => isShardIndexName(path));
  const byIndex = indexes.flatMap(({ path }) => checkIndex(path, descriptions?.get(path), files));
  const told = new Set(byIndex.flatMap(({ paths }) => paths));
  const byName = findMissingShards(files).filter(
    ({ paths }) => !paths.some((path) => told.has(path)),
  );
  return [...byIndex, ...byName, ...files.flatMap(checkOwnNumber)];
}

/** Parts that the names of the others tell of. */
function findMissingShards(files: readonly BundleFile[]): BundleProblem[] {
  const names = files.flatMap(({ path }) => (isWeight(path) ? (readShardName(path) ?? []) : []));
  const sets = groupBy(names, ({ folder, before, after, count }) =>
    [folder, before, after, count].join('\n'),
  );
  return [...sets.values()].flatMap((set) => missingOf(set, files));
}

/** So many are named one by one; of a set with fewer, there is more wrong than that. */
const MAX_SHARDS = 10_000;

function missingOf(set: readonly ShardName[], files: readonly BundleFile[]): BundleProblem[] {
  const [first] = set;
  if (!first || first.count > MAX_SHARDS) return [];
  const there = new Set(set.map(({ index }) => index));
  const gaps = Array.from({ length: first.count }, (_, index) => index).filter(
    (index) => !there.has(index),
  );
  const paths = gaps.map((index) => writeShardName({ ...first, index }));
  const problems = paths.map((path, place) =>
    missing(
      `Part ${(gaps[place] ?? 0) + 1} of ${first.count} is missing: ${printable(path)}.`,
      path,
    ),
  );
  return [...problems, ...missingIndex(first, files)];
}

/** What reads tensors in several files looks for their index first; GGUF has none. */
function missingIndex(shard: ShardName, files: readonly BundleFile[]): BundleProblem[] {
  const extension = /\.(safetensors|bin)$/i.exec(shard.after)?.[0];
  if (shard.count < 2 || extension === undefined) return [];
  const isIndex = ({ path }: BundleFile) =>
    isShardIndexName(path) &&
    folderOf(path) === shard.folder &&
    path.includes(`${extension}.index`);
  if (files.some(isIndex)) return [];
  const stem = shard.before.replace(/[-_.]$/, '');
  const path = inFolder(shard.folder, `${stem}${shard.after}.index.json`);
  return [missing(`The index of the ${shard.count} parts is missing: ${printable(path)}.`, path)];
}

/** A part that was renamed is not found by what loads it. */
function checkOwnNumber({ path, report }: BundleFile): BundleProblem[] {
  const own = report?.shard;
  const name = readShardName(path);
  if (!own || (name && own.index === name.index && own.count === name.count)) return [];
  const told = name ? `is named part ${name.index + 1} of ${name.count}` : 'is not named as a part';
  const sentence = `${printable(path)} ${told}, but holds part ${own.index + 1} of ${own.count}.`;
  return [{ kind: 'damaged', severity: 'error', sentence, paths: [path] }];
}

function checkIndex(
  path: string,
  bytes: Uint8Array | undefined,
  files: readonly BundleFile[],
): BundleProblem[] {
  if (!bytes) return [];
  const reading = parseShardIndex(bytes);
  if (!reading.index) {
    const sentence = `${printable(path)} cannot be used. ${reading.finding.sentence}`;
    return [{ kind: 'damaged', severity: 'error', sentence, paths: [path] }];
  }
  const folder = folderOf(path);
  const there = new Map(files.map((file) => [file.path, file]));
  const needed = [...reading.index.files].map(([file, tensors]) => {
    const place = inFolder(folder, file);
    return { path: place, tensors, file: there.get(place) };
  });
  // Weights of another kind lie beside the index of those that were not chosen.
  if (needed.every(({ file }) => !file) && hasOtherWeights(folder, files)) return [];
  return [
    ...needed.flatMap((part) => checkPart(part, path)),
    ...checkTotal(path, reading.index, needed),
  ];
}

const hasOtherWeights = (folder: string, files: readonly BundleFile[]) =>
  files.some((file) => isWeight(file.path) && folderOf(file.path) === folder);

interface NeededPart {
  readonly path: string;
  readonly tensors: readonly string[];
  readonly file: BundleFile | undefined;
}

function checkPart({ path, tensors, file }: NeededPart, index: string): BundleProblem[] {
  if (!file) {
    return [missing(`${printable(path)} is missing, which ${printable(index)} needs.`, path)];
  }
  const held = file.report?.tensorNames;
  if (!held) return [];
  const names = new Set(held);
  const lacking = tensors.filter((tensor) => !names.has(tensor));
  if (lacking.length === 0) return [];
  const example = quote(lacking[0] ?? '');
  const what =
    lacking.length === 1
      ? `the tensor ${example}`
      : `${lacking.length} tensors, such as ${example}`;
  const sentence = `${printable(path)} lacks ${what}, which ${printable(index)} expects in it; it may be another part under its name.`;
  return [{ kind: 'damaged', severity: 'error', sentence, paths: [path] }];
}

/** Only a note: sums are often wrong by tensors that are shared. */
function checkTotal(
  path: string,
  { totalBytes = 0 }: ShardIndex,
  needed: readonly NeededPart[],
): BundleProblem[] {
  const measured = needed.reduce((sum, { file }) => sum + (file?.sizeBytes ?? 0), 0);
  if (totalBytes <= measured || needed.some(({ file }) => !file)) return [];
  const sentence = `${printable(path)} tells ${totalBytes} bytes of tensors, more than its files have together.`;
  return [{ kind: 'damaged', severity: 'note', sentence, paths: [path] }];
}
