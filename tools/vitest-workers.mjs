import { join } from 'node:path';
import { bundleForNode } from './lib/bundle.mjs';
import { OUT } from './lib/paths.mjs';
import { workerEntries } from './lib/worker-entries.mjs';

/** Builds the background workers once before tests that run from source: Node cannot load TypeScript in one. */
export async function setup() {
  const entries = workerEntries();
  if (Object.keys(entries).length > 0) {
    await bundleForNode(entries, { outDir: join(OUT, 'test-workers') });
  }
}
