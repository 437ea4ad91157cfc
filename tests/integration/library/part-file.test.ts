import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileIdentity, PartStore } from '../../../src-main/engines/ports.ts';
import { createPartStore } from '../../../src-main/library/part-file.ts';
import { temporaryFolder } from '../../support/folders.ts';

const identity: FileIdentity = {
  endpoint: 'https://hub.example',
  repository: 'maker/model',
  revision: 'a'.repeat(40),
  path: 'weights.gguf',
  sizeBytes: 1000,
  digest: `sha256:${'b'.repeat(64)}`,
};

async function storeIn(folder: string): Promise<PartStore> {
  await mkdir(path.join(folder, 'downloads'), { recursive: true });
  return createPartStore({
    downloadsFolder: path.join(folder, 'downloads'),
    quarantineFolder: path.join(folder, 'quarantine'),
    freeBytes: async () => 0,
  });
}

/** A part with 300 promised bytes and 100 more that no record covers. */
async function interrupted(folder: string) {
  const store = await storeIn(folder);
  const part = await store.open('d', identity);
  await part.append(Buffer.alloc(100, 1));
  await part.commit();
  await part.append(Buffer.alloc(200, 2));
  await part.commit();
  await part.append(Buffer.alloc(100, 3));
  await part.close();
  const file = store.partPath('d', identity.path);
  return { store, file, journal: file.replace(/\.part$/, '.journal') };
}

describe('criterion 18: what a part file promises after an unclean end', () => {
  it('is what the journal covers; the rest is cut off', async () => {
    const { store, file } = await interrupted(await temporaryFolder());
    const part = await store.open('d', identity);
    expect(part.length).toBe(300);
    await part.close();
    expect(
      (await readFile(file)).equals(Buffer.concat([Buffer.alloc(100, 1), Buffer.alloc(200, 2)])),
    ).toBe(true);
  });

  it('criterion 2: cut the journal at any byte, it never promises more than was there', async () => {
    const { store, journal } = await interrupted(await temporaryFolder());
    const whole = await readFile(journal);
    const promised = new Set<number>();
    for (let length = whole.length; length >= 0; length -= 1) {
      await writeFile(journal, whole.subarray(0, length));
      const { length: durable, verified } = await store.peek('d', identity);
      promised.add(durable);
      expect(verified).toBe(false);
    }
    expect([...promised].sort((a, b) => a - b)).toEqual([0, 100, 300]);
  });

  it('criterion 2: zero or flip any byte of the journal, it never promises more', async () => {
    const { store, journal } = await interrupted(await temporaryFolder());
    const whole = await readFile(journal);
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0, (whole[at] as number) ^ 1]) {
        const torn = Buffer.from(whole);
        torn[at] = value;
        await writeFile(journal, torn);
        const { length, verified } = await store.peek('d', identity);
        expect([0, 100, 300]).toContain(length);
        expect(verified).toBe(false);
      }
    }
  });

  it('is never more than the part file holds', async () => {
    const { store, file } = await interrupted(await temporaryFolder());
    await truncate(file, 42);
    expect(await store.peek('d', identity)).toEqual({ length: 42, verified: false });
  });
});

describe('a part file', () => {
  it('criterion 10: of another identity is set aside, not continued and not deleted', async () => {
    const folder = await temporaryFolder();
    const { store } = await interrupted(folder);
    const part = await store.open('d', { ...identity, digest: `sha256:${'c'.repeat(64)}` });
    expect(part.length).toBe(0);
    await part.close();
    expect(await readdir(path.join(folder, 'quarantine'))).toHaveLength(1);
  });

  it('remembers that it was proven, only while it is whole', async () => {
    const { store, file } = await interrupted(await temporaryFolder());
    const part = await store.open('d', identity);
    await part.append(Buffer.alloc(700, 4));
    await part.markVerified('d'.repeat(64));
    await part.close();
    expect(await store.peek('d', identity)).toEqual({ length: 1000, verified: true });
    await truncate(file, 999);
    expect(await store.peek('d', identity)).toEqual({ length: 999, verified: false });
  });

  it('begins again after its bytes were set aside', async () => {
    const folder = await temporaryFolder();
    const { store } = await interrupted(folder);
    const part = await store.open('d', identity);
    await part.setAside();
    expect(part.length).toBe(0);
    await part.append(Buffer.alloc(10, 9));
    await part.commit();
    await part.close();
    expect(await store.peek('d', identity)).toEqual({ length: 10, verified: false });
    expect(await readdir(path.join(folder, 'quarantine'))).toHaveLength(1);
  });

  it('of the longest name there may be can be set aside', async () => {
    const folder = await temporaryFolder();
    const store = await storeIn(folder);
    const part = await store.open('d', { ...identity, path: `${'n'.repeat(250)}.gguf` });
    await part.append(Buffer.alloc(10, 1));
    await part.setAside();
    await part.close();
    expect(await readdir(path.join(folder, 'quarantine'))).toHaveLength(1);
  });

  it('criterion 20: is never written through a planted link', async () => {
    const folder = await temporaryFolder();
    const store = await storeIn(folder);
    const outside = path.join(folder, 'outside');
    await writeFile(outside, 'precious');
    await (await store.open('d', identity)).close();
    await rm(store.partPath('d', identity.path));
    await symlink(outside, store.partPath('d', identity.path));
    await expect(store.open('d', identity)).rejects.toMatchObject({ code: 'FILE_IN_THE_WAY' });
    expect(await readFile(outside, 'utf8')).toBe('precious');
  });
});
