import { expect, it } from 'vitest';
import type { ModelSource } from '../../../src-main/engines/ports.ts';
import { createSources } from '../../../src-main/sources/sources.ts';
import type { Origin } from '../../../src-shared/domain/model.ts';
import { parseReference } from '../../../src-shared/domain/reference.ts';

const named = (name: string): ModelSource => ({
  search: async () => ({ items: [], nextCursor: name }),
  inspect: () => Promise.reject(new Error(name)),
  routes: () => [{ name, locate: () => Promise.reject(new Error(name)) }],
  pageUrl: () => name,
});
const sources = createSources({
  hf: named('hf'),
  ollama: named('ollama'),
  civitai: named('civitai'),
  url: named('url'),
  local: named('local'),
});

it.each([
  'hf:org/name',
  'ollama:name',
  'civitai:5',
  'url:https://host.example/m',
  'local:folder/m',
])('asks the source that %s names', async (ref) => {
  const reference = parseReference(ref);
  const { source, repository } = reference;
  expect(sources.pageUrl(reference)).toBe(source);
  await expect(sources.inspect(reference)).rejects.toThrow(source);
  const origin: Origin = {
    source,
    repository,
    endpoint: 'https://hub.example',
    requestedRevision: 'main',
    revision: 'a'.repeat(40),
  };
  expect(sources.routes(origin, { path: 'm', sizeBytes: 1 })[0]?.name).toBe(source);
  expect((await sources.search({ source, text: '', limit: 1 })).nextCursor).toBe(source);
});

it('searches Hugging Face unless told otherwise', async () => {
  expect((await sources.search({ text: '', limit: 1 })).nextCursor).toBe('hf');
});
