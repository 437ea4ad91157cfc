import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileOf, profileOfName } from '../../../src-main/engines/fallback/profile.ts';
import { catalogue, profile } from './builders.ts';

/** Names as they are found in the wild: family, parameters in billions, quantisation. */
const NAMES: [string, string | null, number | null, string | null][] = [
  ['hf:bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M', 'llama-3.1', 8.03, 'Q4_K_M'],
  ['hf:unsloth/Llama-3.2-1B-Instruct-GGUF:Q8_0', 'llama-3.2', 1.24, 'Q8_0'],
  ['hf:meta-llama/Llama-3.3-70B-Instruct', 'llama-3.3', 70.6, null],
  ['hf:meta-llama/Llama-2-13b-chat-hf', 'llama-2', 13, null],
  ['hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q5_K_M', 'qwen2.5', 7.61, 'Q5_K_M'],
  ['hf:Qwen/Qwen2.5-Coder-32B-Instruct-GGUF:Q4_K_M', 'qwen2.5-coder', 32.5, 'Q4_K_M'],
  ['hf:Qwen/Qwen2-0.5B', 'qwen2', 0.49, null],
  ['hf:Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M', 'qwen3', 30.5, 'Q4_K_M'],
  ['hf:Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0', 'qwen3-embedding', 0.6, 'Q8_0'],
  ['hf:ggml-org/gemma-3-4b-it-GGUF:Q4_K_M', 'gemma-3', 4.3, 'Q4_K_M'],
  ['hf:google/gemma-2-9b-it', 'gemma-2', 9.24, null],
  ['hf:google/gemma-7b', 'gemma', 8.54, null],
  ['hf:google/gemma-3n-E4B-it', 'gemma-3n', 7.8, null],
  ['hf:TheBloke/Mixtral-8x7B-Instruct-v0.1-GGUF:Q3_K_M', 'mixtral', 46.7, 'Q3_K_M'],
  ['hf:mistralai/Mistral-7B-Instruct-v0.3', 'mistral-7b', 7.25, null],
  ['hf:mistralai/Mistral-Nemo-Instruct-2407', 'mistral-nemo', 12.2, null],
  ['hf:mistralai/Mistral-Small-3.1-24B-Instruct-2503', 'mistral-small-3.1', 24, null],
  ['hf:microsoft/Phi-4-mini-instruct', 'phi-4-mini', 3.84, null],
  ['hf:microsoft/phi-4', 'phi-4', 14.7, null],
  ['hf:microsoft/Phi-3.5-mini-instruct', 'phi-3.5', 3.82, null],
  [
    'hf:unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M',
    'deepseek-r1-distill-qwen',
    7.62,
    'Q4_K_M',
  ],
  [
    'hf:unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF:IQ1_S',
    'deepseek-r1-distill-llama',
    8.03,
    'IQ1_S',
  ],
  ['hf:NousResearch/Hermes-3-Llama-3.1-8B-GGUF:Q4_K_M', 'llama-3.1', 8.03, 'Q4_K_M'],
  ['hf:ggml-org/gpt-oss-20b-GGUF:MXFP4', 'gpt-oss', 20.9, 'MXFP4'],
  ['hf:TinyLlama/TinyLlama-1.1B-Chat-v1.0', 'tinyllama', 1.1, null],
  ['ollama:library/llama3.2:3b', 'llama-3.2', 3.21, null],
  ['ollama:library/qwen2.5-coder:7b-instruct-q4_K_M', 'qwen2.5-coder', 7.61, 'Q4_K_M'],
  ['ollama:library/phi3:mini', 'phi-3', 3.82, null],
  ['ollama:library/nomic-embed-text:latest', 'nomic-embed-text', 0.137, null],
  ['hf:sentence-transformers/all-MiniLM-L6-v2', 'all-minilm', 0.0227, null],
  ['hf:BAAI/bge-m3', 'bge-m3', 0.568, null],
  ['hf:BAAI/bge-small-en-v1.5', 'bge', 0.0334, null],
  ['hf:openai/whisper-large-v3-turbo', 'whisper', 0.809, null],
  ['hf:ggerganov/whisper.cpp:ggml-base.en.bin', 'whisper', 0.074, null],
  ['hf:distil-whisper/distil-large-v3', 'distil-whisper', 0.756, null],
  ['hf:stabilityai/stable-diffusion-xl-base-1.0', 'sdxl', 3.5, null],
  ['hf:stable-diffusion-v1-5/stable-diffusion-v1-5', 'stable-diffusion-1', 0.983, null],
  ['hf:black-forest-labs/FLUX.1-dev', 'flux.1-dev', 12, null],
  ['hf:city96/FLUX.1-schnell-gguf:Q4_0', 'flux.1-schnell', 12, 'Q4_0'],
  ['hf:Wan-AI/Wan2.2-T2V-A14B', 'wan2.2-t2v', 27, null],
  ['hf:Wan-AI/Wan2.2-I2V-A14B-Diffusers', 'wan2.2-i2v', 27, null],
  ['hf:Wan-AI/Wan2.2-TI2V-5B', 'wan2.2-ti2v', 5, null],
  ['hf:someone/unheard-of-13b-GGUF:Q4_K_M', null, 13, 'Q4_K_M'],
  ['hf:someone/unheard-of-8x7b', null, 56, null],
  ['gpt-4o-mini', null, null, null],
];

describe('what a model is', () => {
  it.each(NAMES)('tells %s', (name, family, billions, quantization) => {
    const told = profileOfName(name, catalogue);
    expect(told.family?.id ?? null).toBe(family);
    expect(told.parameters === null ? null : told.parameters / 1e9).toBe(billions);
    expect(told.quantization).toBe(quantization);
  });

  it('believes the headers of the files before the name', () => {
    const metadata = {
      parameterCount: 7_615_616_512,
      quantization: 'Q6_K',
      contextLength: 131_072,
    };
    const told = profile('hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M', { metadata });
    expect(told).toMatchObject({
      parameters: 7_615_616_512,
      quantization: 'Q6_K',
      contextTokens: 131_072,
    });
  });

  it('does not take the count of one shard for the whole', () => {
    const metadata = { parameterCount: 1e9 };
    expect(profile('hf:a/Llama-3.3-70B-Instruct-GGUF:Q4_K_M', { metadata }).parameters).toBe(
      70.6e9,
    );
  });

  it('knows a family by its architecture where the name says nothing', () => {
    const told = profile('hf:a/own-name', { metadata: { architecture: 'gemma3' } });
    expect(told.family?.id).toBe('gemma-3');
  });

  it('tells what Gemma 3 1B lacks of its larger sisters', () => {
    const small = profileOfName('gemma-3-1b-it', catalogue);
    expect(small).toMatchObject({ vision: false, contextTokens: 32_768 });
    expect(profileOfName('gemma-3-4b-it', catalogue).vision).toBe(true);
  });

  it('takes the task from the hub before the family, and nothing where neither tells', () => {
    expect(profile('hf:a/b', { task: 'text-to-video' }).tasks).toEqual(['video']);
    expect(profileOfName('Wan2.2-TI2V-5B', catalogue).tasks).toEqual(['video']);
    expect(profileOf({ id: 'x', name: 'x' }, catalogue).tasks).toEqual([]);
  });

  it('of any name, tells counts that are none or positive, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (name) => {
        const told = profileOfName(name, catalogue);
        expect(told.parameters === null || told.parameters > 0).toBe(true);
        const quality = told.quantizationQuality;
        expect(quality === null || (quality >= 0 && quality <= 1)).toBe(true);
      }),
    );
  });
});
