/** All places models come from, as one: each question goes to the kind of source it names. */
import type { SourceKind } from '../../src-shared/domain/model.ts';
import type { ModelSource } from '../engines/ports.ts';

export function createSources(sources: Readonly<Record<SourceKind, ModelSource>>): ModelSource {
  return {
    search: (query, signal) => sources[query.source ?? 'hf'].search(query, signal),
    inspect: (reference, signal) => sources[reference.source].inspect(reference, signal),
    routes: (origin, file) => sources[origin.source].routes(origin, file),
    pageUrl: (reference) => sources[reference.source].pageUrl(reference),
    identify: async (sha256, signal) => {
      for (const { identify } of Object.values(sources)) {
        const found = (await identify?.(sha256, signal).catch(() => null)) ?? null;
        if (found) return found;
      }
      return null;
    },
  };
}
