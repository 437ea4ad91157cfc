import { onTestFinished } from 'vitest';
import type { FileLocation, ModelSource } from '../../../src-main/engines/ports.ts';
import { createHttpClient } from '../../../src-main/platform/http.ts';
import { createHuggingFaceSource } from '../../../src-main/sources/hf/source.ts';
import type { Origin, SourceFile } from '../../../src-shared/domain/model.ts';
import type { ModelReference } from '../../../src-shared/domain/reference.ts';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import { type HubOptions, startHub } from '../../hub/hub.ts';
import type { HubRepository } from '../../hub/repository.ts';

export const TOKENS = {
  hf_member: { user: 'member', admittedTo: ['maker/gated'], canSee: ['maker/private'] },
  hf_outsider: { user: 'outsider' },
};

const weights = { path: 'aster-Q4_K_M.gguf', content: syntheticContent({ sizeBytes: 5000 }) };
const card = { path: 'README.md', content: bytesContent('# Aster\n') };
const config = { path: 'sub folder/config #1.json', content: bytesContent('{"a":1}\n') };

export const REPOSITORIES: readonly HubRepository[] = [
  {
    id: 'maker/Aster-GGUF',
    formerIds: ['maker/old-name'],
    commits: [
      { tags: ['v1'], branches: ['a/branch'], files: [card] },
      { files: [card, weights, config] },
    ],
    downloads: 300,
    likes: 7,
    trendingScore: 1,
    pipelineTag: 'text-generation',
    libraryName: 'llama.cpp',
    license: 'mit',
    tags: ['en'],
  },
  { id: 'maker/gated', gated: 'manual', commits: [{ files: [card, weights] }], downloads: 200 },
  { id: 'maker/private', private: true, commits: [{ files: [card, weights] }] },
  { id: 'maker/disabled', disabled: true, commits: [{ files: [card] }], trendingScore: 9 },
  { id: 'maker/empty', commits: [{ files: [] }], downloads: 100 },
];

export const reference = (
  repository: string,
  more: Partial<ModelReference> = {},
): ModelReference => ({
  source: 'hf',
  repository,
  ...more,
});

/** A hub and a source that asks it, for one test. */
export async function startSource(options: Partial<HubOptions> & { token?: string } = {}) {
  const { token = null, ...rest } = options;
  const hub = await startHub({ repositories: REPOSITORIES, tokens: TOKENS, ...rest });
  onTestFinished(() => hub.close());
  return { hub, source: createTestSource(hub.url, token) };
}

export const createTestHttp = () =>
  createHttpClient({ userAgent: 'larder/test', retryDelayMs: () => 0 });

export function createTestSource(
  endpoint: string,
  token: string | null = null,
  mirrors: readonly string[] = [],
) {
  return createHuggingFaceSource({
    http: createTestHttp(),
    endpoint: () => endpoint,
    token: async () => token,
    mirrors: () => mirrors,
  });
}

interface WantedFile {
  readonly origin: Origin;
  readonly file: SourceFile;
}

/** Where the first route finds a file. A hub that may assume it is asked at the second time. */
export async function locateFirst(
  source: ModelSource,
  { origin, file }: WantedFile,
): Promise<FileLocation> {
  const [route] = source.routes(origin, file);
  if (!route) throw new Error('no route');
  const assumed = await route.locate();
  return file.sha256 === undefined && origin.source === 'hf' ? route.locate() : assumed;
}
