/** The transfer worker by itself: stops, limits, ends. */
import { existsSync, readFileSync } from 'node:fs';
import { link, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransfers, type TransfersOptions } from '../../../src-main/platform/transfers.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { sendRange, serve } from '../../support/small-server.ts';

const MiB = 2 ** 20;
const { signal: never } = new AbortController();

function start(options: Partial<TransfersOptions> = {}) {
  const transfers = createTransfers({
    userAgent: 'larder-test',
    diskFull: async () => new AppError('DISK_FULL', { neededBytes: 0, freeBytes: 0, folder: '' }),
    ...options,
  });
  onTestFinished(transfers.close);
  return transfers;
}

const smallRequest = (url: string, partPath: string, sizeBytes: number) => ({
  path: 'config.json',
  location: { url: `${url}/f`, headers: {}, redirected: false },
  partPath,
  sizeBytes,
  wantsGitSha1: false,
  stallTimeoutMs: 30_000,
  limits: ['all'],
});

const spanRequest = (url: string, partPath: string, sizeBytes: number) => ({
  ...smallRequest(url, partPath, sizeBytes),
  pieceBytes: MiB,
  span: { from: 0, to: sizeBytes },
  crc32: 0,
  mode: 'range' as const,
});

describe('a small file', () => {
  it('is not written any more once its stop was acknowledged', async () => {
    const folder = await temporaryFolder();
    const body = Buffer.alloc(MiB, 7);
    let onAnswer = () => {};
    const url = await serve((request, response) => {
      sendRange(request, response, body);
      onAnswer();
    });
    const transfers = start();
    for (let round = 0; round < 60; round += 1) {
      const stop = new AbortController();
      const part = path.join(folder, `${round}.part`);
      onAnswer = () => setTimeout(() => stop.abort(new Error('paused')), round % 6);
      const fetched = transfers.fetchSmall(smallRequest(url, part, body.length), stop.signal);
      const end = await fetched.then(
        () => 'fetched',
        (error: Error) => error.message,
      );
      expect(end).toMatch(/^(fetched|paused)$/);
      const isThere = existsSync(part);
      // The worker has done all it was asked for before this one.
      await transfers.fetchSmall(smallRequest(url, path.join(folder, 'next'), body.length), never);
      expect(existsSync(part)).toBe(isThere);
    }
  });

  it('never goes through another name of an installed file', async () => {
    const folder = await temporaryFolder();
    const [installed, part] = ['installed.json', 'x.part'].map((name) => path.join(folder, name));
    if (!installed || !part) throw new Error('no paths');
    await writeFile(installed, 'changed by a person');
    await link(installed, part);
    const body = Buffer.from('published');
    const url = await serve((request, response) => sendRange(request, response, body));
    await start().fetchSmall(smallRequest(url, part, body.length), never);
    expect(readFileSync(installed, 'utf8')).toBe('changed by a person');
    expect(readFileSync(part, 'utf8')).toBe('published');
  });
});

describe('the worker', () => {
  it('certificates that cannot be read fail the transfers, each with its reason, and nothing else', async () => {
    const folder = await temporaryFolder();
    const transfers = start({
      certificates: async () => {
        throw new AppError('TLS_UNTRUSTED', { host: 'this computer', reason: 'no store' });
      },
    });
    transfers.prepare();
    const request = smallRequest('http://127.0.0.1:1', path.join(folder, 'a'), 10);
    const failures = [request, request].map((one) =>
      transfers.fetchSmall(one, never).catch(({ code }: AppError) => code),
    );
    expect(await Promise.all(failures)).toEqual(['TLS_UNTRUSTED', 'TLS_UNTRUSTED']);
  });

  it('a broken certificate fails what needs it, and the worker lives on', async () => {
    const folder = await temporaryFolder();
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const transfers = start({ certificates: async () => [certificate] });
    const part = path.join(folder, 'a');
    await writeFile(part, Buffer.alloc(10));
    const secure = 'https://127.0.0.1:1';
    await expect(
      transfers.fetchSmall(smallRequest(secure, part, 10), never),
    ).rejects.toBeInstanceOf(AppError);
    expect(await transfers.start(spanRequest(secure, part, 10), () => {}).ended).toHaveProperty(
      'error',
    );
    const url = await serve((request, response) => sendRange(request, response, Buffer.alloc(10)));
    expect(await transfers.fetchSmall(smallRequest(url, part, 10), never)).toHaveProperty('sha256');
  });

  it('what is under way when it is closed has ended', async () => {
    const folder = await temporaryFolder();
    const part = path.join(folder, 'a');
    await writeFile(part, Buffer.alloc(10));
    let onAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const url = await serve(() => onAsked());
    const transfers = start();
    const transfer = transfers.start(spanRequest(url, part, 10), () => {});
    await asked;
    await transfers.close();
    expect((await transfer.ended).error?.code).toBe('TRANSFER_CUT');
  });

  it('R5.3: a limit far below what a read brings is no silence of the server', async () => {
    const folder = await temporaryFolder();
    const part = path.join(folder, 'a');
    const body = Buffer.alloc(24 * 1024, 7);
    await writeFile(part, Buffer.alloc(body.length));
    const url = await serve((request, response) => sendRange(request, response, body));
    const transfers = start();
    transfers.setLimit('all', 8_000);
    const request = { ...spanRequest(url, part, body.length), stallTimeoutMs: 400 };
    expect(await transfers.start(request, () => {}).ended).toEqual({});
    expect((await readFile(part)).equals(body)).toBe(true);
  });
});
