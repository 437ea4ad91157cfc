/** A library and the stores of other tools in one temporary folder. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Found, Hasher } from '../../../../src-main/engines/ports.ts';
import { createReuse } from '../../../../src-main/library/reuse/reuse.ts';
import type { Manifest } from '../../../../src-shared/domain/model.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { FILE, put } from './reuse-fixture.ts';

export async function createReuseRig(hasher: Hasher, manifests: readonly Manifest[] = []) {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => path.join(folder, ...names);
  const partPath = at('library/.larder/downloads/one/abc.part');
  await put(at('library/.larder/downloads/one/.keep'), '');
  const progress: number[] = [];
  const reuse = createReuse({
    stores: [
      { kind: 'hf-cache', folder: at('hub') },
      { kind: 'ollama', folder: at('ollama') },
    ],
    placesOf: () => [],
    libraries: () => [{ folder: at('library'), manifests }],
    targetOf: () => ({ folder: at('library'), freeBytes: async () => 77 }),
    hasher,
  });
  const request = {
    file: FILE,
    partPath,
    signal: new AbortController().signal,
    onProgress: (bytes: number) => void progress.push(bytes),
  };
  const left = async () =>
    (await readdir(path.dirname(partPath))).filter((name) => name !== '.keep');
  return { at, reuse, partPath, progress, request, left };
}

export function copyOf(found: Found | null): Found & { kind: 'copy' } {
  if (found?.kind !== 'copy') throw new Error('no copy was found');
  return found;
}
