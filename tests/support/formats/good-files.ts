/** Small files in order, one or more of each format. */
import { buildGguf, ggufText, ggufU32 } from './gguf-bytes.ts';
import { buildOnnx } from './onnx-bytes.ts';
import { buildSafetensors, safetensorsFrom } from './safetensors-bytes.ts';
import { buildStoredZip } from './stored-zip.ts';

export interface SampleFile {
  /** As the file would be called. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Offset → what starts there; nothing for formats that are texts. */
  readonly marks: ReadonlyMap<number, string>;
  /** Cut below this, something is missing. What may follow is padding. */
  readonly leastBytes: number;
}

const F32 = 0;
const Q4_K = 12;
const IQ1_M = 29;

function ggufSample(name: string, plan: Parameters<typeof buildGguf>[0]): SampleFile {
  const { bytes, marks, dataStart, dataBytes } = buildGguf(plan);
  return { name, bytes, marks, leastBytes: dataStart + dataBytes };
}

export const GGUF_SAMPLES: readonly SampleFile[] = [
  ggufSample('model.gguf', {
    pairs: [
      ['general.architecture', ggufText('llama')],
      ['general.name', ggufText('Tiny')],
      ['general.file_type', ggufU32(15)],
      ['llama.context_length', ggufU32(4096)],
      ['llama.rope.freq_base', { type: 'f32', value: 10_000 }],
      ['tokenizer.ggml.tokens', { type: 'array', of: 'string', items: ['<s>', 'a', '', 'b'] }],
      ['tokenizer.ggml.scores', { type: 'array', of: 'f32', items: [0, 1, 2, 3] }],
      ['tokenizer.chat_template', ggufText('{{ messages }}')],
    ],
    tensors: [
      { name: 'token_embd.weight', shape: [256, 2], type: Q4_K },
      { name: 'blk.0.attn_norm.weight', shape: [7], type: F32 },
      { name: 'blk.0.ffn_down.weight', shape: [256, 1, 2], type: IQ1_M },
    ],
  }),
  ggufSample('model-00002-of-00003.gguf', {
    version: 2,
    alignment: 8,
    pairs: [
      ['general.alignment', ggufU32(8)],
      ['split.no', { type: 'u16', value: 1 }],
      ['split.count', { type: 'u16', value: 3 }],
      ['general.quantized', { type: 'bool', value: 1 }],
      ['general.size', { type: 'u64', value: 2n ** 40n }],
    ],
    tensors: [
      { name: 'a', shape: [3], type: F32 },
      { name: 'b', shape: [], type: F32 },
    ],
  }),
  ggufSample('vocabulary.gguf', { pairs: [['a', ggufU32(1)]], tensors: [] }),
];

function safetensorsSample(name: string, built: ReturnType<typeof buildSafetensors>): SampleFile {
  const marks = new Map([
    [0, 'length'],
    [8, 'header'],
    [8 + built.headerBytes, 'data'],
  ]);
  return { name, bytes: built.bytes, marks, leastBytes: built.bytes.length };
}

export const SAFETENSORS_SAMPLES: readonly SampleFile[] = [
  safetensorsSample(
    'model.safetensors',
    buildSafetensors({
      tensors: [
        { name: 'embed.weight', dtype: 'BF16', shape: [16, 4] },
        { name: 'norm.weight', dtype: 'F32', shape: [4] },
        { name: 'scale', dtype: 'F4', shape: [2, 8] },
        { name: 'nothing', dtype: 'I64', shape: [0] },
      ],
      notes: { format: 'pt', 'modelspec.title': 'Tiny', ss_tags: '{"a": [1, "\\u00e9"]}' },
    }),
  ),
  safetensorsSample(
    'adapter.safetensors',
    safetensorsFrom(
      '{"b":{"shape":[2],"data_offsets":[4,8],"dtype":"F16","more":[{"a":[1.5e3,null,true]}]},' +
        '"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}',
      8,
    ),
  ),
  safetensorsSample('empty.safetensors', safetensorsFrom('{}', 0)),
];

function onnxSample(name: string, plan: Parameters<typeof buildOnnx>[0]): SampleFile {
  const { bytes, fieldStarts } = buildOnnx(plan);
  const marks = new Map(fieldStarts.map((start, index) => [start, `field ${index + 2}`]));
  return { name, bytes, marks, leastBytes: bytes.length };
}

export const ONNX_SAMPLES: readonly SampleFile[] = [
  onnxSample('model.onnx', {
    tensors: [
      { name: 'weight', dims: [4, 8], rawBytes: 128 },
      { name: 'bias', dims: [8], rawBytes: 32 },
    ],
    nodes: 3,
  }),
  onnxSample('decoder.onnx', {
    isPacked: true,
    tensors: [
      {
        name: 'big',
        dims: [10, 300],
        external: { location: 'decoder.onnx_data', offset: '64', length: '40', checksum: '00' },
      },
      { name: 'other', dims: [], external: { location: './weights/other' } },
    ],
  }),
];

function zipSample(name: string, plan: Parameters<typeof buildStoredZip>[0]): SampleFile {
  const { bytes, marks } = buildStoredZip(plan);
  return { name, bytes, marks, leastBytes: bytes.length };
}

const CHECKPOINT = {
  'archive/data.pkl': Uint8Array.from(Buffer.from('\x80\x02}q\x00.', 'latin1')),
  'archive/data/0': new Uint8Array(64).fill(9),
  'archive/version': Uint8Array.from(Buffer.from('3\n')),
};

export const ZIP_SAMPLES: readonly SampleFile[] = [
  zipSample('pytorch_model.bin', { files: CHECKPOINT }),
  zipSample('model.pt', { files: CHECKPOINT, isLarge: true, comment: 'written by torch' }),
];

function jsonSample(name: string, content: unknown): SampleFile {
  const bytes = Uint8Array.from(Buffer.from(JSON.stringify(content, null, 2)));
  return { name, bytes, marks: new Map(), leastBytes: bytes.length };
}

export const JSON_SAMPLES: readonly SampleFile[] = [
  jsonSample('model.safetensors.index.json', {
    metadata: { total_size: 144 },
    weight_map: {
      'embed.weight': 'model-00001-of-00002.safetensors',
      'norm.weight': 'model-00001-of-00002.safetensors',
      'head.weight': 'parts/model-00002-of-00002.safetensors',
    },
  }),
  jsonSample('model_index.json', {
    _class_name: 'WanPipeline',
    transformer: ['diffusers', 'WanTransformer3DModel'],
    image_encoder: [null, null],
    boundary_ratio: 0.875,
  }),
  jsonSample('config.json', {
    model_type: 'llama',
    'naïve\n': [1, -2.5e-7, true, null, { a: { b: [[]] } }],
  }),
];

export const SAMPLES: readonly SampleFile[] = [
  ...GGUF_SAMPLES,
  ...SAFETENSORS_SAMPLES,
  ...ONNX_SAMPLES,
  ...ZIP_SAMPLES,
  ...JSON_SAMPLES,
];
