import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll, syntheticContent } from '../../hub/content.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  createTestRepositories,
  LARGE,
  LARGE_ADDRESS,
  LARGE_BYTES,
  README,
  README_ADDRESS,
  sha256,
  TOKENS,
} from './hub-fixture.ts';

const run = promisify(execFile);
const HALF = Math.floor(LARGE_BYTES / 2);
const WIDE = syntheticContent({ sizeBytes: 6_000_011, seed: 8 });
const isHubFile = (record: { origin: string }): boolean => record.origin === 'cdn';

let hub: Hub;
let folder: string;

beforeEach(async () => {
  hub = await startHub({
    repositories: createTestRepositories(),
    tokens: TOKENS,
    plainFiles: {
      'model.gguf': { content: LARGE },
      'wide.gguf': { content: WIDE },
      'moved.gguf': { content: WIDE, redirectTo: '/plain/wide.gguf' },
      'away.gguf': { content: WIDE, redirectTo: 'cdn' },
    },
    ollamaModels: [{ name: 'library/tiny', layers: [{ mediaType: 'model', content: LARGE }] }],
    civitaiModels: [
      {
        id: 1,
        name: 'One',
        versions: [{ id: 11, name: 'v1', files: [{ name: 'named.gguf', content: LARGE }] }],
      },
    ],
  });
  folder = await mkdtemp(join(tmpdir(), 'larder-hub-'));
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const digestOf = async (path: string): Promise<string> => sha256(await readFile(path));

describe('curl', () => {
  it('continues half a file, and only the other half is sent', async () => {
    const path = join(folder, 'model.gguf');
    await writeFile(path, (await readAll(LARGE)).subarray(0, HALF));
    await run('curl', ['-sS', '-L', '-C', '-', '-o', path, hub.url + LARGE_ADDRESS]);
    expect(await digestOf(path)).toBe(await LARGE.sha256());
    expect(hub.bytesSent(isHubFile)).toBe(LARGE_BYTES - HALF);
  });

  it.each(['plain file', 'blob of the registry'])('continues half a %s', async (kind) => {
    const blob = `/v2/library/tiny/blobs/sha256:${await LARGE.sha256()}`;
    const address = kind === 'plain file' ? '/plain/model.gguf' : blob;
    const path = join(folder, 'model.gguf');
    await writeFile(path, (await readAll(LARGE)).subarray(0, HALF));
    await run('curl', ['-sS', '-L', '-C', '-', '-o', path, hub.url + address]);
    expect(await digestOf(path)).toBe(await LARGE.sha256());
    expect(hub.bytesSent()).toBe(LARGE_BYTES - HALF);
  });

  it('takes the name Civitai tells', async () => {
    const address = `${hub.url}/api/download/models/11`;
    await run('curl', ['-sSLOJ', '--output-dir', folder, address]);
    expect(await digestOf(join(folder, 'named.gguf'))).toBe(await LARGE.sha256());
  });

  it('tries again by itself after a cut, and ends with the right digest', async () => {
    hub.setFaults('model.gguf', { kind: 'fin', afterBytes: 500_000, times: 1 });
    const path = join(folder, 'model.gguf');
    const again = ['--retry', '1', '--retry-all-errors'];
    await run('curl', ['-sSL', ...again, '-o', path, hub.url + LARGE_ADDRESS], { timeout: 20_000 });
    expect(await digestOf(path)).toBe(await LARGE.sha256());
  });

  it('reads a small file, plain and compressed', async () => {
    const plain = await run('curl', ['-sSL', hub.url + README_ADDRESS]);
    const packed = await run('curl', ['-sSL', '--compressed', hub.url + README_ADDRESS]);
    expect([plain.stdout, packed.stdout]).toEqual([README, README]);
    expect(
      hub.log
        .filter(({ status }) => status === 200)
        .map(({ bodyBytes }) => bodyBytes === README.length),
    ).toEqual([true, false]);
  });
});

describe('aria2c', () => {
  /** Fetches over four connections and has aria2c itself compare the digest. */
  const fetchWide = async (address = '/shop/wide/resolve/main/wide.gguf') => {
    hub.addRepository({
      id: 'shop/wide',
      commits: [{ files: [{ path: 'wide.gguf', content: WIDE }] }],
    });
    const split = ['-x4', '-s4', '-k1M', '--file-allocation=none'];
    const checksum = `--checksum=sha-256=${await WIDE.sha256()}`;
    const target = ['-d', folder, '-o', 'wide.gguf', hub.url + address];
    await run('aria2c', ['-q', ...split, checksum, ...target], { timeout: 25_000 });
  };

  it('fetches ranges over several connections', async () => {
    hub.setRates({ perConnectionBytesPerSecond: 4_000_000 }); // slow enough for a second one to pay
    await fetchWide();
    expect(await digestOf(join(folder, 'wide.gguf'))).toBe(await WIDE.sha256());
    const ranged = hub.log.filter(({ origin, status }) => origin === 'cdn' && status === 206);
    expect(new Set(ranged.map(({ connection }) => connection)).size).toBeGreaterThan(1);
  });

  it.each([
    ['/plain/wide.gguf', 'hub'],
    ['/plain/moved.gguf', 'hub'],
    ['/plain/away.gguf', 'cdn'],
  ] as const)('fetches ranges of %s from the origin it leads to', async (address, from) => {
    hub.setRates({ perConnectionBytesPerSecond: 4_000_000 });
    await fetchWide(address);
    expect(await digestOf(join(folder, 'wide.gguf'))).toBe(await WIDE.sha256());
    const ranged = hub.log.filter(({ origin, status }) => origin === from && status === 206);
    expect(new Set(ranged.map(({ connection }) => connection)).size).toBeGreaterThan(1);
  });

  it('notices one flipped bit by the digest', async () => {
    hub.setFaults('wide.gguf', { kind: 'bitflip', offset: 1_234_567 });
    const CHECKSUM_ERROR = 32;
    await expect(fetchWide()).rejects.toMatchObject({ code: CHECKSUM_ERROR });
  });
});
