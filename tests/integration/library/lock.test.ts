import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockLibrary } from '../../../src-main/library/lock.ts';
import { temporaryFolder } from '../../support/folders.ts';

async function lockFile() {
  const folder = await temporaryFolder();
  return { folder, file: path.join(folder, 'lock') };
}

const owner = (facts: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), instance: 'other', ...facts });

describe('criterion 18: one Larder per library', () => {
  it('a second one is refused while the first lives, and let in once it has let go', async () => {
    const { folder, file } = await lockFile();
    const first = await lockLibrary(folder, file, 'first');
    await expect(lockLibrary(folder, file, 'second')).rejects.toMatchObject({
      code: 'LIBRARY_IN_USE',
      params: { folder, pid: process.pid },
    });
    await first.release();
    expect(existsSync(file)).toBe(false);
    await (await lockLibrary(folder, file, 'second')).release();
  });

  it.each([
    ['its process is gone', () => owner({ pid: spawnSync('true').pid })],
    ['it was torn', () => '{"pid":12'],
    ['it is empty', () => ''],
    ['it is ours, from before the drive went away', () => owner({ instance: 'mine' })],
  ])('a lock is taken over at once when %s', async (_case, content) => {
    const { folder, file } = await lockFile();
    await writeFile(file, content());
    const lock = await lockLibrary(folder, file, 'mine');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ instance: 'mine' });
    await lock.release();
  });

  it('a lock of another computer holds while it is touched, and not for long afterwards', async () => {
    const { folder, file } = await lockFile();
    await writeFile(file, owner({ host: 'elsewhere' }));
    await expect(lockLibrary(folder, file, 'mine')).rejects.toMatchObject({
      code: 'LIBRARY_IN_USE',
    });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    await (await lockLibrary(folder, file, 'mine')).release();
  });

  it('a lock that another one took over while this one slept is left to the other one', async () => {
    const { folder, file } = await lockFile();
    const slept = await lockLibrary(folder, file, 'first');
    await utimes(file, 0, 0);
    const taken = await lockLibrary(folder, file, 'second');
    await slept.release();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ instance: 'second' });
    await taken.release();
  });

  it('is let go of without complaint when its file cannot be removed any more', async () => {
    const { folder, file } = await lockFile();
    const lock = await lockLibrary(folder, file, 'first');
    await rm(file);
    await mkdir(file);
    await expect(lock.release()).resolves.toBeUndefined();
  });
});
