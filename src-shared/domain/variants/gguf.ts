/** One group for each quantisation of a GGUF repository. Pure. */
import type { SourceFile } from '../model.ts';
import {
  baseName,
  findQuant,
  folderOf,
  groupBy,
  isImatrix,
  type RawGroup,
  readShard,
  stemOf,
} from './classify.ts';

const isGguf = ({ path }: SourceFile) => /\.gguf$/i.test(path) && !isImatrix(path);
/** The part of a model that turns pictures or sound into tokens; every quantisation needs it. */
const isProjector = ({ path }: SourceFile) => /(^|[-_.])mmproj($|[-_.])/i.test(baseName(path));

export function groupGguf(files: readonly SourceFile[]): RawGroup[] {
  const all = files.filter(isGguf);
  const projectors = all.filter(isProjector);
  const weights = all.filter((file) => !isProjector(file));
  const splits = groupBy(weights, ({ path }) => `${folderOf(path)}/${readShard(path).stem}`);
  return [...splits.values()].map((shards) => toGroup(shards, projectors));
}

function toGroup(shards: SourceFile[], projectors: readonly SourceFile[]): RawGroup {
  const path = shards[0]?.path ?? '';
  const { stem, count } = readShard(path);
  const quant = findQuant(path);
  const projector = bestProjector(projectors, folderOf(path));
  return {
    names: quant === undefined ? [stem, path] : [quant, stem, path],
    format: 'gguf',
    files: projector ? [...shards, projector] : shards,
    rank: shards.length === count ? rankOf(quant) : null,
  };
}

const PROJECTOR_ORDER = ['F16', 'BF16', 'F32', 'Q8_0'];

/** Small beside the model, so precision first: F16 runs everywhere. One from the same folder wins. */
function bestProjector(projectors: readonly SourceFile[], folder: string): SourceFile | undefined {
  const order = ({ path }: SourceFile) => {
    const place = PROJECTOR_ORDER.indexOf(findQuant(stemOf(path)) ?? '');
    return (place < 0 ? PROJECTOR_ORDER.length : place) + (folderOf(path) === folder ? 0 : 10);
  };
  return projectors.toSorted((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1))[0];
}

/** Bits per weight by how well they balance size and quality; full precision is for conversion. */
const BITS_ORDER = ['4', '5', '6', '3', '8', '2', '1', '16', '32'];
const SUFFIX_ORDER = ['_K_M', '_K_XL', '_K_L', '_K_S', '_XS', '_NL', '_M', '_0', '_1'];
const UNKNOWN_RANK = 99;

function rankOf(quant: string | undefined): number {
  const bits = /\d+/.exec(quant ?? '')?.[0] ?? '';
  const place = BITS_ORDER.indexOf(bits);
  if (quant === undefined || place < 0) return UNKNOWN_RANK;
  const suffix = SUFFIX_ORDER.findIndex((end) => quant.endsWith(end));
  return place * 10 + (suffix < 0 ? SUFFIX_ORDER.length : suffix);
}
