/**
 * Which parts go together, as data. Names are compared in small letters and digits alone, so that
 * `Wan2.2-T2V-A14B-HighNoise-Q4_K_M.gguf` and `wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors` are alike.
 * @see https://docs.comfy.org/tutorials/video/wan/wan2_2 and https://github.com/Wan-Video/Wan2.2
 */

export interface NeededPart {
  /** Completes "… is missing". */
  readonly words: string;
  readonly pattern: RegExp;
  /** A name it is published under. */
  readonly example: string;
  /** What is sometimes there in its place, and does not fit. */
  readonly wrong?: { readonly words: string; readonly pattern: RegExp };
}

export interface FitRule {
  readonly model: string;
  /** Of the files with the weights, the ones that tell it is this model. */
  readonly pattern: RegExp;
  readonly needs: readonly NeededPart[];
}

const VAE_2_1 = /wan21vae/;
const VAE_2_2 = /wan22vae/;
/** Named without a version, it may be either. */
const ANY_VAE = '^vae(bf16|fp16|fp32)?(safetensors|pth)$';
const orAny = ({ source }: RegExp) => new RegExp(`${source}|${ANY_VAE}`);

const vae21: NeededPart = {
  words: 'The VAE of Wan 2.1',
  pattern: orAny(VAE_2_1),
  example: 'wan_2.1_vae.safetensors',
  wrong: { words: 'the VAE of Wan 2.2', pattern: VAE_2_2 },
};
const vae22: NeededPart = {
  words: 'The VAE of Wan 2.2',
  pattern: orAny(VAE_2_2),
  example: 'wan2.2_vae.safetensors',
  wrong: { words: 'the VAE of Wan 2.1', pattern: VAE_2_1 },
};
const textEncoder: NeededPart = {
  words: 'The text encoder UMT5-XXL',
  pattern: /umt5/,
  example: 'umt5_xxl_fp8_e4m3fn_scaled.safetensors',
};

/** Two transformers of 14 billion parameters, one for the first steps and one for the rest. */
function pairRule(task: string, words: string): FitRule {
  const mark = `wan22${task.replaceAll('_', '')}`;
  const half = (noise: 'high' | 'low'): NeededPart => ({
    words: `The ${noise}-noise transformer`,
    pattern: new RegExp(`${mark}.*${noise}`),
    example: `wan2.2_${task}_${noise}_noise_14B_fp8_scaled.safetensors`,
  });
  return {
    model: `Wan 2.2 ${words} 14B`,
    pattern: new RegExp(`${mark}.*(high|low)`),
    needs: [half('high'), half('low'), vae21, textEncoder],
  };
}

const singleRule = (model: string, pattern: RegExp, vae: NeededPart): FitRule => ({
  model,
  pattern,
  needs: [vae, textEncoder],
});

export const FIT_RULES: readonly FitRule[] = [
  pairRule('t2v', 'T2V'),
  pairRule('i2v', 'I2V'),
  pairRule('fun_control', 'Fun Control'),
  pairRule('fun_inpaint', 'Fun Inpaint'),
  pairRule('fun_camera', 'Fun Camera'),
  singleRule('Wan 2.2 TI2V 5B', /wan22(ti2v|fun[a-z]*).*5b/, vae22),
  singleRule('Wan 2.2 S2V 14B', /wan22s2v/, vae21),
  singleRule('Wan 2.2 Animate 14B', /wan22animate/, vae21),
  singleRule('Wan 2.1', /wan21(t2v|i2v|flf2v|vace|fun)/, vae21),
];

/** Numbers of two components of a pipeline that have to be the same. */
export interface ConfigRule {
  readonly transformer: { readonly className: string; readonly fact: string };
  readonly vae: { readonly className: string; readonly fact: string };
  /** What a number stands for, where that is known. */
  readonly names: ReadonlyMap<number, string>;
}

export const CONFIG_RULES: readonly ConfigRule[] = [
  {
    transformer: { className: 'WanTransformer3DModel', fact: 'out_channels' },
    vae: { className: 'AutoencoderKLWan', fact: 'z_dim' },
    names: new Map([
      [16, 'Wan 2.1'],
      [48, 'Wan 2.2'],
    ]),
  },
  {
    transformer: { className: 'UNet2DConditionModel', fact: 'out_channels' },
    vae: { className: 'AutoencoderKL', fact: 'latent_channels' },
    names: new Map(),
  },
];
