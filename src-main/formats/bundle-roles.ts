/** What each file of a model is for, told from its path; both diffusers and ComfyUI name them well. Pure. */
import { baseName, folderOf, isWeight } from '../../src-shared/domain/variants/classify.ts';
import type { BundleFile, BundlePart, BundleRole } from './bundle-types.ts';
import { isShardIndexName } from './shard-index.ts';
import { readShardName } from './shard-name.ts';

const FOLDERS: readonly (readonly [RegExp, BundleRole])[] = [
  [/^(loras?|adapters?)$/i, 'adapter'],
  [/^high_?noise(_model)?$/i, 'high-noise-transformer'],
  [/^low_?noise(_model)?$/i, 'low-noise-transformer'],
  [/^transformer_2$/i, 'low-noise-transformer'],
  [/^(transformer|unet|diffusion_models?)$/i, 'transformer'],
  [/^(text_encoders?(_\d+)?|clip)$/i, 'text-encoder'],
  [/^(image_encoder|clip_vision)$/i, 'image-encoder'],
  [/^(vae|vqvae|vae_\w+)$/i, 'vae'],
  [/^tokenizer(_\d+)?$/i, 'tokenizer'],
  [/^scheduler$/i, 'scheduler'],
];

/** Of files with weights, the first that fits. */
const WEIGHT_NAMES: readonly (readonly [RegExp, BundleRole])[] = [
  [/lora|(^|[-_.])adapter([-_.]|$)/i, 'adapter'],
  [/(^|[-_.])mmproj([-_.]|$)/i, 'projector'],
  [/\.onnx[._]data(_\d+)?$/i, 'weights-data'],
  [/(^|[-_.])vae([-_.]|$)/i, 'vae'],
  [/clip_?vision/i, 'image-encoder'],
  [/umt5|t5_?xxl|(^|[-_.])(clip_[lg]|text_encoder)([-_.]|$)/i, 'text-encoder'],
  [/high[-_]?noise|_high_/i, 'high-noise-transformer'],
  [/low[-_]?noise|_low_/i, 'low-noise-transformer'],
  [/^wan_?2[._]?[12][-_]/i, 'transformer'],
];

const TOKENIZER =
  /^(tokenizer.*\.(json|model)|vocab\.(json|txt)|merges\.txt|special_tokens_map\.json|added_tokens\.json|spiece\.model|.*\.tiktoken)$/i;

export function partsOf(files: readonly BundleFile[]): BundlePart[] {
  const hasPair = files.some(({ path }) => /(^|\/)transformer_2\//.test(path));
  return files.map((file) => {
    const role = roleOf(file.path);
    const shard = shardOf(file);
    // With a second transformer for the low noise, the first one is for the high.
    const isHigh = hasPair && role === 'transformer' && /(^|\/)transformer\//.test(file.path);
    return {
      path: file.path,
      role: isHigh ? 'high-noise-transformer' : role,
      ...(shard && { shard }),
    };
  });
}

function shardOf({ path, report }: BundleFile): BundlePart['shard'] {
  if (report?.shard) return report.shard;
  const name = readShardName(path);
  return name && { index: name.index, count: name.count };
}

/** Of a file by itself; what two transformers of one model are only both together tell. */
export function roleOf(path: string): BundleRole {
  const name = baseName(path);
  if (isShardIndexName(path)) return 'index';
  if (TOKENIZER.test(name)) return 'tokenizer';
  if (name === 'scheduler_config.json') return 'scheduler';
  if (!isWeight(path)) return /\.json$/i.test(name) ? 'configuration' : 'other';
  return (
    byName(name, /^(adapter|projector|weights-data)$/) ??
    byFolder(path) ??
    byName(name) ??
    'weights'
  );
}

/** @param certain roles that the name tells more surely than the folder */
function byName(name: string, certain = /./): BundleRole | undefined {
  const role = WEIGHT_NAMES.find(([pattern]) => pattern.test(name))?.[1];
  return role && certain.test(role) ? role : undefined;
}

/** The innermost folder that says something. `diffusion_models/` leaves it to the name which one it is. */
function byFolder(path: string): BundleRole | undefined {
  for (const folder of folderOf(path).split('/').toReversed()) {
    const role = FOLDERS.find(([pattern]) => pattern.test(folder))?.[1];
    if (role === 'transformer') return byName(baseName(path), /transformer$/) ?? role;
    if (role) return role;
  }
  return undefined;
}
