import { mkdir, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findCopies } from '../../../../src-main/library/reuse/find-copy.ts';
import { findStores, type Store } from '../../../../src-main/library/reuse/known-stores.ts';
import type { Manifest } from '../../../../src-shared/domain/model.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import {
  CONTENT,
  GIT_SHA1,
  manifestOf,
  put,
  putInHfCache,
  SHA256,
  WANTED,
} from './reuse-fixture.ts';

async function places() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => path.join(folder, ...names);
  const stores: Store[] = [
    { kind: 'lm-studio', folder: at('lm') },
    { kind: 'ollama', folder: at('ollama') },
    { kind: 'hf-cache', folder: at('hub') },
  ];
  const find = async (wanted: Partial<typeof WANTED> = {}, manifests: Manifest[] = []) => {
    const found: string[] = [];
    const library = at('library');
    const libraries = [{ folder: library, manifests }];
    const elsewhere = { libraries, stores, places: [at('anywhere/measured.gguf')] };
    for await (const candidate of findCopies({ ...WANTED, library, ...wanted }, elsewhere)) {
      found.push(`${candidate.from} ${path.relative(folder, candidate.path)}`);
    }
    return found;
  };
  return { at, find };
}

const OTHER = manifestOf('hf:other/model', { path: 'b.gguf', localPath: 'b.gguf' });

it('candidates come best proven first: the library, Hugging Face, Ollama, LM Studio', async () => {
  const { at, find } = await places();
  await put(at('lm/maker/model/model.gguf'));
  await put(at('ollama/blobs', `sha256-${SHA256}`));
  await putInHfCache(at('hub'));
  await put(at('library/other/model/b.gguf'));
  expect(await find({}, [OTHER])).toEqual([
    'other-model library/other/model/b.gguf',
    `other-store hub/models--someone--copy/blobs/${SHA256}`,
    `other-store ollama/blobs/sha256-${SHA256}`,
    'other-store lm/maker/model/model.gguf',
  ]);
});

it('nothing is found where nothing is', async () => {
  const { find } = await places();
  expect(await find({}, [OTHER])).toEqual([]);
});

it('a file of another size is none', async () => {
  const { at, find } = await places();
  const short = CONTENT.subarray(1);
  await put(at('lm/maker/model/model.gguf'), short);
  await put(at('ollama/blobs', `sha256-${SHA256}`), short);
  await putInHfCache(at('hub'), SHA256, short);
  await put(at('library/other/model/b.gguf'), short);
  expect(await find({}, [OTHER])).toEqual([]);
});

it('a small file is found by its git blob id, in the cache and in the library', async () => {
  const { at, find } = await places();
  await putInHfCache(at('hub'), GIT_SHA1);
  await put(at('library/other/model/b.gguf'));
  const other = manifestOf('hf:other/model', { localPath: 'b.gguf', gitSha1: GIT_SHA1 });
  expect(await find({ sha256: undefined, gitSha1: GIT_SHA1 }, [other])).toEqual([
    'other-model library/other/model/b.gguf',
    `other-store hub/models--someone--copy/blobs/${GIT_SHA1}`,
  ]);
});

it('without a digest nothing is looked for, as nothing could be proven', async () => {
  const { at, find } = await places();
  await put(at('lm/maker/model/model.gguf'));
  expect(await find({ sha256: undefined })).toEqual([]);
});

it('the file itself is no source for itself, nor one that was never proven, or is left out', async () => {
  const { at, find } = await places();
  await put(at('library/maker/model', WANTED.path));
  await put(at('library/other/model/b.gguf'));
  const { verifiedSha256: _, ...unproven } = OTHER.files[0]!;
  expect(await find({}, [manifestOf(WANTED.modelId)])).toEqual([]);
  expect(await find({}, [{ ...OTHER, files: [unproven] }])).toEqual([]);
  expect(await find({}, [manifestOf(OTHER.id, { localPath: 'b.gguf', excluded: true })])).toEqual(
    [],
  );
});

it('a cache without links has the file itself in its snapshot', async () => {
  const { at, find } = await places();
  const inSnapshot = path.join('hub/models--maker--model/snapshots', 'd'.repeat(40), WANTED.path);
  await put(at(inSnapshot));
  expect(await find()).toEqual([`other-store ${inSnapshot}`]);
});

it('a blob is told once, although a snapshot links to it', async () => {
  const { at, find } = await places();
  await putInHfCache(at('hub'));
  const wanted = { repository: 'someone/copy', path: 'model.gguf', sha256: SHA256 };
  expect(await find(wanted)).toHaveLength(1);
});

it('no link is followed out of a store, or out of the library', async () => {
  const { at, find } = await places();
  const secret = await put(at('elsewhere/blobs', SHA256));
  await mkdir(at('hub/models--one--file/blobs'), { recursive: true });
  await symlink(secret, at('hub/models--one--file/blobs', SHA256));
  await mkdir(at('hub/models--one--folder'));
  await symlink(path.dirname(secret), at('hub/models--one--folder/blobs'));
  await mkdir(at('library/other'), { recursive: true });
  await put(at('elsewhere/model/b.gguf'));
  await symlink(at('elsewhere/model'), at('library/other/model'));
  expect(await find({}, [OTHER])).toEqual([]);
});

it('a path that climbs out of a snapshot finds nothing', async () => {
  const { at, find } = await places();
  await put(at('outside.gguf'));
  await mkdir(at('hub/models--maker--model/snapshots', 'd'.repeat(40)), { recursive: true });
  expect(await find({ path: '../../../../outside.gguf' })).toEqual([]);
});

it('a store may itself be a link to another drive', async () => {
  const { at, find } = await places();
  await putInHfCache(at('drive'));
  await symlink(at('drive'), at('hub'));
  expect(await find()).toHaveLength(1);
});

it('stores are those that are there, and where LM Studio points to', async () => {
  const home = await temporaryFolder();
  await put(path.join(home, '.lmstudio-home-pointer'), `${path.join(home, 'studio')}\n`);
  await mkdir(path.join(home, 'studio/models'), { recursive: true });
  await mkdir(path.join(home, '.ollama'), { recursive: true });
  const find = async () => (await findStores({}, home, 'linux')).filter(isInHome);
  const isInHome = ({ folder }: Store) => folder.startsWith(home);
  expect(await find()).toEqual([{ kind: 'lm-studio', folder: path.join(home, 'studio/models') }]);
  await mkdir(path.join(home, 'elsewhere'));
  await rename(path.join(home, 'elsewhere'), path.join(home, '.ollama/models'));
  expect((await find()).map(({ kind }) => kind)).toEqual(['ollama', 'lm-studio']);
});
