import { createSeededRandom } from '../hub/seeded-random.ts';
import {
  GGUF_STORAGE,
  type GgufMetadata,
  type GgufStorage,
  type GgufTensor,
  type GgufValue,
  writeGguf,
} from './gguf-writer.ts';
import { createWordVocabulary, SPACE, type WordVocabulary } from './word-vocabulary.ts';

export interface TinyGgufOptions {
  readonly name?: string;
  readonly storage?: GgufStorage;
  readonly layers?: number;
  /** Width of the model: a multiple of 32, above the number of different words. */
  readonly dimension?: number;
  readonly feedForward?: number;
  readonly contextLength?: number;
  readonly seed?: number;
  /** Sentences, ended by full stops. */
  readonly text?: string;
  /** `noise` fills every matrix with noise: the model then says arbitrary tokens. */
  readonly weights?: 'bigram' | 'noise';
}

export const TINY_TEXT =
  'hello there my name is tiny. i am a small model made for tests. ' +
  'the quick brown fox jumps over the lazy dog. a model can answer with short words. ' +
  'tests like answers that never change. i can count one two three four five.';

const HEADS = 4;
const UNLIKELY = -30;
const CHAT_TEMPLATE =
  "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";

type Shape = Required<TinyGgufOptions>;

/**
 * A small llama-architecture GGUF that real llama.cpp loads and answers with, so that downloading,
 * parsing and inference can be tested without anyone's model.
 *
 * The weights are not trained but constructed: the model is exactly a word-bigram model of `text`.
 * Each word owns one dimension of the residual stream, its embedding is one-hot there, attention and
 * feed-forward are present but add almost nothing, and the output matrix holds the logarithms of how
 * likely each word follows. Greedy answers are therefore readable and repeatable; a sentence ends
 * with the end-of-sequence token.
 */
export function createTinyGguf(options: TinyGgufOptions = {}): Buffer {
  const { metadata, tensors } = createModel(options);
  return writeGguf(metadata, tensors);
}

/** The same model in several files, as llama.cpp splits them; the first one holds the metadata. */
export function createSplitTinyGguf(
  count: number,
  options: TinyGgufOptions = {},
): readonly Buffer[] {
  const { metadata, tensors } = createModel(options);
  const perShard = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, index) => {
    const split: GgufMetadata = {
      'split.no': { type: 'u16', value: index },
      'split.count': { type: 'u16', value: count },
      'split.tensors.count': { type: 'i32', value: tensors.length },
    };
    const part = tensors.slice(index * perShard, (index + 1) * perShard);
    return writeGguf(index === 0 ? { ...metadata, ...split } : split, part);
  });
}

/** A vision projector's file, complete as a file but of no use to a model. */
export function createTinyProjector(seed = 1): Buffer {
  const random = createSeededRandom(seed);
  const metadata: GgufMetadata = {
    'general.architecture': { type: 'string', value: 'clip' },
    'general.type': { type: 'string', value: 'mmproj' },
    'general.name': { type: 'string', value: 'tiny-projector' },
    'general.file_type': { type: 'u32', value: GGUF_STORAGE.f16.fileType },
    'clip.has_vision_encoder': { type: 'bool', value: true },
    'clip.projector_type': { type: 'string', value: 'mlp' },
  };
  const values = Float32Array.from({ length: 64 * 64 }, () => random() - 0.5);
  return writeGguf(metadata, [{ name: 'mm.0.weight', shape: [64, 64], storage: 'f16', values }]);
}

function createModel(options: TinyGgufOptions) {
  const shape: Shape = {
    name: 'tiny-words',
    storage: 'f32',
    layers: 2,
    dimension: 64,
    feedForward: 128,
    contextLength: 2048,
    seed: 1,
    text: TINY_TEXT,
    weights: 'bigram',
    ...options,
  };
  const sentences = readSentences(shape.text);
  const words = [...new Set(sentences.flat())];
  requireRoom(shape, words);
  const vocabulary = createWordVocabulary(words);
  const tensors = createTensors(shape, { sentences, words, vocabulary });
  return { metadata: createMetadata(shape, vocabulary, tensors), tensors };
}

interface Language {
  readonly sentences: readonly (readonly string[])[];
  readonly words: readonly string[];
  readonly vocabulary: WordVocabulary;
}

function readSentences(text: string): readonly (readonly string[])[] {
  const sentences = text.toLowerCase().split(/[.!?]+/);
  return sentences.map((sentence) => sentence.match(/[a-z']+/g) ?? []).filter((s) => s.length > 0);
}

function requireRoom({ dimension, feedForward }: Shape, words: readonly string[]): void {
  if (dimension % 32 || feedForward % 32) {
    throw new Error('dimension and feedForward must be multiples of 32');
  }
  if (words.length + 1 > dimension) {
    throw new Error(`${words.length} different words need a dimension above that`);
  }
}

function createTensors(shape: Shape, language: Language): readonly GgufTensor[] {
  const { dimension, storage, weights, layers } = shape;
  const rows = language.vocabulary.tokens.length;
  const random = createSeededRandom(shape.seed);
  const noise = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (random() * 2 - 1) * scale);
  const isNoise = weights === 'noise';
  const embedding = isNoise ? noise(rows * dimension, 1) : embedWords(shape, language);
  const output = isNoise ? noise(rows * dimension, 1) : predictWords(shape, language);
  return [
    { name: 'token_embd.weight', shape: [dimension, rows], storage, values: embedding },
    { name: 'output_norm.weight', shape: [dimension], storage: 'f32', values: ones(dimension) },
    { name: 'output.weight', shape: [dimension, rows], storage, values: output },
    ...Array.from({ length: layers }, (_, layer) => createLayer(shape, layer, noise)).flat(),
  ];
}

function createLayer(
  { dimension, feedForward, storage, weights }: Shape,
  layer: number,
  noise: (length: number, scale: number) => Float32Array,
): readonly GgufTensor[] {
  const faint = weights === 'noise' ? 0.5 : 1e-4;
  const norm = (part: string): GgufTensor => ({
    name: `blk.${layer}.${part}.weight`,
    shape: [dimension],
    storage: 'f32',
    values: ones(dimension),
  });
  const matrix = (part: string, shape: readonly [number, number], scale: number): GgufTensor => ({
    name: `blk.${layer}.${part}.weight`,
    shape,
    storage,
    values: noise(shape[0] * shape[1], scale),
  });
  return [
    norm('attn_norm'),
    norm('ffn_norm'),
    matrix('attn_q', [dimension, dimension], 0.1),
    matrix('attn_k', [dimension, dimension], 0.1),
    matrix('attn_v', [dimension, dimension], 0.1),
    matrix('attn_output', [dimension, dimension], faint),
    matrix('ffn_gate', [dimension, feedForward], 0.1),
    matrix('ffn_up', [dimension, feedForward], 0.1),
    matrix('ffn_down', [feedForward, dimension], faint),
  ];
}

/** Each word, with its space, is one-hot in its own dimension; everything else is in dimension 0. */
function embedWords({ dimension }: Shape, { words, vocabulary }: Language): Float32Array {
  const values = new Float32Array(vocabulary.tokens.length * dimension);
  vocabulary.tokens.forEach((token, id) => {
    const own = token.startsWith(SPACE) ? words.indexOf(token.slice(SPACE.length)) + 1 : 0;
    values[id * dimension + own] = 1;
  });
  return values;
}

function predictWords({ dimension }: Shape, language: Language): Float32Array {
  const gain = Math.sqrt(dimension); // what RMS normalisation turns a one-hot vector's 1 into
  const values = new Float32Array(language.vocabulary.tokens.length * dimension);
  values.fill(UNLIKELY / gain);
  countBigrams(language).forEach((row, state) => {
    const total = [...row.values()].reduce((sum, count) => sum + count, 0);
    for (const [token, count] of row) {
      values[token * dimension + state] = Math.log(count / total) / gain;
    }
  });
  return values;
}

/** Row 0 is the state before a sentence, row k follows the k-th word. Entries: token → count. */
function countBigrams({ sentences, words, vocabulary }: Language): readonly Map<number, number>[] {
  const rows = Array.from({ length: words.length + 1 }, () => new Map<number, number>());
  for (const sentence of sentences) {
    const states = [0, ...sentence.map((word) => words.indexOf(word) + 1)];
    const followers = [...sentence.map((word) => vocabulary.idOf(word)), vocabulary.end];
    followers.forEach((token, index) => {
      const row = rows[states[index] ?? 0];
      row?.set(token, (row.get(token) ?? 0) + 1);
    });
  }
  return rows;
}

function createMetadata(
  shape: Shape,
  vocabulary: WordVocabulary,
  tensors: readonly GgufTensor[],
): GgufMetadata {
  const weights = tensors.reduce((sum, { values }) => sum + values.length, 0);
  const { storage, dimension } = shape;
  return {
    'general.architecture': string('llama'),
    'general.name': string(shape.name),
    'general.type': string('model'),
    'general.license': string('cc0-1.0'),
    'general.size_label': string(`${Math.round(weights / 1000)}K`),
    'general.file_type': u32(GGUF_STORAGE[storage].fileType),
    'general.quantization_version': u32(2),
    'llama.context_length': u32(shape.contextLength),
    'llama.embedding_length': u32(dimension),
    'llama.block_count': u32(shape.layers),
    'llama.feed_forward_length': u32(shape.feedForward),
    'llama.attention.head_count': u32(HEADS),
    'llama.attention.head_count_kv': u32(HEADS),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-6 },
    'llama.rope.dimension_count': u32(dimension / HEADS),
    'llama.vocab_size': u32(vocabulary.tokens.length),
    ...describeTokenizer(vocabulary),
  };
}

function describeTokenizer(vocabulary: WordVocabulary): GgufMetadata {
  return {
    'tokenizer.ggml.model': string('llama'),
    'tokenizer.ggml.tokens': { type: 'string[]', value: vocabulary.tokens },
    'tokenizer.ggml.scores': { type: 'f32[]', value: vocabulary.scores },
    'tokenizer.ggml.token_type': { type: 'i32[]', value: vocabulary.kinds },
    'tokenizer.ggml.bos_token_id': u32(vocabulary.begin),
    'tokenizer.ggml.eos_token_id': u32(vocabulary.end),
    'tokenizer.ggml.unknown_token_id': u32(vocabulary.unknown),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: true },
    'tokenizer.chat_template': string(CHAT_TEMPLATE),
  };
}

const string = (value: string): GgufValue => ({ type: 'string', value });
const u32 = (value: number): GgufValue => ({ type: 'u32', value });
const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
