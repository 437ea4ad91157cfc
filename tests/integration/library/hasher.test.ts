import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, open, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import { temporaryFolder } from '../../support/folders.ts';

const hasher = createHasher();
afterAll(() => hasher.close());

const bytes = randomBytes(3_000_001);
const expected = createHash('sha256').update(bytes).digest('hex');
const gitBlob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

async function fileWith(content: Uint8Array | string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'part');
  await writeFile(file, content);
  return file;
}

/** A follower, and a way to wait until it digested so many bytes. */
function watch(file: string) {
  const waiting = new Map<() => void, number>();
  const reports: number[] = [];
  const run = hasher.follow(file, {
    onProgress: (hashedBytes) => {
      reports.push(hashedBytes);
      for (const [resolve, wanted] of waiting) if (hashedBytes >= wanted) resolve();
    },
  });
  const until = (wanted: number) =>
    new Promise<void>((resolve) => {
      waiting.set(resolve, wanted);
      if (run.hashedBytes >= wanted) resolve();
    });
  return { run, reports, until };
}

describe('the digest of a growing file', () => {
  it('follows what is written, before the file is whole', async () => {
    const file = await fileWith(bytes.subarray(0, 1_000_000));
    const { run, until } = watch(file);
    run.advance(1_000_000);
    await until(1_000_000);
    await appendFile(file, bytes.subarray(1_000_000));
    run.advance(2_000_000);
    run.advance(2_500_000);
    await until(2_500_000);
    expect(run.hashedBytes).toBe(2_500_000);
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected });
  });

  it('never reads beyond what it was told is there', async () => {
    const file = await fileWith(Buffer.concat([bytes.subarray(0, 1_000_000), Buffer.alloc(5e6)]));
    const { run, until } = watch(file);
    run.advance(1_000_000);
    await until(1_000_000);
    const handle = await open(file, 'r+');
    await handle.write(bytes, 1_000_000, bytes.length - 1_000_000, 1_000_000);
    await handle.close();
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected });
  });

  it('is the git blob id as well, where it is wanted', async () => {
    const run = hasher.follow(await fileWith(bytes), { gitBlobBytes: bytes.length });
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected, gitSha1: gitBlob });
  });

  it('is taken of several files in turn, each told apart', async () => {
    const contents = Array.from({ length: 5 }, (_, index) => randomBytes(9_000_000 + index));
    const digests = await Promise.all(
      contents.map(async (content) =>
        hasher.follow(await fileWith(content), {}).finish(content.length),
      ),
    );
    expect(digests.map(({ sha256 }) => sha256)).toEqual(
      contents.map((content) => createHash('sha256').update(content).digest('hex')),
    );
  });

  it('tells of its progress a few times only, however often the file grows', async () => {
    const file = await fileWith('');
    const { run, reports, until } = watch(file);
    const stream = createWriteStream(file);
    for (let at = 0; at < bytes.length; at += 1_000) {
      if (!stream.write(bytes.subarray(at, at + 1_000))) await once(stream, 'drain');
    }
    await new Promise<void>((resolve) => stream.end(resolve));
    for (let length = 1; length <= bytes.length; length += 1_000) run.advance(length);
    run.advance(bytes.length);
    await until(bytes.length);
    expect(reports.length).toBeLessThan(20);
    expect(await run.finish(bytes.length)).toEqual({ sha256: expected });
  });

  it('fails when the file is shorter than promised', async () => {
    const run = hasher.follow(await fileWith('short'), {});
    await expect(run.finish(100)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('that failed on its way says so in the end', async () => {
    const file = await fileWith(bytes);
    const { run } = watch(file);
    await truncate(file, 10);
    run.advance(bytes.length);
    const other = hasher.follow(await fileWith('other'), {});
    await other.finish(5);
    await expect(run.finish(bytes.length)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('of a file whose drive went away fails as the library does, so that it goes on with it', async () => {
    const file = path.join(await temporaryFolder(), 'gone', 'part');
    const run = hasher.follow(file, {});
    await expect(run.finish(100)).rejects.toMatchObject({ code: 'LIBRARY_MISSING' });
  });

  it('of an empty file is the digest of nothing', async () => {
    const sha256 = createHash('sha256').digest('hex');
    expect(await hasher.follow(await fileWith(''), {}).finish(0)).toEqual({ sha256 });
  });
});

describe('the checksums of spans', () => {
  it('are those of the bytes, in the order asked for', async () => {
    const file = await fileWith(bytes);
    const spans = [
      { from: 2_000_000, to: 3_000_001 },
      { from: 0, to: 1_500_000 },
      { from: 7, to: 7 },
    ];
    const found = await hasher.checksums(file, spans);
    expect(found).toEqual(spans.map(({ from, to }) => crc32(bytes.subarray(from, to))));
  });

  it('are missing where the file does not reach', async () => {
    const file = await fileWith(bytes);
    const spans = [
      { from: 3_000_000, to: 3_000_002 },
      { from: 9_000_000, to: 9_000_001 },
      { from: 0, to: 1 },
    ];
    expect(await hasher.checksums(file, spans)).toEqual([null, null, crc32(bytes.subarray(0, 1))]);
  });

  it('of nothing need no file', async () => {
    expect(await hasher.checksums('/nowhere', [])).toEqual([]);
  });

  it('do not hold up a digest that is asked for meanwhile', async () => {
    const large = await fileWith('');
    await truncate(large, 2 ** 28);
    const ended: string[] = [];
    const checks = [0, 1].map(() =>
      hasher.checksums(large, [{ from: 0, to: 2 ** 28 }]).then(() => ended.push('checksums')),
    );
    const run = hasher.follow(await fileWith(bytes), {});
    await run.finish(bytes.length).then(() => ended.push('digest'));
    await Promise.all(checks);
    expect(ended[0]).toBe('digest');
  });

  it('of a file that is not there fail as the library does', async () => {
    const file = path.join(await temporaryFolder(), 'gone', 'part');
    await expect(hasher.checksums(file, [{ from: 0, to: 1 }])).rejects.toMatchObject({
      code: 'LIBRARY_MISSING',
    });
  });
});
