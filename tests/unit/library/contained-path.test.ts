import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containedPath } from '../../../src-main/library/contained-path.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'contained-')));
  root = path.join(base, 'library');
  await mkdir(path.join(root, 'inside'), { recursive: true });
  await mkdir(path.join(base, 'outside'));
});

afterEach(() => rm(base, { recursive: true, force: true }));

const unsafe = { code: 'FILE_NAME_UNSAFE' };

describe('containedPath', () => {
  it('gives the absolute path of what is not there yet', async () => {
    expect(await containedPath(root, 'new/deep/model.gguf')).toBe(
      path.join(root, 'new/deep/model.gguf'),
    );
  });

  it('works below a root that is not there yet', async () => {
    const later = path.join(base, 'later');
    expect(await containedPath(later, 'a/b.bin')).toBe(path.join(later, 'a/b.bin'));
  });

  it.each(['..', '../outside/x', 'inside/../../outside', '.', ''])(
    'refuses %j',
    async (relative) => {
      await expect(containedPath(root, relative)).rejects.toMatchObject(unsafe);
    },
  );

  it('refuses an absolute path', async () => {
    await expect(containedPath(root, path.join(base, 'outside'))).rejects.toMatchObject(unsafe);
  });

  it('refuses a folder that is a link out of the root', async () => {
    await symlink(path.join(base, 'outside'), path.join(root, 'link'));
    await expect(containedPath(root, 'link/model.gguf')).rejects.toMatchObject(unsafe);
  });

  it('refuses a link out of the root planted at the target', async () => {
    await writeFile(path.join(base, 'outside/precious'), 'keep');
    await symlink(path.join(base, 'outside/precious'), path.join(root, 'model.gguf'));
    await expect(containedPath(root, 'model.gguf')).rejects.toMatchObject(unsafe);
  });

  it('refuses a link that leads nowhere', async () => {
    await symlink(path.join(base, 'outside/not-yet'), path.join(root, 'model.gguf'));
    await expect(containedPath(root, 'model.gguf')).rejects.toMatchObject(unsafe);
  });

  it('refuses a root that is a link to nowhere', async () => {
    await symlink(path.join(base, 'gone'), path.join(base, 'dangling'));
    await expect(containedPath(path.join(base, 'dangling'), 'x')).rejects.toMatchObject(unsafe);
  });

  it('allows a link that stays inside, and a root that is itself a link', async () => {
    await symlink(path.join(root, 'inside'), path.join(root, 'alias'));
    expect(await containedPath(root, 'alias/x')).toBe(path.join(root, 'alias/x'));
    await symlink(root, path.join(base, 'root-link'));
    const viaLink = path.join(base, 'root-link');
    expect(await containedPath(viaLink, 'inside/x')).toBe(path.join(viaLink, 'inside/x'));
  });

  it('says so when a file stands where a folder is needed', async () => {
    await writeFile(path.join(root, 'file'), '');
    await expect(containedPath(root, 'file/model.gguf')).rejects.toMatchObject({
      code: 'FILE_IN_THE_WAY',
    });
  });
});
