import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import type { FaultPlan } from '../../hub/fault-plan.ts';
import type { HubRepository } from '../../hub/repository.ts';
import { isDone, isFailed, startEngine, startHubForTest } from '../../support/engine-rig.ts';

const REPOSITORY = 'maker/model';
const REF = `hf:${REPOSITORY}`;
const SIZE = 2_000_003;
const weights = syntheticContent({ sizeBytes: SIZE, seed: 7 });
const model: HubRepository = {
  id: REPOSITORY,
  commits: [
    {
      files: [
        { path: 'weights.gguf', content: weights },
        { path: 'config.json', content: bytesContent('{"model_type":"llama"}') },
      ],
    },
  ],
};

async function rig(options: Parameters<typeof startEngine>[1] = {}) {
  const hub = await startHubForTest({ repositories: [model], ...options });
  return { hub, ...(await startEngine(hub, options)) };
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function expectInstalled(folder: string) {
  const installed = path.join(folder, REPOSITORY);
  expect(await digestOf(path.join(installed, 'weights.gguf'))).toBe(await weights.sha256());
  expect(await readFile(path.join(installed, 'config.json'), 'utf8')).toBe(
    '{"model_type":"llama"}',
  );
}

describe('R1.1 a download on a line with faults', () => {
  const faults: ReadonlyArray<readonly [string, FaultPlan]> = [
    ['criterion 4: closed in the middle', { kind: 'fin', afterBytes: 300_000, times: 5 }],
    ['criterion 4: reset in the middle', { kind: 'rst', afterBytes: 300_000, times: 5 }],
    ['criterion 7: 503 again and again', { kind: 'status', status: 503, times: 4 }],
    ['criterion 8: asked to wait', { kind: 'status', status: 429, retryAfter: 0, times: 2 }],
    ['criterion 9: a link that expires', { kind: 'expire', afterBytes: 500_000 }],
    ['criterion 11: ranges ignored', { kind: 'ignore-range' }],
    ['criterion 12: ranges answered with 200', { kind: '200-with-content-range' }],
    ['criterion 12: a wrong start', { kind: 'wrong-range', wrong: 'start', times: 2 }],
    ['criterion 12: no Content-Range', { kind: 'wrong-range', wrong: 'missing', times: 2 }],
    ['criterion 13: a short body', { kind: 'short', byteCount: 1000, times: 2 }],
    ['criterion 13: a body that does not end', { kind: 'long', byteCount: 5000 }],
    ['criterion 13: chunked, without length', { kind: 'no-length' }],
    ['criterion 13: compressed despite identity', { kind: 'gzip' }],
    ['criterion 10: validators that flip', { kind: 'etag-flip', origin: 'cdn' }],
    ['criterion 15: one flipped bit', { kind: 'bitflip', offset: 1_234_567, times: 1 }],
  ];

  it.each(faults)('%s: arrives whole', async (_name, fault) => {
    const { hub, fetch, until, folder } = await rig();
    const cut: FaultPlan = { kind: 'fin', origin: 'cdn', afterBytes: 100_000, times: 1 };
    hub.setFaults('**/weights.gguf', [cut, fault]);
    const id = await fetch(REF);
    const download = await until(id, (now) => isDone(now) || isFailed(now));
    expect(download.state).toMatchObject({ kind: 'done' });
    await expectInstalled(folder);
    expect(hub.leaks).toEqual([]);
  });

  it('criterion 4: fetches hardly a byte twice when connections break', async () => {
    const { hub, fetch, until, folder } = await rig({ attempts: 20 });
    hub.setFaults('**/weights.gguf', {
      kind: 'fin',
      origin: 'cdn',
      afterBytes: 150_000,
      times: 10,
    });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder);
    expect(hub.bytesSent((record) => record.origin === 'cdn')).toBeLessThan(SIZE * 1.05);
  });

  it('criterion 5: gives up a silent connection and goes on where it stopped', async () => {
    const { hub, fetch, until, folder } = await rig({ stallTimeoutMs: 150 });
    hub.setFaults('**/weights.gguf', {
      kind: 'stall',
      origin: 'cdn',
      afterBytes: 700_000,
      times: 1,
    });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder);
    expect(hub.bytesSent((record) => record.origin === 'cdn')).toBeLessThan(SIZE * 1.2);
  });

  it('tells each wait with its number, and fails with a sentence when attempts are used up', async () => {
    const { hub, fetch, until, heard } = await rig({ attempts: 3 });
    hub.setFaults('**/weights.gguf', { kind: 'status', status: 503 });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'SERVER_FAILED', retryable: true } });
    const waits = heard
      .flatMap(({ download }) => download?.files ?? [])
      .flatMap(({ state }) =>
        state.kind === 'retrying' ? [`${state.attempt} of ${state.of}`] : [],
      );
    expect([...new Set(waits)]).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  });

  it('criterion 9: asks the hub again once for an expired link, not for every failure', async () => {
    const { hub, fetch, until } = await rig();
    hub.setFaults('**/weights.gguf', { kind: 'expire', afterBytes: 500_000 });
    hub.setFaults('*/*/weights.gguf', {
      kind: 'fin',
      origin: 'cdn',
      afterBytes: 600_000,
      times: 1,
    });
    await until(await fetch(REF), isDone);
    const resolves = hub.log.filter(
      ({ origin, path: asked }) => origin === 'hub' && asked.includes('/resolve/'),
    );
    expect(resolves.filter(({ path: asked }) => asked.includes('weights'))).toHaveLength(2);
  });

  it('criterion 14: never takes a sign-in page for a model file', async () => {
    const { hub, fetch, until, folder } = await rig();
    hub.setFaults('**/weights.gguf', {
      kind: 'html',
      origin: 'cdn',
      contentType: 'application/octet-stream',
    });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { category: 'integrity' } });
    expect(existsSync(path.join(folder, REPOSITORY, 'weights.gguf'))).toBe(false);
  });

  it('criterion 15: sets damaged copies aside and says so when the source itself is wrong', async () => {
    const { hub, fetch, until, folder } = await rig();
    hub.setFaults('**/weights.gguf', { kind: 'bitflip', offset: 99 });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'DIGEST_MISMATCH' } });
    expect(await readdir(path.join(folder, '.larder', 'quarantine'))).toHaveLength(2);
    expect(existsSync(path.join(folder, REPOSITORY, 'weights.gguf'))).toBe(false);
  });

  it('proves small files by their git blob id', async () => {
    const { hub, fetch, until } = await rig();
    hub.setFaults('**/config.json', { kind: 'bitflip', offset: 3 });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'DIGEST_MISMATCH' } });
  });

  it('shown bytes never fall while connections break', async () => {
    const { hub, fetch, until, heard } = await rig({ attempts: 20 });
    hub.setFaults('**/weights.gguf', { kind: 'rst', origin: 'cdn', afterBytes: 250_000, times: 6 });
    await until(await fetch(REF), isDone);
    const shown = heard.flatMap(({ download }) => (download ? [download.receivedBytes] : []));
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });
});

describe('S7 names and places', () => {
  it('does not overwrite a file it does not own', async () => {
    const { fetch, until, folder } = await rig();
    const target = path.join(folder, REPOSITORY, 'weights.gguf');
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, 'precious');
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'FILE_IN_THE_WAY' } });
    expect(await readFile(target, 'utf8')).toBe('precious');
  });

  it('takes up a file that is already there and proven, without fetching it', async () => {
    const { hub, fetch, until, folder } = await rig();
    const target = path.join(folder, REPOSITORY, 'weights.gguf');
    await mkdir(path.dirname(target), { recursive: true });
    const chunks: Uint8Array[] = [];
    for await (const chunk of weights.read(0, SIZE)) chunks.push(chunk);
    await writeFile(target, Buffer.concat(chunks));
    await until(await fetch(REF), isDone);
    await expectInstalled(folder);
    expect(hub.bytesSent('**/weights.gguf')).toBe(0);
  });
});
