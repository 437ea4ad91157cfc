import { access, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Library, openLibrary } from '../../../src-main/library/library.ts';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import { manifestSchema } from '../../../src-shared/domain/model.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { READER_IN_PLACE } from '../../support/reader-in-place.ts';

async function open(folder?: string, instance = 'test'): Promise<Library> {
  const hasher = createHasher();
  const library = await openLibrary({
    folder: folder ?? path.join(await temporaryFolder(), 'library'),
    instance,
    hasher,
    reader: READER_IN_PLACE,
    remembered: async () => [],
    mayMake: async () => true,
    onChange: () => {},
    onDamage: () => {},
    freeBytes: async () => 1e9,
  });
  onTestFinished(async () => {
    await library.close();
    await hasher.close();
  });
  return library;
}

const REVISION = 'a'.repeat(40);
const origin = {
  source: 'hf',
  endpoint: 'https://hub.example',
  repository: 'maker/model',
  requestedRevision: 'main',
  revision: REVISION,
} as const;
const manifest = manifestSchema.parse({
  version: 1,
  id: 'hf:maker/model',
  ref: 'hf:maker/model',
  name: 'model',
  origin,
  folder: 'maker/model',
  keep: true,
  trackedAt: '2026-01-01T00:00:00.000Z',
  files: [
    { path: 'weights.gguf', localPath: 'weights.gguf', sizeBytes: 1, sha256: 'b'.repeat(64) },
    { path: 'a/b/c.json', localPath: 'a/b/c.json', sizeBytes: 1, gitSha1: 'c'.repeat(40) },
  ],
});

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

describe('a library whose drive went away', () => {
  it('is not made anew on another drive by a download that goes on', async () => {
    const library = await open();
    await rm(library.folder, { recursive: true });
    const [file] = manifest.files;
    const identity = { ...origin, path: 'weights.gguf', sizeBytes: 1, digest: `${file?.sha256}` };
    await expect(library.parts.open('d', identity)).rejects.toMatchObject({
      code: 'LIBRARY_MISSING',
    });
    expect(await isThere(library.folder)).toBe(false);
  });

  it('is not made anew by a model that is tracked', async () => {
    const library = await open();
    await rm(library.folder, { recursive: true });
    await expect(library.manifests.put(manifest)).rejects.toMatchObject({
      code: 'LIBRARY_MISSING',
    });
    expect(await isThere(library.folder)).toBe(false);
  });
});

it('criterion 18: a library that another Larder took over during a long sleep is left alone', async () => {
  const library = await open();
  const longAgo = new Date(0);
  await utimes(path.join(library.folder, '.larder', 'lock'), longAgo, longAgo);
  await open(library.folder, 'other');
  await expect(library.assertThere()).rejects.toMatchObject({ code: 'LIBRARY_IN_USE' });
  await expect(library.manifests.put(manifest)).rejects.toMatchObject({ code: 'LIBRARY_IN_USE' });
});

describe('manifests', () => {
  it('written twice at the same time are written one after the other', async () => {
    const library = await open();
    const writes = Array.from({ length: 8 }, () => library.manifests.put(manifest));
    await Promise.all(writes);
    expect(library.manifests.get(manifest.id)).toEqual(manifest);
  });
});

it('a removed model leaves no empty folder behind, however deep its files were', async () => {
  const library = await open();
  await library.manifests.put(manifest);
  await mkdir(path.join(library.folder, 'maker/model/a/b'), { recursive: true });
  await library.remove(manifest, (file) => rm(file));
  expect(await isThere(path.join(library.folder, 'maker'))).toBe(false);
});

it('a proof of a file in its place ends when its download is paused', async () => {
  const library = await open();
  const pause = new AbortController();
  pause.abort(new Error('paused'));
  await library.manifests.put(manifest);
  const target = path.join(library.folder, 'maker/model/weights.gguf');
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, 'x');
  const [file] = manifest.files;
  if (!file) throw new Error('no file');
  await expect(library.proveOrRefuse(manifest, file, pause.signal)).rejects.toThrow('paused');
});
