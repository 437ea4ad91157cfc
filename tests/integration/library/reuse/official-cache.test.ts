import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadFileToCacheDir } from '@huggingface/hub';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createReuse } from '../../../../src-main/library/reuse/reuse.ts';
import { createHasher } from '../../../../src-main/platform/hasher.ts';
import { type Hub, startHub } from '../../../hub/hub.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import {
  createTestRepositories,
  LARGE,
  LARGE_BYTES,
  PATH,
  README,
  TOKENS,
} from '../../hub/hub-fixture.ts';
import { gitSha1, manifestOf, put } from './reuse-fixture.ts';

const hasher = createHasher();
let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ repositories: createTestRepositories(), tokens: TOKENS });
});
afterAll(() => Promise.all([hub.close(), hasher.close()]));

it.each([
  [
    'a large file',
    'model.gguf',
    async () => ({ sizeBytes: LARGE_BYTES, sha256: await LARGE.sha256() }),
  ],
  [
    'a small file',
    'README.md',
    async () => ({ sizeBytes: Buffer.byteLength(README), gitSha1: gitSha1(Buffer.from(README)) }),
  ],
])('%s that the official client has fetched is not fetched again', async (_, filePath, facts) => {
  vi.spyOn(console, 'debug').mockReturnValue();
  const folder = await temporaryFolder();
  const cacheDir = path.join(folder, 'hub');
  const fetched = await downloadFileToCacheDir({
    repo: PATH,
    path: filePath,
    cacheDir,
    hubUrl: hub.url,
  });
  const partPath = await put(path.join(folder, 'library/abc.part'), '');
  const reuse = createReuse({
    stores: [{ kind: 'hf-cache', folder: cacheDir }],
    placesOf: () => [],
    libraries: () => [],
    targetOf: () => ({ folder: path.join(folder, 'library'), freeBytes: async () => 0 }),
    hasher,
  });
  const file = { path: filePath, ...(await facts()) };
  const found = await reuse.find({ downloadId: 'one', manifest: manifestOf(`hf:${PATH}`), file });
  if (found?.kind !== 'copy') throw new Error('not found in the cache');
  const requestsBefore = hub.log.length;
  const request = { file, partPath, signal: new AbortController().signal, onProgress: () => {} };
  expect(await reuse.copy(found, request)).toBe(true);
  expect(digest(await readFile(partPath))).toBe(digest(await readFile(fetched)));
  expect(hub.log).toHaveLength(requestsBefore);
});

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
