import { createTinyGguf } from '../support/tiny-gguf.ts';
import { createSafetensors } from '../support/tiny-safetensors.ts';
import type { CivitaiModel } from './civitai-models.ts';
import { bytesContent, type HubContent } from './content.ts';
import { hundredGigabytesContent, slowAndLargeContent } from './demo-files.ts';
import type { OllamaLayer, OllamaModel } from './ollama-models.ts';
import type { PlainFiles } from './plain-files.ts';
import { createSeededRandom } from './seeded-random.ts';

/** What the demo offers beside its repositories: a few of each kind a source can be. */
export interface DemoSources {
  readonly plainFiles: PlainFiles;
  readonly ollamaModels: readonly OllamaModel[];
  readonly civitaiModels: readonly CivitaiModel[];
}

export function createDemoSources(): DemoSources {
  const words = bytesContent(createTinyGguf({ storage: 'q8_0' }));
  return {
    plainFiles: createPlainFiles(words),
    ollamaModels: createOllamaModels(words),
    civitaiModels: createCivitaiModels(),
  };
}

/** Servers of every temper: each name says what is peculiar about it. */
function createPlainFiles(words: HubContent): PlainFiles {
  const content = slowAndLargeContent();
  const disposition = `attachment; filename="words.gguf"; filename*=UTF-8''kleine%20W%C3%B6rter.gguf`;
  return {
    'notes.txt': { content: bytesContent('A few words.\n'), contentType: 'text/plain' },
    'tiny-words-Q8_0.gguf': { content: words },
    'slow-and-large-Q8_0.gguf': { content },
    'hundred-gigabytes-Q8_0.gguf': { content: hundredGigabytesContent() },
    'no-ranges.gguf': { content, acceptRanges: false },
    'no-validators.gguf': { content, etag: null, lastModified: null },
    'weak-etag.gguf': { content, etag: 'W/"weak"', lastModified: null },
    'no-head.gguf': { content, headRefused: 405 },
    'download.php': { content: words, contentDisposition: disposition },
    'moved.gguf': { content, redirectTo: '/plain/slow-and-large-Q8_0.gguf', redirectStatus: 301 },
    'signed.gguf': { content, redirectTo: 'cdn', contentDisposition: disposition },
  };
}

function createOllamaModels(words: HubContent): readonly OllamaModel[] {
  const layers: readonly OllamaLayer[] = [
    { mediaType: 'model', content: words },
    { mediaType: 'template', content: bytesContent('{{ .Prompt }}') },
    { mediaType: 'license', content: bytesContent('CC0 1.0\n') },
    { mediaType: 'params', content: bytesContent(JSON.stringify({ stop: ['.'] })) },
  ];
  const half = bytesContent(createTinyGguf({ storage: 'f16' }));
  const [, ...others] = layers;
  return [
    { name: 'library/tiny-words', layers },
    {
      name: 'library/tiny-words',
      tag: 'f16',
      layers: [{ mediaType: 'model', content: half }, ...others],
    },
    {
      name: 'larder/slow-and-large',
      layers: [{ mediaType: 'model', content: slowAndLargeContent() }],
    },
    { name: 'private/tiny-words', layers },
    { name: 'private/members-words', layers, needsAccount: true },
  ];
}

function createCivitaiModels(): readonly CivitaiModel[] {
  return [
    {
      id: 1001,
      name: 'Tiny painter',
      creator: 'larder-demo',
      tags: ['base model', 'demo'],
      description: 'Noise in the shape of a painter. It cannot paint.',
      versions: [
        {
          id: 10012,
          name: 'v2.0',
          baseModel: 'SDXL 1.0',
          createdAt: '2025-06-02T09:00:00.000Z',
          files: [
            {
              name: 'tinyPainter_v20.safetensors',
              content: noiseTensors(21, 192),
              size: 'full',
              fp: 'fp32',
            },
            {
              name: 'tinyPainter_v20_pruned.safetensors',
              content: noiseTensors(22, 96),
              size: 'pruned',
              fp: 'fp32',
            },
          ],
        },
        {
          id: 10011,
          name: 'v1.0 (archived)',
          baseModel: 'SD 1.5',
          archived: true,
          files: [{ name: 'tinyPainter_v10.safetensors', content: noiseTensors(23, 64) }],
        },
      ],
    },
    {
      id: 1002,
      name: 'Tiny style',
      type: 'LORA',
      creator: 'larder-demo',
      tags: ['style', 'demo'],
      description: 'One version for those who are signed in, and one for which it is too early.',
      versions: [
        {
          id: 10022,
          name: 'early',
          baseModel: 'SDXL 1.0',
          earlyAccessUntil: '2126-01-01T00:00:00.000Z',
          files: [{ name: 'tinyStyle_early.safetensors', content: noiseTensors(24, 32) }],
        },
        {
          id: 10021,
          name: 'v1.0',
          baseModel: 'SDXL 1.0',
          needsToken: true,
          files: [{ name: 'tinyStyle_v10.safetensors', content: noiseTensors(25, 32) }],
        },
      ],
    },
    {
      id: 1003,
      name: 'Slow and large',
      creator: 'larder-demo',
      tags: ['demo'],
      versions: [
        {
          id: 10031,
          name: 'v1.0',
          files: [{ name: 'slowAndLarge.gguf', content: slowAndLargeContent() }],
        },
      ],
    },
  ];
}

/** @param side of the one square tensor */
function noiseTensors(seed: number, side: number): HubContent {
  const random = createSeededRandom(seed);
  const values = Float32Array.from({ length: side * side }, () => random() - 0.5);
  return bytesContent(createSafetensors([{ name: 'noise.weight', shape: [side, side], values }]));
}
