import { describe, expect, it } from 'vitest';
import { isShardIndexName, parseShardIndex } from '../../../src-main/formats/shard-index.ts';
import { createShardedSafetensors } from '../../support/tiny-safetensors.ts';

const read = (text: string) => parseShardIndex(Buffer.from(text));

describe('an index of shards', () => {
  it('tells which tensors are in which file', () => {
    const tensors = ['a', 'b', 'c'].map((name) => ({
      name,
      shape: [2],
      values: Float32Array.of(1, 2),
    }));
    const { index } = read(createShardedSafetensors(tensors, 2).index);
    expect(index?.totalBytes).toBe(24);
    expect([...(index?.files ?? [])]).toEqual([
      ['model-00001-of-00002.safetensors', ['a', 'c']],
      ['model-00002-of-00002.safetensors', ['b']],
    ]);
  });

  it.each(['1.5e3', '"24"', 'null', '-1'])('takes a total size of %s for what it is', (size) => {
    const { index } = read(`{"metadata":{"total_size":${size}},"weight_map":{"a":"f"}}`);
    expect(index?.totalBytes).toBe(size === '1.5e3' ? 1500 : undefined);
  });

  it.each([
    ['names no files', '{"metadata":{}}', 'malformed'],
    ['is empty', '', 'truncated'],
    ['was cut', '{"weight_map":{"a":"f"', 'truncated'],
    ['is no JSON', '<html>', 'malformed'],
    ['has a tensor twice', '{"weight_map":{"a":"f","a":"g"}}', 'malformed'],
    ['leads above its folder', '{"weight_map":{"a":"../f"}}', 'malformed'],
    ['leads above its folder further on', '{"weight_map":{"a":"f/../../g"}}', 'malformed'],
    ['leads to the root', '{"weight_map":{"a":"/f"}}', 'malformed'],
    ['leads to a number', '{"weight_map":{"a":1}}', 'malformed'],
  ])('that %s says so', (_, text, kind) => {
    expect(read(text)).toMatchObject({ index: null, finding: { kind } });
  });

  it('keeps the prototype out of it', () => {
    const { index } = read('{"weight_map":{"__proto__":"constructor"}}');
    expect([...(index?.files ?? [])]).toEqual([['constructor', ['__proto__']]]);
  });
});

describe('names of an index', () => {
  it.each([
    'model.safetensors.index.json',
    'unet/diffusion_pytorch_model.safetensors.index.json',
    'pytorch_model.bin.index.json',
    'model.safetensors.index.fp16.json',
  ])('%s is one', (name) => {
    expect(isShardIndexName(name)).toBe(true);
  });

  it.each(['model_index.json', 'index.json', 'config.json', 'model.safetensors'])(
    '%s is none',
    (name) => {
      expect(isShardIndexName(name)).toBe(false);
    },
  );
});
