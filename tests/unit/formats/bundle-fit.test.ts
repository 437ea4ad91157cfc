import { describe, expect, it } from 'vitest';
import { describeBundle } from '../../../src-main/formats/bundle.ts';

/** Paths, and the contents of those that are read. */
function problems(paths: readonly string[], contents: Readonly<Record<string, unknown>> = {}) {
  const texts = Object.entries(contents);
  return describeBundle({
    files: [...paths, ...Object.keys(contents)].map((path) => ({ path, sizeBytes: 1000 })),
    descriptions: new Map(
      texts.map(([path, content]) => [path, Buffer.from(JSON.stringify(content))]),
    ),
  }).problems.map(({ kind, sentence }) => `${kind}: ${sentence}`);
}

const T2V_HIGH = 'split_files/diffusion_models/wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors';
const T2V_LOW = 'split_files/diffusion_models/wan2.2_t2v_low_noise_14B_fp8_scaled.safetensors';
const I2V_LOW = 'split_files/diffusion_models/wan2.2_i2v_low_noise_14B_fp8_scaled.safetensors';
const TI2V = 'diffusion_models/wan2.2_ti2v_5B_fp16.safetensors';
const VAE_2_1 = 'split_files/vae/wan_2.1_vae.safetensors';
const VAE_2_2 = 'vae/wan2.2_vae.safetensors';
const UMT5 = 'text_encoders/umt5_xxl_fp8_e4m3fn_scaled.safetensors';
const LORA = 'loras/wan2.2_t2v_lightx2v_4steps_lora_v1.1_low_noise.safetensors';

describe('Wan 2.2 in single files', () => {
  it.each([
    ['T2V 14B', [T2V_HIGH, T2V_LOW, VAE_2_1, UMT5]],
    ['TI2V 5B', [TI2V, VAE_2_2, UMT5]],
    ['T2V 14B and TI2V 5B', [T2V_HIGH, T2V_LOW, VAE_2_1, TI2V, VAE_2_2, UMT5]],
    ['T2V 14B with a VAE without a version', [T2V_HIGH, T2V_LOW, 'vae.safetensors', UMT5]],
    [
      'T2V A14B in GGUF files',
      [
        'HighNoise/Wan2.2-T2V-A14B-HighNoise-Q4_K_M.gguf',
        'LowNoise/Wan2.2-T2V-A14B-LowNoise-Q4_K_M.gguf',
        'VAE/Wan2.1_VAE.safetensors',
        'umt5-xxl-encoder-Q8_0.gguf',
      ],
    ],
    ['only adapters for it', [LORA]],
  ])('%s is complete', (_, paths) => {
    expect(problems(paths)).toEqual([]);
  });

  it('says which of the pair is missing, adapters notwithstanding', () => {
    expect(problems([T2V_HIGH, VAE_2_1, UMT5, LORA])).toEqual([
      'missing: The low-noise transformer is missing, which Wan 2.2 T2V 14B needs; such as wan2.2_t2v_low_noise_14B_fp8_scaled.safetensors.',
    ]);
  });

  it('does not take a half of another model for it', () => {
    expect(problems([T2V_HIGH, I2V_LOW, VAE_2_1, UMT5])).toEqual([
      'missing: The low-noise transformer is missing, which Wan 2.2 T2V 14B needs; such as wan2.2_t2v_low_noise_14B_fp8_scaled.safetensors.',
      'missing: The high-noise transformer is missing, which Wan 2.2 I2V 14B needs; such as wan2.2_i2v_high_noise_14B_fp8_scaled.safetensors.',
    ]);
  });

  it('says that 14B does not fit the VAE of 2.2', () => {
    expect(problems([T2V_HIGH, T2V_LOW, VAE_2_2, UMT5])).toEqual([
      'unfit: Wan 2.2 T2V 14B needs the VAE of Wan 2.1; vae/wan2.2_vae.safetensors is the VAE of Wan 2.2, which does not fit.',
    ]);
  });

  it('says that 5B does not fit the VAE of 2.1', () => {
    expect(problems([TI2V, VAE_2_1, UMT5])).toEqual([
      'unfit: Wan 2.2 TI2V 5B needs the VAE of Wan 2.2; split_files/vae/wan_2.1_vae.safetensors is the VAE of Wan 2.1, which does not fit.',
    ]);
  });

  it('says that there is no VAE and no text encoder', () => {
    expect(problems([TI2V])).toEqual([
      'missing: The VAE of Wan 2.2 is missing, which Wan 2.2 TI2V 5B needs; such as wan2.2_vae.safetensors.',
      'missing: The text encoder UMT5-XXL is missing, which Wan 2.2 TI2V 5B needs; such as umt5_xxl_fp8_e4m3fn_scaled.safetensors.',
    ]);
  });

  it('says that a half is missing of a model no rule is for', () => {
    expect(problems(['high_noise_model/diffusion_pytorch_model.safetensors'])).toEqual([
      'missing: The transformer for the low noise is missing.',
    ]);
  });
});

const WEIGHTS = 'diffusion_pytorch_model.safetensors';
const PIPELINE = {
  _class_name: 'WanPipeline',
  _diffusers_version: '0.35.0',
  boundary_ratio: 0.875,
  image_encoder: [null, null],
  scheduler: ['diffusers', 'UniPCMultistepScheduler'],
  text_encoder: ['transformers', 'UMT5EncoderModel'],
  tokenizer: ['transformers', 'T5TokenizerFast'],
  transformer: ['diffusers', 'WanTransformer3DModel'],
  transformer_2: ['diffusers', 'WanTransformer3DModel'],
  vae: ['diffusers', 'AutoencoderKLWan'],
};
const TRANSFORMER = { _class_name: 'WanTransformer3DModel', in_channels: 16, out_channels: 16 };
const CONTENTS = {
  'model_index.json': PIPELINE,
  'transformer/config.json': TRANSFORMER,
  'transformer_2/config.json': TRANSFORMER,
  'vae/config.json': { _class_name: 'AutoencoderKLWan', z_dim: 16 },
};
const FILES = [
  'scheduler/scheduler_config.json',
  'text_encoder/config.json',
  'text_encoder/model.safetensors',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  `transformer/${WEIGHTS}`,
  `transformer_2/${WEIGHTS}`,
  `vae/${WEIGHTS}`,
];
const without = (pattern: RegExp) => FILES.filter((path) => !pattern.test(path));

describe('a pipeline of diffusers', () => {
  it('is complete with all that model_index.json names', () => {
    expect(problems(FILES, CONTENTS)).toEqual([]);
  });

  it.each([
    [
      'scheduler',
      /^scheduler/,
      'The scheduler (UniPCMultistepScheduler) is missing: the folder scheduler/.',
    ],
    [
      'weights of the VAE',
      /^vae/,
      'The VAE (AutoencoderKLWan) lacks its weights: there are none in vae/.',
    ],
    [
      'description of the text encoder',
      /^text_encoder\/config/,
      'The text encoder (UMT5EncoderModel) lacks its description: text_encoder/config.json.',
    ],
    [
      'tokenizer',
      /^tokenizer/,
      'The tokenizer (T5TokenizerFast) is missing: the folder tokenizer/.',
    ],
  ])('names its %s when missing', (_, pattern, sentence) => {
    expect(problems(without(pattern), CONTENTS)).toEqual([`missing: ${sentence}`]);
  });

  it('names the second transformer when it is missing', () => {
    const { 'transformer_2/config.json': _, ...contents } = CONTENTS;
    expect(problems(without(/^transformer_2/), contents)).toEqual([
      'missing: The transformer for low noise (WanTransformer3DModel) is missing: the folder transformer_2/.',
    ]);
  });

  it('names a part of the weights that is missing', () => {
    const files = [
      ...without(/^text_encoder\/model/),
      'text_encoder/model-00001-of-00002.safetensors',
      'text_encoder/model.safetensors.index.json',
    ];
    expect(problems(files, CONTENTS)).toEqual([
      'missing: Part 2 of 2 is missing: text_encoder/model-00002-of-00002.safetensors.',
    ]);
  });

  it('names its list of components when that is missing', () => {
    const { 'model_index.json': _, ...contents } = CONTENTS;
    expect(problems(FILES, contents)).toEqual([
      'missing: model_index.json is missing, which tells how the parts go together.',
    ]);
  });

  it('says that its list of components cannot be read', () => {
    expect(problems(FILES, { 'model_index.json': [] })).toEqual([
      'damaged: model_index.json cannot be used. The list of components cannot be read: it is wrong at byte 0.',
    ]);
  });

  it('does not follow a component out of the folder', () => {
    const index = { ...PIPELINE, '../elsewhere': ['diffusers', 'AutoencoderKL'] };
    expect(problems(FILES, { ...CONTENTS, 'model_index.json': index })).toEqual([]);
  });

  it('says that its VAE is that of another model', () => {
    const vae = { _class_name: 'AutoencoderKLWan', z_dim: 48 };
    expect(problems(FILES, { ...CONTENTS, 'vae/config.json': vae })).toEqual([
      'unfit: transformer/config.json needs a VAE of Wan 2.1; the one in vae/config.json is of Wan 2.2.',
      'unfit: transformer_2/config.json needs a VAE of Wan 2.1; the one in vae/config.json is of Wan 2.2.',
    ]);
  });
});

describe('variants of the weights', () => {
  const index = {
    unet: ['diffusers', 'UNet2DConditionModel'],
    vae: ['diffusers', 'AutoencoderKL'],
  };
  const mixture = (unet: string, vae: string) =>
    describeBundle({
      files: [
        'model_index.json',
        'unet/config.json',
        'vae/config.json',
        `unet/diffusion_pytorch_model${unet}.safetensors`,
        `vae/diffusion_pytorch_model${vae}.safetensors`,
      ].map((path) => ({ path, sizeBytes: 1 })),
      descriptions: new Map([['model_index.json', Buffer.from(JSON.stringify(index))]]),
    }).problems;

  it.each([
    ['', ''],
    ['.fp16', '.fp16'],
  ])('that are the same, “%s”, are fine', (unet, vae) => {
    expect(mixture(unet, vae)).toEqual([]);
  });

  it('that differ are mixed', () => {
    expect(mixture('.fp16', '.bf16')).toMatchObject([
      {
        kind: 'mixed',
        severity: 'error',
        sentence: 'The weights of the components are of different variants: unet fp16, vae bf16.',
      },
    ]);
  });

  it('beside plain weights are noted', () => {
    expect(mixture('.fp16', '')).toMatchObject([{ kind: 'mixed', severity: 'note' }]);
  });
});
