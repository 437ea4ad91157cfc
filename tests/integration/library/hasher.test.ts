import { createHash, randomBytes } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import { temporaryFolder } from '../../support/folders.ts';

const hasher = createHasher();
afterAll(() => hasher.close());

const bytes = randomBytes(3_000_001);
const expected = createHash('sha256').update(bytes).digest('hex');
const gitBlob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const chunkOf = (from: number, to: number) => new Uint8Array(bytes.subarray(from, to));

describe('the digest of a growing file', () => {
  it('is taken from memory while bytes arrive, without reading the file', async () => {
    const run = hasher.follow('/nowhere', { gitBlobBytes: bytes.length });
    run.push(0, chunkOf(0, 1_000_000));
    run.push(1_000_000, chunkOf(1_000_000, bytes.length));
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected, gitSha1: gitBlob });
  });

  it('reads back what came before a restart and what was left out', async () => {
    const file = path.join(await temporaryFolder(), 'part');
    await writeFile(file, bytes.subarray(0, 2_000_000));
    const run = hasher.follow(file, {});
    run.push(1_500_000, chunkOf(1_500_000, 2_000_000));
    await appendFile(file, bytes.subarray(2_000_000));
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected });
  });

  it('fails when the file is shorter than promised', async () => {
    const file = path.join(await temporaryFolder(), 'part');
    await writeFile(file, 'short');
    const run = hasher.follow(file, {});
    await expect(run.finish(100)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('of a file whose drive went away fails as the library does, so that it goes on with it', async () => {
    const file = path.join(await temporaryFolder(), 'gone', 'part');
    const run = hasher.follow(file, {});
    await expect(run.finish(100)).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
  });

  it('of an empty file is the digest of nothing', async () => {
    const file = path.join(await temporaryFolder(), 'empty');
    await writeFile(file, '');
    const sha256 = createHash('sha256').digest('hex');
    expect(await hasher.follow(file, {}).finish(0)).toEqual({ sha256 });
  });
});
