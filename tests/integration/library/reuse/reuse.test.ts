import { chmod, readdir, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { presentBytes } from '../../../../src-main/engines/download/pieces.ts';
import { createHasher } from '../../../../src-main/platform/hasher.ts';
import type { Manifest } from '../../../../src-shared/domain/model.ts';
import { canMountDisks, mountSmallDisk } from '../../../support/small-disk.ts';
import {
  CONTENT,
  createNotedPart,
  FILE,
  GIT_SHA1,
  MiB,
  manifestOf,
  put,
  putInHfCache,
  SHA256,
} from './reuse-fixture.ts';
import { copyOf, createReuseRig } from './reuse-rig.ts';

const NEVER = new AbortController().signal;
const MODEL = manifestOf('hf:maker/model');
const WANTED_BY = { downloadId: 'one', manifest: MODEL };
const OTHER = manifestOf('hf:other/model');
const WRONG = Buffer.alloc(CONTENT.byteLength, 9);

const hasher = createHasher();
afterAll(() => hasher.close());

const rig = (manifests?: readonly Manifest[]) => createReuseRig(hasher, manifests);

describe('a whole copy', () => {
  it('of another tool is copied and proven, telling how far', async () => {
    const { at, reuse, partPath, progress, request, left } = await rig();
    const blob = await putInHfCache(at('hub'));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    expect(found).toEqual({ kind: 'copy', path: blob, from: 'other-store' });
    expect(await reuse.copy(found, request)).toBe(true);
    expect((await readFile(partPath)).equals(CONTENT)).toBe(true);
    expect((await stat(blob)).nlink).toBe(1);
    expect(progress.at(-1)).toBe(CONTENT.byteLength);
    expect(await left()).toEqual(['abc.part']);
  });

  it('of another model takes no room', async () => {
    const { at, reuse, partPath, request } = await rig([MODEL, OTHER]);
    const source = await put(at('library/other/model', FILE.path));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    expect(found.from).toBe('other-model');
    expect(await reuse.copy(found, request)).toBe(true);
    const [ours, theirs] = await Promise.all([stat(partPath), stat(source)]);
    // On a volume that clones, the two are apart and still share their room.
    expect(ours.ino === theirs.ino || theirs.nlink === 1).toBe(true);
    expect((await readFile(partPath)).equals(CONTENT)).toBe(true);
  });

  it('taken twice is there once', async () => {
    const { at, reuse, request, left } = await rig([OTHER]);
    await put(at('library/other/model', FILE.path));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    expect(await reuse.copy(found, request)).toBe(true);
    expect(await reuse.copy(found, request)).toBe(true);
    expect(await left()).toEqual(['abc.part']);
  });

  it('with other content is dropped without trace, and not tried again', async () => {
    const { at, reuse, request, left } = await rig([OTHER]);
    const wrong = await put(at('library/other/model', FILE.path), WRONG);
    const blob = await putInHfCache(at('hub'));
    const first = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    expect(first.path).toBe(wrong);
    expect(await reuse.copy(first, request)).toBe(false);
    expect(await left()).toEqual([]);
    expect((await readFile(wrong)).equals(WRONG)).toBe(true);
    expect(copyOf(await reuse.find({ ...WANTED_BY, file: FILE })).path).toBe(blob);
  });

  it('that went away meanwhile is none', async () => {
    const { at, reuse, request, left } = await rig();
    const blob = await putInHfCache(at('hub'));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    await truncate(blob, 5);
    expect(await reuse.copy(found, request)).toBe(false);
    expect(await left()).toEqual([]);
  });

  it('of a small file is proven by its git blob id', async () => {
    const { at, reuse, partPath, request } = await rig();
    await putInHfCache(at('hub'), GIT_SHA1);
    const file = { path: 'config.json', sizeBytes: CONTENT.byteLength, gitSha1: GIT_SHA1 };
    const found = copyOf(await reuse.find({ ...WANTED_BY, file }));
    expect(await reuse.copy(found, { ...request, file })).toBe(true);
    expect((await readFile(partPath)).equals(CONTENT)).toBe(true);
  });

  it('that is read-only gives a file that can be written', async () => {
    const { at, reuse, partPath, request } = await rig();
    await chmod(await putInHfCache(at('hub')), 0o444);
    await reuse.copy(copyOf(await reuse.find({ ...WANTED_BY, file: FILE })), request);
    expect((await stat(partPath)).mode & 0o200).toBe(0o200);
  });

  it('can be stopped, leaves nothing, and can be tried again', async () => {
    const { at, reuse, request, left } = await rig();
    await putInHfCache(at('hub'));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    const reason = new Error('stopped');
    const signal = AbortSignal.abort(reason);
    await expect(reuse.copy(found, { ...request, signal })).rejects.toBe(reason);
    expect(await left()).toEqual([]);
    expect(await reuse.find({ ...WANTED_BY, file: FILE })).toEqual(found);
  });

  it('can be stopped while it is proven', async () => {
    const { at, reuse, request, left } = await rig();
    await putInHfCache(at('hub'));
    const found = copyOf(await reuse.find({ ...WANTED_BY, file: FILE }));
    const stop = new AbortController();
    const reason = new Error('stopped');
    const onProgress = () => stop.abort(reason);
    const copying = reuse.copy(found, { ...request, signal: stop.signal, onProgress });
    await expect(copying).rejects.toBe(reason);
    expect(await left()).toEqual([]);
  });

  it.runIf(canMountDisks)('that does not fit says how much is missing', async () => {
    const { at, reuse, request } = await rig();
    await putInHfCache(at('hub'));
    const disk = mountSmallDisk(at('disk'), 'size=2m');
    try {
      const partPath = path.join(disk.folder, 'abc.part');
      const copying = reuse.copy(copyOf(await reuse.find({ ...WANTED_BY, file: FILE })), {
        ...request,
        partPath,
      });
      await expect(copying).rejects.toMatchObject({
        code: 'DISK_FULL',
        params: { neededBytes: CONTENT.byteLength, freeBytes: 77, folder: at('library') },
      });
      expect(await readdir(disk.folder)).toEqual([]);
    } finally {
      disk.release();
    }
  });
});

describe('an unfinished download', () => {
  it('is found when there is no copy, and taken over as doubtful', async () => {
    const { at, reuse, partPath } = await rig();
    const file = at('hub/models--a--b/blobs', `${SHA256}.incomplete`);
    await put(file, CONTENT.subarray(0, 2 * MiB + 5));
    const found = await reuse.find({ ...WANTED_BY, file: FILE });
    expect(found).toEqual({ kind: 'partial', path: file, bytes: 2 * MiB + 5 });
    if (found?.kind !== 'partial') return;
    await put(partPath, '');
    await truncate(partPath, CONTENT.byteLength);
    const part = createNotedPart(partPath, CONTENT.byteLength);
    await reuse.adopt(found, part, { signal: NEVER, onProgress: () => {} });
    expect(presentBytes(part.map)).toBe(2 * MiB + 5);
    expect([...part.doubtful]).toEqual([0, 1, 2]);
  });

  it('of a small file is not looked for', async () => {
    const { at, reuse } = await rig();
    const bytes = CONTENT.subarray(0, 1000);
    const file = { ...FILE, sizeBytes: 2000 };
    await put(at('hub/models--a--b/blobs', `${SHA256}.incomplete`), bytes);
    expect(await reuse.find({ ...WANTED_BY, file })).toBeNull();
  });
});

it('nothing is found on a machine without any of it', async () => {
  const { reuse } = await rig([MODEL, OTHER]);
  expect(await reuse.find({ ...WANTED_BY, file: FILE })).toBeNull();
});
