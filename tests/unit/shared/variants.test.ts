import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../src-shared/domain/model.ts';
import { groupVariants } from '../../../src-shared/domain/variants.ts';
import { files } from './source-files.ts';

const names = (list: readonly SourceFile[]) => groupVariants(list).map(({ name }) => name);
const recommended = (list: readonly SourceFile[]) =>
  groupVariants(list).find((group) => group.recommended)?.name;
const pathsOf = (list: readonly SourceFile[], name: string) =>
  groupVariants(list)
    .find((group) => group.name === name)
    ?.files.map(({ path }) => path);

const CARD = ['README.md', '.gitattributes', 'figures/benchmark.png'];

describe('GGUF repositories', () => {
  const list = files(
    ...CARD,
    'LICENSE',
    'config.json',
    'Aster-7B-Instruct-IQ2_XS.gguf 2400',
    'Aster-7B-Instruct-IQ4_NL.gguf 4300',
    'Aster-7B-Instruct-Q4_K_M.gguf 4700',
    'Aster-7B-Instruct-Q8_0.gguf 8100',
    'Aster-7B-Instruct-UD-Q4_K_XL.gguf 4800',
    'Aster-7B-Instruct-f16.gguf 15200',
    'Aster-7B-Instruct-BF16.gguf 15201',
    'Aster-7B-Instruct.imatrix 4',
    'imatrix_aster.gguf 5',
  );

  it('has one variant for each quantisation, from small to large', () => {
    expect(names(list)).toEqual([
      'IQ2_XS',
      'IQ4_NL',
      'Q4_K_M',
      'UD-Q4_K_XL',
      'Q8_0',
      'F16',
      'BF16',
    ]);
  });

  it('holds the file and the licence, neither card nor calibration data', () => {
    expect(pathsOf(list, 'Q4_K_M')).toEqual(['Aster-7B-Instruct-Q4_K_M.gguf', 'LICENSE']);
  });

  it('recommends Q4_K_M', () => {
    expect(recommended(list)).toBe('Q4_K_M');
  });

  it.each([
    ['Aster-1B.Q5_K_S.gguf', 'Q5_K_S'],
    ['aster-1b-q4_0_4_4.gguf', 'Q4_0_4_4'],
    ['aster-mini-4k-instruct-q4.gguf', 'Q4'],
    ['aster.i1-IQ3_XXS.gguf', 'IQ3_XXS'],
    ['ggml-model-fp16.gguf', 'F16'],
    ['Q6_K_L.gguf', 'Q6_K_L'],
    ['Aster-120B-MXFP4_MOE.gguf', 'MXFP4_MOE'],
    ['aster-TQ1_0.gguf', 'TQ1_0'],
    ['Aster-qat-q4_0.gguf', 'Q4_0'],
    ['UD-IQ1_M/Aster-UD-IQ1_M.gguf', 'UD-IQ1_M'],
    ['aster-Q4_K_M-imatrix.gguf', 'Q4_K_M'],
    ['QwQuiet-32B.gguf', 'QwQuiet-32B'],
  ])('reads %s as %s', (path, name) => {
    expect(names(files(path))).toEqual([name]);
  });

  it('joins shards, and folders for each quantisation', () => {
    const split = files(
      'Q4_K_M/Aster-70B-Q4_K_M-00001-of-00002.gguf 20',
      'Q4_K_M/Aster-70B-Q4_K_M-00002-of-00002.gguf 20',
      'Q8_0/model-00001-of-00003.gguf 25',
      'Q8_0/model-00002-of-00003.gguf 25',
      'Q8_0/model-00003-of-00003.gguf 25',
      'Aster-70B-Q2_K.gguf 25',
    );
    expect(names(split)).toEqual(['Q2_K', 'Q4_K_M', 'Q8_0']);
    expect(pathsOf(split, 'Q8_0')).toHaveLength(3);
  });

  it('does not recommend a set that lacks a shard', () => {
    const broken = files('a-Q4_K_M-00001-of-00002.gguf', 'a-Q3_K_M.gguf');
    expect(recommended(broken)).toBe('Q3_K_M');
  });

  it('adds the best projector to each variant of a vision model', () => {
    const vision = files(
      'aster-vl-Q4_K_M.gguf 500',
      'aster-vl-Q8_0.gguf 900',
      'mmproj-BF16.gguf 90',
      'mmproj-F16.gguf 90',
      'mmproj-F32.gguf 180',
    );
    expect(names(vision)).toEqual(['Q4_K_M', 'Q8_0']);
    expect(pathsOf(vision, 'Q8_0')).toEqual(['aster-vl-Q8_0.gguf', 'mmproj-F16.gguf']);
  });

  it('knows a projector whose name has it in the middle', () => {
    const vision = files('Aster-VL-Q4_0.gguf', 'Aster-VL-mmproj-Q8_0.gguf');
    expect(pathsOf(vision, 'Q4_0')).toEqual(['Aster-VL-Q4_0.gguf', 'Aster-VL-mmproj-Q8_0.gguf']);
  });

  it('names two models of one quantisation after their files', () => {
    expect(
      names(
        files('aster-small-Q4_K_M.gguf 1', 'aster-large-Q4_K_M.gguf 2', 'aster-large-Q8_0.gguf 3'),
      ),
    ).toEqual(['aster-small-Q4_K_M', 'aster-large-Q4_K_M', 'Q8_0']);
  });

  it('names equal files in two folders after their paths', () => {
    expect(names(files('base/m-Q4_0.gguf', 'chat/m-Q4_0.gguf'))).toEqual([
      'base/m-Q4_0.gguf',
      'chat/m-Q4_0.gguf',
    ]);
  });

  it('prefers GGUF where a repository also has safetensors', () => {
    const both = files('model.safetensors', 'config.json', 'aster-Q4_K_M.gguf');
    expect(names(both)).toEqual(['Q4_K_M', 'safetensors']);
    expect(recommended(both)).toBe('Q4_K_M');
  });
});

describe('repositories of tensors', () => {
  const sharded = files(
    ...CARD,
    'LICENSE.txt',
    'USE_POLICY.md',
    'config.json',
    'generation_config.json',
    'model-00001-of-00002.safetensors 5000',
    'model-00002-of-00002.safetensors 3000',
    'model.safetensors.index.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'pytorch_model-00001-of-00002.bin 5000',
    'pytorch_model-00002-of-00002.bin 3000',
    'pytorch_model.bin.index.json',
    'tf_model.h5 8000',
    'flax_model.msgpack 8000',
    'training_args.bin',
    'optimizer.pt 9000',
    'runs/events.out.tfevents.1.host',
    'original/consolidated.00.pth 4000',
    'original/consolidated.01.pth 4000',
    'original/params.json',
    'original/tokenizer.model',
  );

  it('has shards, index, configuration, tokenizer and licences in one variant', () => {
    expect(pathsOf(sharded, 'safetensors')).toEqual([
      'LICENSE.txt',
      'USE_POLICY.md',
      'config.json',
      'generation_config.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it('lists pickles last and never recommends them where something safer is', () => {
    expect(names(sharded)).toEqual(['safetensors', 'pytorch', 'original']);
    expect(recommended(sharded)).toBe('safetensors');
    expect(groupVariants(sharded).map(({ format }) => format)).toEqual([
      'safetensors',
      'pickle',
      'pickle',
    ]);
  });

  it('does not recommend a pickle beside the only safe form, whatever that is called', () => {
    const list = files('config.json', 'consolidated.safetensors', 'pytorch_model.bin');
    expect(recommended(list)).toBe('consolidated');
  });

  it('keeps the duplicate of the original code by itself, with what lies beside it', () => {
    expect(pathsOf(sharded, 'original')).toEqual([
      'LICENSE.txt',
      'USE_POLICY.md',
      'original/consolidated.00.pth',
      'original/consolidated.01.pth',
      'original/params.json',
      'original/tokenizer.model',
    ]);
  });

  it('separates a precision and the consolidated form', () => {
    const list = files(
      'config.json',
      'consolidated.safetensors 70',
      'model.fp16.safetensors 70',
      'model.safetensors 140',
      'params.json',
    );
    expect(names(list)).toEqual(['consolidated', 'safetensors-fp16', 'safetensors']);
    expect(recommended(list)).toBe('safetensors');
    expect(pathsOf(list, 'safetensors-fp16')).toEqual([
      'config.json',
      'model.fp16.safetensors',
      'params.json',
    ]);
  });

  it('gives each precision its own index', () => {
    const list = files(
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
      'model.fp16-00001-of-00002.safetensors',
      'model.fp16-00002-of-00002.safetensors',
      'model.safetensors.index.fp16.json',
    );
    expect(pathsOf(list, 'safetensors-fp16')).toEqual([
      'model.fp16-00001-of-00002.safetensors',
      'model.fp16-00002-of-00002.safetensors',
      'model.safetensors.index.fp16.json',
    ]);
  });

  it('takes a repository of pickles when there is nothing else', () => {
    const list = files('config.json', 'pytorch_model.bin 400', 'vocab.txt', 'training_args.bin');
    expect(names(list)).toEqual(['pytorch']);
    expect(recommended(list)).toBe('pytorch');
    expect(pathsOf(list, 'pytorch')).toEqual(['config.json', 'pytorch_model.bin', 'vocab.txt']);
  });

  it('keeps the layers of a sentence encoder together', () => {
    const list = files(
      '1_Pooling/config.json',
      '2_Dense/config.json',
      '2_Dense/model.safetensors',
      '2_Dense/pytorch_model.bin',
      'config.json',
      'model.safetensors',
      'modules.json',
      'tokenizer.json',
    );
    expect(names(list)).toEqual(['safetensors']);
    expect(pathsOf(list, 'safetensors')).toEqual([
      '1_Pooling/config.json',
      '2_Dense/config.json',
      '2_Dense/model.safetensors',
      'config.json',
      'model.safetensors',
      'modules.json',
      'tokenizer.json',
    ]);
  });

  it('takes an adapter with its configuration', () => {
    const list = files('adapter_config.json', 'adapter_model.safetensors', 'README.md');
    expect(pathsOf(list, 'safetensors')).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
    ]);
  });

  it('offers unrelated checkpoints one by one and recommends none', () => {
    const list = files(
      'split_files/diffusion_models/ember_fp8.safetensors 6000',
      'split_files/text_encoders/t5xxl_fp16.safetensors 9000',
      'split_files/vae/ae.safetensors 300',
    );
    expect(names(list)).toEqual(['ember_fp8', 't5xxl_fp16', 'ae']);
    expect(recommended(list)).toBeUndefined();
  });

  it('takes the only checkpoint of a repository with what is beside it', () => {
    const list = files('ember-v2.safetensors 2000', 'ember-v2.yaml', 'config.json', 'preview.png');
    expect(recommended(list)).toBe('ember-v2');
    expect(pathsOf(list, 'ember-v2')).toEqual([
      'config.json',
      'ember-v2.safetensors',
      'ember-v2.yaml',
    ]);
  });

  it('gives one of several checkpoints only what has its name', () => {
    const list = files('a.ckpt', 'a.yaml', 'b.ckpt', 'b.yaml');
    expect(pathsOf(list, 'a')).toEqual(['a.ckpt', 'a.yaml']);
  });

  it('names checkpoints of a training run after their folders', () => {
    const list = files(
      'model.safetensors',
      'config.json',
      'checkpoint-500/model.safetensors',
      'checkpoint-500/config.json',
    );
    expect(names(list).toSorted()).toEqual(['checkpoint-500', 'safetensors']);
    expect(pathsOf(list, 'safetensors')).toEqual(['config.json', 'model.safetensors']);
    expect(recommended(list)).toBe('safetensors');
  });

  it('does not take the speech models of whisper.cpp for pickles', () => {
    const groups = groupVariants(files('ggml-base.bin', 'ggml-base.en-q5_1.bin', 'README.md'));
    expect(groups.map(({ name, format }) => [name, format])).toEqual([
      ['ggml-base', 'other'],
      ['ggml-base.en-q5_1', 'other'],
    ]);
  });

  it('does not take OpenVINO weights for pickles', () => {
    const list = files(
      'model.safetensors',
      'openvino/openvino_model.bin',
      'openvino/openvino_model.xml',
    );
    expect(names(list)).toEqual(['safetensors', 'openvino_model']);
    expect(pathsOf(list, 'openvino_model')).toHaveLength(2);
  });
});

describe('ONNX repositories', () => {
  const list = files(
    'config.json',
    'tokenizer.json',
    'onnx/model.onnx 1',
    'onnx/model.onnx_data 4000',
    'onnx/model_fp16.onnx 2000',
    'onnx/model_q4.onnx 1',
    'onnx/model_q4.onnx_data 900',
    'onnx/model_q4.onnx_data_1 100',
    'onnx/model_quantized.onnx 1000',
  );

  it('has one variant for each number type, with its tensors beside it', () => {
    expect(names(list)).toEqual(['onnx', 'onnx-fp16', 'onnx-q4', 'onnx-quantized']);
    expect(pathsOf(list, 'onnx-q4')).toEqual([
      'config.json',
      'onnx/model_q4.onnx',
      'onnx/model_q4.onnx_data',
      'onnx/model_q4.onnx_data_1',
      'tokenizer.json',
    ]);
    expect(recommended(list)).toBe('onnx');
  });

  it('completes a number type with parts that do not come in it', () => {
    const parts = files(
      'config.json',
      'onnx/decoder_model_merged.onnx',
      'onnx/decoder_model_merged_q4.onnx',
      'onnx/embed_tokens.onnx',
    );
    expect(pathsOf(parts, 'onnx-q4')).toEqual([
      'config.json',
      'onnx/decoder_model_merged_q4.onnx',
      'onnx/embed_tokens.onnx',
    ]);
  });

  it('takes folders that describe themselves one by one', () => {
    const folders = files(
      'config.json',
      'cpu/int4-32/genai_config.json',
      'cpu/int4-32/aster.onnx',
      'cpu/int4-32/aster.onnx.data',
      'cuda/fp16/genai_config.json',
      'cuda/fp16/aster.onnx',
      'cuda/fp16/aster.onnx.data',
    );
    expect(names(folders)).toEqual(['cpu/int4-32', 'cuda/fp16']);
    expect(pathsOf(folders, 'cuda/fp16')).toEqual([
      'cuda/fp16/aster.onnx',
      'cuda/fp16/aster.onnx.data',
      'cuda/fp16/genai_config.json',
    ]);
  });

  it('does not recommend ONNX where safetensors are', () => {
    expect(recommended(files('model.safetensors', 'onnx/model.onnx'))).toBe('safetensors');
  });
});

describe('diffusers pipelines', () => {
  const list = files(
    ...CARD,
    'LICENSE.md',
    'model_index.json',
    'ember_xl_1.0.safetensors 7000',
    'scheduler/scheduler_config.json',
    'text_encoder/config.json',
    'text_encoder/model.safetensors 500',
    'text_encoder/model.fp16.safetensors 250',
    'text_encoder/pytorch_model.bin 500',
    'text_encoder/flax_model.msgpack 500',
    'tokenizer/vocab.json',
    'tokenizer/merges.txt',
    'unet/config.json',
    'unet/diffusion_pytorch_model.safetensors 5000',
    'unet/diffusion_pytorch_model.fp16.safetensors 2500',
    'unet/model.onnx 5000',
    'vae/config.json',
    'vae/diffusion_pytorch_model.safetensors 300',
  );

  it('is one variant, one more for the half precision, and single files beside them', () => {
    expect(names(list)).toEqual(['diffusers', 'diffusers-fp16', 'ember_xl_1.0']);
    expect(recommended(list)).toBe('diffusers');
  });

  it('holds one form of each component, the safe one', () => {
    expect(pathsOf(list, 'diffusers')).toEqual([
      'LICENSE.md',
      'model_index.json',
      'scheduler/scheduler_config.json',
      'text_encoder/config.json',
      'text_encoder/model.safetensors',
      'tokenizer/merges.txt',
      'tokenizer/vocab.json',
      'unet/config.json',
      'unet/diffusion_pytorch_model.safetensors',
      'vae/config.json',
      'vae/diffusion_pytorch_model.safetensors',
    ]);
  });

  it('falls back to the plain weights of a component without half precision', () => {
    expect(pathsOf(list, 'diffusers-fp16')).toContain('vae/diffusion_pytorch_model.safetensors');
    expect(pathsOf(list, 'diffusers-fp16')).toContain(
      'unet/diffusion_pytorch_model.fp16.safetensors',
    );
  });

  it('takes shards with their index', () => {
    const flow = files(
      'model_index.json',
      'transformer/config.json',
      'transformer/diffusion_pytorch_model-00001-of-00002.safetensors',
      'transformer/diffusion_pytorch_model-00002-of-00002.safetensors',
      'transformer/diffusion_pytorch_model.safetensors.index.json',
    );
    expect(names(flow)).toEqual(['diffusers']);
    expect(pathsOf(flow, 'diffusers')).toHaveLength(5);
  });

  it('is a pickle when a component comes as nothing else', () => {
    const old = files('model_index.json', 'unet/config.json', 'unet/diffusion_pytorch_model.bin');
    expect(groupVariants(old)[0]).toMatchObject({
      name: 'diffusers',
      format: 'pickle',
      recommended: true,
    });
  });
});

describe('other repositories', () => {
  it('is one variant of everything when no weights are known', () => {
    const list = files('README.md', 'eng.traineddata 4000', 'LICENSE');
    expect(groupVariants(list)).toEqual([
      {
        name: 'all',
        format: 'other',
        files: expect.any(Array),
        sizeBytes: 4020,
        recommended: true,
        rank: 0,
      },
    ]);
    expect(pathsOf(list, 'all')).toHaveLength(3);
  });

  it('is none for an empty repository', () => {
    expect(groupVariants([])).toEqual([]);
  });

  it('has names without white space, as references need', () => {
    expect(names([{ path: 'my model.ckpt', sizeBytes: 1 }])).toEqual(['my-model']);
  });
});

describe('any list of files', () => {
  const part = fc.constantFrom(
    'model',
    'onnx',
    'Q4_K_M',
    'unet',
    'a',
    'mmproj-F16',
    'consolidated.00',
    'x-00001-of-00002',
    'ggml-a',
  );
  const extension = fc.constantFrom(
    '.gguf',
    '.safetensors',
    '.bin',
    '.onnx',
    '.json',
    '.fp16.safetensors',
    '.onnx_data',
    '.md',
    '',
  );
  const path = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), extension)
    .map(([parts, end]) => parts.join('/') + end);

  it('gives variants with different names, own files only, and at most one recommended', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), (paths) => {
        const groups = groupVariants(files(...paths));
        expect(groups.length).toBeGreaterThan(0);
        const lower = groups.map(({ name }) => name.toLowerCase());
        expect(new Set(lower).size).toBe(lower.length);
        expect(groups.filter((group) => group.recommended).length).toBeLessThanOrEqual(1);
        for (const group of groups) {
          const inside = group.files.map((file) => file.path);
          expect(new Set(inside).size).toBe(inside.length);
          expect(inside.every((one) => paths.includes(one))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 15 }), (paths) => {
        const byName = (list: SourceFile[]) =>
          new Map(groupVariants(list).map((group) => [group.name, group.files.map((f) => f.path)]));
        expect(byName(files(...paths.toReversed()))).toEqual(byName(files(...paths)));
      }),
      { numRuns: 300 },
    );
  });
});
