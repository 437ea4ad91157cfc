import type { copyFile } from 'node:fs/promises';
import { link, readFile, copyFile as realCopyFile, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyIn, createCloneFile } from '../../../../src-main/library/reuse/copy-in.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { canMountDisks, mountSmallDisk } from '../../../support/small-disk.ts';
import { CONTENT, MiB, put } from './reuse-fixture.ts';

const NO_CLONE = async () => false;

async function rig(bytes: Uint8Array = CONTENT) {
  const folder = await temporaryFolder();
  const source = await put(path.join(folder, 'source'), bytes);
  const target = path.join(folder, 'target');
  const steps: number[] = [];
  const stop = new AbortController();
  const options = {
    sizeBytes: bytes.byteLength,
    signal: stop.signal,
    onProgress: (done: number) => void steps.push(done),
    mode: 'copy' as const,
    clone: NO_CLONE,
  };
  return { folder, source, target, steps, stop, options };
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

it('the file of another tool is copied, and shares nothing with ours', async () => {
  const { source, target, options } = await rig();
  expect(await copyIn(source, target, options)).toBe('copied');
  expect((await readFile(target)).equals(CONTENT)).toBe(true);
  expect((await stat(target)).ino).not.toBe((await stat(source)).ino);
});

it('a file of the library gets another name', async () => {
  const { source, target, steps, options } = await rig();
  expect(await copyIn(source, target, { ...options, mode: 'link' })).toBe('linked');
  expect((await stat(target)).ino).toBe((await stat(source)).ino);
  expect(steps).toEqual([CONTENT.byteLength]);
});

it('a copy tells how far it is, in steps of 8 MiB', async () => {
  const bytes = Buffer.alloc(17 * MiB, 7);
  const { source, target, steps, options } = await rig(bytes);
  await copyIn(source, target, options);
  expect(steps).toEqual([8 * MiB, 16 * MiB, 17 * MiB]);
  expect((await readFile(target)).equals(bytes)).toBe(true);
});

it('what is at the target is replaced, not written into', async () => {
  const { folder, source, target, options } = await rig();
  const neighbour = await put(path.join(folder, 'neighbour'), 'of another model');
  await link(neighbour, target);
  await copyIn(source, target, options);
  expect(await readFile(neighbour, 'utf8')).toBe('of another model');
});

it('a copy can be stopped, and leaves nothing', async () => {
  const { source, target, stop, options } = await rig(Buffer.alloc(17 * MiB));
  const reason = new Error('stopped');
  const onProgress = () => stop.abort(reason);
  await expect(copyIn(source, target, { ...options, onProgress })).rejects.toBe(reason);
  expect(await isThere(target)).toBe(false);
});

it('a link, another size, or nothing at all is no source', async () => {
  const { folder, source, target, options } = await rig();
  const way = path.join(folder, 'link');
  await symlink(source, way);
  expect(await copyIn(way, target, options)).toBeNull();
  expect(await copyIn(source, target, { ...options, sizeBytes: 5 })).toBeNull();
  expect(await copyIn(path.join(folder, 'gone'), target, options)).toBeNull();
  expect(await isThere(target)).toBe(false);
});

it.runIf(canMountDisks)('a full disk is told, and nothing is left on it', async () => {
  const { folder, source, options } = await rig();
  const disk = mountSmallDisk(path.join(folder, 'disk'), 'size=2m');
  try {
    const target = path.join(disk.folder, 'target');
    const copying = copyIn(source, target, { ...options, mode: 'link' });
    await expect(copying).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await isThere(target)).toBe(false);
  } finally {
    disk.release();
  }
});

describe('cloning', () => {
  it('comes first, and takes no time', async () => {
    const { source, target, steps, options } = await rig();
    const clone = createCloneFile((from, to) => realCopyFile(from, to));
    expect(await copyIn(source, target, { ...options, mode: 'link', clone })).toBe('cloned');
    expect(steps).toEqual([CONTENT.byteLength]);
  });

  it('is asked of a volume once, if that cannot', async () => {
    const { source, target } = await rig();
    let asked = 0;
    const copy: typeof copyFile = async () => {
      asked += 1;
      throw Object.assign(new Error('no'), { code: 'ENOTSUP' });
    };
    const clone = createCloneFile(copy);
    expect([await clone(source, target), await clone(source, target)]).toEqual([false, false]);
    expect(asked).toBe(1);
  });

  it('is tried again after a failure of the moment', async () => {
    const { source, target } = await rig();
    let asked = 0;
    const copy: typeof copyFile = async (from, to) => {
      asked += 1;
      if (asked === 1) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
      await realCopyFile(from, to);
    };
    const clone = createCloneFile(copy);
    expect([await clone(source, target), await clone(source, target)]).toEqual([false, true]);
  });

  it('leaves nothing behind on a real volume that cannot', async () => {
    const { source, target } = await rig();
    const cloned = await createCloneFile()(source, target);
    expect(await isThere(target)).toBe(cloned);
  });
});
