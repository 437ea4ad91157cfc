import { describe, expect, it } from 'vitest';
import { describeBundle } from '../../../src-main/formats/bundle.ts';
import type { BundleFile, BundleInput } from '../../../src-main/formats/bundle-types.ts';
import { parseGguf } from '../../../src-main/formats/gguf.ts';
import { parseOnnx } from '../../../src-main/formats/onnx.ts';
import { parseSafetensors } from '../../../src-main/formats/safetensors.ts';
import { buildOnnx } from '../../support/formats/onnx-bytes.ts';
import { memorySource } from '../../support/formats/sources.ts';
import { createSplitTinyGguf } from '../../support/tiny-gguf.ts';
import { createShardedSafetensors } from '../../support/tiny-safetensors.ts';

const named = (...paths: string[]): BundleFile[] =>
  paths.map((path) => ({ path, sizeBytes: 1000 }));

function bundleOf(files: readonly BundleFile[], texts: Readonly<Record<string, unknown>> = {}) {
  const descriptions: BundleInput['descriptions'] = new Map(
    Object.entries(texts).map(([path, content]) => [
      path,
      Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    ]),
  );
  return describeBundle({ files, descriptions });
}

const problems = (...input: Parameters<typeof bundleOf>) =>
  bundleOf(...input).problems.map(({ kind, sentence }) => `${kind}: ${sentence}`);

describe('a model in several GGUF files', () => {
  const files = createSplitTinyGguf(3).map((bytes, index) => ({
    path: `q4/tiny-0000${index + 1}-of-00003.gguf`,
    sizeBytes: bytes.length,
    report: parseGguf(memorySource(bytes), 'structure'),
  }));

  it('is complete with all of its parts', () => {
    const { parts, problems } = bundleOf(files);
    expect(problems).toEqual([]);
    expect(parts[1]).toEqual({
      path: 'q4/tiny-00002-of-00003.gguf',
      role: 'weights',
      shard: { index: 1, count: 3 },
    });
  });

  it('names each part that is missing', () => {
    expect(problems(files.slice(1, 2))).toEqual([
      'missing: Part 1 of 3 is missing: q4/tiny-00001-of-00003.gguf.',
      'missing: Part 3 of 3 is missing: q4/tiny-00003-of-00003.gguf.',
    ]);
  });

  it('names a part that holds another one', () => {
    const [first, second, third] = files as [BundleFile, BundleFile, BundleFile];
    const swapped = [first, { ...second, path: third.path }, { ...third, path: second.path }];
    expect(problems(swapped)).toEqual([
      'damaged: q4/tiny-00003-of-00003.gguf is named part 3 of 3, but holds part 2 of 3.',
      'damaged: q4/tiny-00002-of-00003.gguf is named part 2 of 3, but holds part 3 of 3.',
    ]);
  });

  it('names a part that was renamed', () => {
    expect(problems([{ ...files[1]!, path: 'tiny.gguf' }])).toEqual([
      'damaged: tiny.gguf is not named as a part, but holds part 2 of 3.',
    ]);
  });
});

describe('a model in several safetensors files', () => {
  const tensors = ['a', 'b', 'c', 'd'].map((name) => ({
    name,
    shape: [3],
    values: Float32Array.of(1, 2, 3),
  }));
  const sharded = createShardedSafetensors(tensors, 2);
  const index = { path: 'model.safetensors.index.json', sizeBytes: 100 };
  const shards = [...sharded.shards].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.length,
    report: parseSafetensors(memorySource(bytes), 'structure'),
  })) as [BundleFile, BundleFile];
  const texts = { [index.path]: sharded.index };

  it('is complete with all that its index names', () => {
    expect(problems([...shards, index], texts)).toEqual([]);
  });

  it('names a part that is missing, once', () => {
    expect(problems([shards[0], index], texts)).toEqual([
      'missing: model-00002-of-00002.safetensors is missing, which model.safetensors.index.json needs.',
    ]);
  });

  it('names a missing part when its index was not read', () => {
    expect(problems([shards[0], index])).toEqual([
      'missing: Part 2 of 2 is missing: model-00002-of-00002.safetensors.',
    ]);
  });

  it('names the index when that is missing', () => {
    expect(problems(shards)).toEqual([
      'missing: The index of the 2 parts is missing: model.safetensors.index.json.',
    ]);
  });

  it('does not take the index of other weights for its own', () => {
    const other = named('model-00001-of-00002.bin', 'model-00002-of-00002.bin');
    expect(problems([...shards, index, ...other], texts)).toEqual([
      'missing: The index of the 2 parts is missing: model.bin.index.json.',
    ]);
  });

  it('names no more than a thousand parts of a made-up index', () => {
    const entries = Array.from({ length: 2_000 }, (_, part) => [`t${part}`, `${part}.safetensors`]);
    const text = { weight_map: Object.fromEntries(entries) };
    expect(problems([index], { [index.path]: text })).toHaveLength(1_000);
  });

  it('names parts that hold other tensors than the index tells', () => {
    const [first, second] = shards;
    const swapped = [
      { ...first, path: second.path },
      { ...second, path: first.path },
    ];
    expect(problems([...swapped, index], texts)).toEqual([
      'damaged: model-00001-of-00002.safetensors lacks 2 tensors, such as “a”, which model.safetensors.index.json expects in it; it may be another part under its name.',
      'damaged: model-00002-of-00002.safetensors lacks 2 tensors, such as “b”, which model.safetensors.index.json expects in it; it may be another part under its name.',
    ]);
  });

  it('names an index that cannot be read, and that it leads elsewhere', () => {
    expect(
      problems([...shards, index], { [index.path]: '{"weight_map":{"a":"../../x"}}' }),
    ).toEqual([
      'damaged: model.safetensors.index.json cannot be used. The index points out of its folder, to “../../x”.',
    ]);
  });

  it('only notes that the sum of the index is more than there is', () => {
    const text = sharded.index.replace(/"total_size": \d+/, '"total_size": 99999');
    expect(bundleOf([...shards, index], { [index.path]: text }).problems).toMatchObject([
      { kind: 'damaged', severity: 'note', paths: [index.path] },
    ]);
  });

  it('does not mind the index of weights that were not chosen', () => {
    const other = { path: 'pytorch_model.bin.index.json', sizeBytes: 100 };
    expect(
      problems([...shards, index, other], {
        ...texts,
        [other.path]: { weight_map: { a: 'pytorch_model-00001-of-00002.bin' } },
      }),
    ).toEqual([]);
  });

  it('names all parts when there are none', () => {
    expect(problems([index], texts)).toHaveLength(2);
  });

  it('looks for parts beside their index', () => {
    const inside = shards.map((file) => ({ ...file, path: `text_encoder/${file.path}` }));
    const path = `text_encoder/${index.path}`;
    expect(problems([...inside, { path, sizeBytes: 1 }], { [path]: sharded.index })).toEqual([]);
  });
});

describe('an ONNX graph with weights beside it', () => {
  const { bytes } = buildOnnx({
    tensors: [{ name: 'a', dims: [9], external: { location: 'model.onnx_data', length: '36' } }],
  });
  const graph = {
    path: 'onnx/model.onnx',
    sizeBytes: bytes.length,
    report: parseOnnx(memorySource(bytes), 'structure'),
  };
  const data = { path: 'onnx/model.onnx_data', sizeBytes: 36 };

  it('is complete with them', () => {
    const { parts, problems } = bundleOf([graph, data]);
    expect(problems).toEqual([]);
    expect(parts.map(({ role }) => role)).toEqual(['weights', 'weights-data']);
  });

  it('names them when they are missing', () => {
    expect(problems([graph])).toEqual([
      'missing: onnx/model.onnx_data is missing, which holds weights of onnx/model.onnx.',
    ]);
  });

  it('tells when they were cut', () => {
    expect(problems([graph, { ...data, sizeBytes: 35 }])).toEqual([
      'damaged: onnx/model.onnx_data ends too early: onnx/model.onnx has weights in it up to byte 36, and it has 35.',
    ]);
  });
});

describe('roles', () => {
  it.each([
    ['mmproj-model-f16.gguf', 'projector'],
    ['tiny.Q4_K_M.gguf', 'weights'],
    ['model.safetensors', 'weights'],
    ['model.safetensors.index.json', 'index'],
    ['config.json', 'configuration'],
    ['tokenizer.json', 'tokenizer'],
    ['tokenizer/spiece.model', 'tokenizer'],
    ['scheduler/scheduler_config.json', 'scheduler'],
    ['text_encoder_2/model.safetensors', 'text-encoder'],
    ['image_encoder/model.safetensors', 'image-encoder'],
    ['vae/diffusion_pytorch_model.safetensors', 'vae'],
    ['unet/diffusion_pytorch_model.safetensors', 'transformer'],
    [
      'high_noise_model/diffusion_pytorch_model-00001-of-00006.safetensors',
      'high-noise-transformer',
    ],
    ['wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors', 'high-noise-transformer'],
    ['wan2.2_t2v_low_noise_14B_fp8_scaled.safetensors', 'low-noise-transformer'],
    ['HighNoise/Wan2.2-T2V-A14B-HighNoise-Q4_K_M.gguf', 'high-noise-transformer'],
    ['diffusion_models/wan2.2_i2v_low_noise_14B_fp16.safetensors', 'low-noise-transformer'],
    ['diffusion_models/wan2.2_ti2v_5B_fp16.safetensors', 'transformer'],
    ['wan2.2_ti2v_5B_fp16.safetensors', 'transformer'],
    ['wan_2.1_vae.safetensors', 'vae'],
    ['wan2.2_vae.safetensors', 'vae'],
    ['umt5_xxl_fp8_e4m3fn_scaled.safetensors', 'text-encoder'],
    ['loras/wan2.2_t2v_lightx2v_4steps_lora_v1.1_high_noise.safetensors', 'adapter'],
    ['wan2.2_t2v_lightx2v_4steps_lora_v1.1_low_noise.safetensors', 'adapter'],
    ['README.md', 'other'],
  ])('%s is %s', (path, role) => {
    expect(bundleOf(named(path)).parts).toMatchObject([{ path, role }]);
  });

  it('take the first of two transformers for the high noise', () => {
    const files = named('transformer/a.safetensors', 'transformer_2/a.safetensors');
    expect(bundleOf(files).parts.map(({ role }) => role)).toEqual([
      'high-noise-transformer',
      'low-noise-transformer',
    ]);
  });
});
