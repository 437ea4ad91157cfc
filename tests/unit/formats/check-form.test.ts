import { describe, expect, it } from 'vitest';
import { checkForm } from '../../../src-main/formats/check-form.ts';
import type { FormDepth } from '../../../src-main/formats/format.ts';
import { buildGguf, ggufText } from '../../support/formats/gguf-bytes.ts';
import { buildOnnx } from '../../support/formats/onnx-bytes.ts';
import { buildSafetensors } from '../../support/formats/safetensors-bytes.ts';
import { countingSource, memorySource } from '../../support/formats/sources.ts';
import { buildStoredZip } from '../../support/formats/stored-zip.ts';

const check = (name: string, content: Uint8Array | string, depth: FormDepth = 'structure') =>
  checkForm(memorySource(typeof content === 'string' ? Buffer.from(content) : content), {
    name,
    depth,
  });
const outcome = (name: string, content: Uint8Array | string, depth?: FormDepth) => {
  const { format, findings } = check(name, content, depth);
  return [format, ...findings.map(({ kind }) => kind)];
};

const gguf = buildGguf({
  pairs: [['general.architecture', ggufText('llama')]],
  tensors: [{ name: 'a', shape: [64], type: 0 }],
}).bytes;
const safetensors = buildSafetensors({
  tensors: [{ name: 'a', dtype: 'F32', shape: [64] }],
}).bytes;
const onnx = buildOnnx({ tensors: [{ name: 'a', dims: [4], rawBytes: 16 }] }).bytes;
const zip = buildStoredZip({ files: { 'archive/data.pkl': new Uint8Array(64) } }).bytes;
const pickle = Buffer.from('\x80\x04}\x94.', 'latin1');
const gzip = Buffer.from('\x1f\x8b\x08\x00\x00\x00\x00\x00\x00', 'latin1');
const page = '<!DOCTYPE html><title>Sign in</title>';
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n';

describe.each(['quick', 'structure'] as const)('at the depth %s', (depth) => {
  it.each<[string, Uint8Array | string, string]>([
    ['model.gguf', gguf, 'gguf'],
    ['model-00001-of-00002.safetensors', safetensors, 'safetensors'],
    ['onnx/model.onnx', onnx, 'onnx'],
    ['pytorch_model.bin', zip, 'torch-zip'],
    ['model.ckpt', pickle, 'pickle'],
    ['blobs/sha256-0011', gguf, 'gguf'],
    ['lora.bin', safetensors, 'safetensors'],
    ['config.json', '{"error": "is a fine key"}', 'json'],
    ['generation_config.json', '\u{feff}{"a": NaN, "b": -Infinity}\n', 'json'],
    ['weights.npz', zip, 'unknown'],
    ['model.pkl', gzip, 'unknown'],
    ['blobs/sha256-4455', onnx, 'unknown'],
    ['blobs/sha256-2233', '{{- if .System }}{{ .System }}', 'unknown'],
    ['README.md', '<html>a picture</html>', 'unknown'],
    ['.gitkeep', '', 'unknown'],
    ['tokenizer.model', Uint8Array.of(0x0a, 0x0e), 'unknown'],
  ])('%s may hold what it holds', (name, content, format) => {
    const report = check(name, content, depth);
    expect(report.findings.filter(({ kind }) => kind !== 'uncheckable')).toEqual([]);
    expect(report.format).toBe(format);
  });

  it.each<[string, string, Uint8Array | string]>([
    ['a web page', 'model.gguf', page],
    ['a web page', 'pytorch_model.bin', page],
    ['a web page', 'config.json', page],
    ['a web page', 'tokenizer.model', page],
    ['a web page', 'model.onnx_data', page],
    ['an error message', 'model.safetensors', '{"error":"gone"}'],
    ['an error message', 'model.h5', '{"message":"gone"}'],
    ['a JSON text', 'model.gguf', '{"weight": 1}'],
    ['a pointer of Git LFS', 'model.safetensors', pointer],
    ['a pointer of Git LFS', 'notes.txt', pointer],
    ['compressed with gzip', 'model.gguf', gzip],
    ['compressed with gzip', 'pytorch_model.bin', gzip],
    ['a zip archive', 'model.safetensors', zip],
    ['a pickle', 'model.safetensors', pickle],
    ['a GGUF file', 'model.onnx', gguf],
    ['a safetensors file', 'model.gguf', safetensors],
  ])('%s is an imposter in the place of %s', (words, name, content) => {
    expect(check(name, content, depth).findings).toMatchObject([
      { kind: 'imposter', sentence: expect.stringContaining(words) },
    ]);
  });

  it.each(['model.gguf', 'a.safetensors', 'a.onnx', 'a.bin', 'config.json', 'tokenizer.model'])(
    'an empty %s is truncated',
    (name) => {
      expect(check(name, '', depth).findings).toEqual([
        { kind: 'truncated', sentence: 'The file is empty.', measured: 0 },
      ]);
    },
  );

  it.each(['model.gguf', 'a.safetensors', 'a.onnx', 'pytorch_model.bin', 'a.pt', 'config.json'])(
    'a %s that starts with zeros was never written',
    (name) => {
      expect(outcome(name, new Uint8Array(5000), depth)).toEqual(['unknown', 'malformed']);
    },
  );

  it('bare numbers may start with zeros', () => {
    expect(outcome('openvino_model.bin', new Uint8Array(5000), depth)).toEqual([
      'unknown',
      'uncheckable',
    ]);
  });

  it('a torch archive that was cut is truncated', () => {
    expect(outcome('model.pt', zip.subarray(0, -1), depth)).toEqual(['torch-zip', 'truncated']);
  });

  it('JSON that was cut is truncated', () => {
    expect(outcome('config.json', '{"a": [1, 2', depth)).toEqual(['json', 'truncated']);
  });

  it('what starts as nothing known is malformed where only one format is allowed', () => {
    expect(outcome('model.gguf', 'lmgg0123456789abcdef', depth)).toEqual(['unknown', 'malformed']);
  });

  it('what is raw or of another program cannot be checked', () => {
    expect(outcome('ggml-base.bin', 'lmgg0123456789abcdef', depth)).toEqual([
      'unknown',
      'uncheckable',
    ]);
  });
});

describe('JSON of some size', () => {
  const vocabulary = `{"vocab": {${Array.from({ length: 50_000 }, (_, index) => `"token ${index}": ${index}`).join(',')}}}`;

  it.each<[string, string, string[]]>([
    ['in order', vocabulary, ['json']],
    ['that was cut', vocabulary.slice(0, 500_000), ['json', 'truncated']],
    ['with its end in zeros', vocabulary.padEnd(2e6, '\0'), ['json', 'malformed']],
    ['that starts as none', `x${vocabulary}`, ['unknown', 'malformed']],
  ])('%s is told by a quick look, from its ends', (_, text, expected) => {
    expect(outcome('tokenizer.json', text, 'quick')).toEqual(expected);
    expect(outcome('tokenizer.json', text, 'structure')).toEqual(expected);
    const source = countingSource(memorySource(Buffer.from(text)));
    checkForm(source, { name: 'tokenizer.json', depth: 'quick' });
    expect(source.requestedBytes).toBeLessThan(3000);
  });

  it('beyond all measure is not read', () => {
    const source = countingSource({ sizeBytes: 2 ** 40, read: () => Buffer.from('{"a": 1}') });
    const { findings } = checkForm(source, { name: 'tokenizer.json', depth: 'structure' });
    expect(findings.map(({ kind }) => kind)).toEqual(['uncheckable']);
    expect(source.requestedBytes).toBeLessThan(1000);
  });

  it.each(['[1, 2', '{"a" 1}', '{"a": tru}', "{'a': 1}", '{"a": 01}', '{"a": "\\ud800', '{}}'])(
    'is read to its end: %s is not in order',
    (text) => {
      expect(check('config.json', text).findings).toHaveLength(1);
    },
  );
});
