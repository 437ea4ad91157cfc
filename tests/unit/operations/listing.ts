import type { RepositoryListing } from '../../../src-main/engines/ports.ts';

/** A repository of one file. */
export const listing: RepositoryListing = {
  origin: {
    source: 'hf',
    endpoint: 'https://hub.example',
    repository: 'maker/model',
    requestedRevision: 'main',
    revision: 'a'.repeat(40),
  },
  name: 'model',
  tags: [],
  gated: false,
  private: false,
  access: 'open',
  pageUrl: 'https://hub.example/maker/model',
  files: [{ path: 'model-Q4_K_M.gguf', sizeBytes: 10, sha256: 'b'.repeat(64) }],
};
