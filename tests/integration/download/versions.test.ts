/** Servers on which only ETags and dates tell one version of a file from the next, and what else they may do. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAll, syntheticContent } from '../../hub/content.ts';
import type { Hub } from '../../hub/hub.ts';
import { isDone, isFailed, isSettled, startEngine } from '../../support/engine-rig.ts';
import { sendRange, serve } from '../../support/small-server.ts';
import { installedPath, MiB, REF, weightsRig } from './model-fixture.ts';

const SIZE = 20 * MiB;

/** An engine for a server that publishes no digests. */
async function startAt(listener: RequestListener) {
  const url = await serve(listener);
  const rig = await startEngine({ url, certificate: null } as Hub, { kind: 'url' });
  const installed = path.join(rig.folder, 'plain/files/w.gguf');
  return { ...rig, url, installed, ref: `url:${url}/w.gguf` };
}

/** A file that is another from the n-th request on. */
function changingAt(count: number, tags: readonly [string, string] | null): RequestListener {
  let asked = 0;
  return (request, response) => {
    const version = asked < count ? 0 : 1;
    asked += 1;
    const tag = tags?.[version];
    sendRange(request, response, Buffer.alloc(SIZE, version + 1), tag ? { etag: tag } : {});
  };
}

describe.each([
  ['strong', '"one"', '"two"'],
  ['weak', 'W/"one"', 'W/"two"'],
])('criterion 10: a server that takes no conditions, with %s ETags', (_kind, one, two) => {
  it('the halves of two versions of one size are never mixed', async () => {
    const { fetch, until, ref, installed } = await startAt(changingAt(5, [one, two]));
    const failed = await until(await fetch(ref), isSettled);
    expect(failed.state).toMatchObject({ kind: 'failed', error: { code: 'CONTENT_CHANGED' } });
    expect(existsSync(installed)).toBe(false);
  });
});

it('criterion 10: an ETag that became weak on the way is the same', async () => {
  const rig = await startAt(changingAt(5, ['"one"', 'W/"one"']));
  await rig.until(await rig.fetch(rig.ref), isSettled);
  expect(rig.engine.get(rig.ref)?.state.kind).toBe('done');
});

it('criterion 10: where nothing tells versions apart, a pause begins again from nothing', async () => {
  let version = 1;
  let isSlow = true;
  const held: (() => void)[] = [];
  const rig = await startAt((request, response) => {
    const answer = () => sendRange(request, response, Buffer.alloc(SIZE, version));
    const isFar = !/bytes=0-/.test(request.headers.range ?? '');
    if (isSlow && isFar) held.push(answer);
    else answer();
  });
  const id = await rig.fetch(rig.ref);
  await rig.until(id, ({ receivedBytes }) => receivedBytes > 0);
  await rig.engine.pause(id);
  version = 2;
  isSlow = false;
  for (const answer of held) answer();
  await rig.engine.resume(id);
  await rig.until(id, isDone);
  expect(new Set(await readFile(rig.installed))).toEqual(new Set([2]));
});

/** A server that sends on to `target`, and an engine that fetches from it. */
async function startBefore(target: string, bytes: Buffer) {
  const rig = await startAt((request, response) => {
    response.writeHead(302, { location: `${target}${request.url}` }).end();
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...rig, ref: `${rig.ref}#sha256=${sha256}` };
}

/** What is not to happen is waited for only so long. */
const orPatience = (event: Promise<unknown>) =>
  Promise.race([event, new Promise((resolve) => setTimeout(resolve, 400))]);

const isProbe = ({ headers }: IncomingMessage) => headers.range === 'bytes=0-0';

it('criterion 13: a whole answer that comes late never goes over bytes that are there already', async () => {
  const good = await readAll(syntheticContent({ sizeBytes: SIZE, seed: 5 }));
  const bad = Buffer.from(good);
  bad[3 * MiB] = (bad[3 * MiB] ?? 0) ^ 1;
  let isFirst = true;
  // One node of a cluster takes no ranges, is slow to answer, and has a damaged file.
  const storage = await serve((request, response) => {
    if (isProbe(request) || !isFirst) return sendRange(request, response, good);
    isFirst = false;
    showThatItIsWell();
    void (async () => {
      await orPatience(rig.until(rig.ref, ({ receivedBytes }) => receivedBytes > 8 * MiB));
      response.writeHead(200, { 'content-length': SIZE }).write(bad.subarray(0, 3 * MiB));
      await orPatience(rig.until(rig.ref, ({ verifiedBytes }) => verifiedBytes > 4 * MiB));
      response.end(bad.subarray(3 * MiB));
    })();
  });
  const rig = await startBefore(storage, good);
  /** As another download does meanwhile, so that more connections are let in. */
  function showThatItIsWell() {
    const { signal } = new AbortController();
    const asking = rig.hosts.acquire(new URL(storage).host, { who: 'other', signal, weight: 0 });
    void asking.then((lease) => {
      lease.answered();
      lease.release();
    });
  }
  await rig.until(await rig.fetch(rig.ref), isDone);
  expect((await readFile(rig.installed)).equals(good)).toBe(true);
});

it('a storage host that sends on to another is followed', async () => {
  const bytes = Buffer.alloc(SIZE, 7);
  const last = await serve((request, response) => sendRange(request, response, bytes));
  const middle = await serve((request, response) => {
    if (isProbe(request)) sendRange(request, response, bytes);
    else response.writeHead(302, { location: `${last}${request.url}` }).end();
  });
  const rig = await startBefore(middle, bytes);
  await rig.until(await rig.fetch(rig.ref), isDone);
  expect((await readFile(rig.installed)).equals(bytes)).toBe(true);
});

it('a server that names the range even of a whole file is understood', async () => {
  const bytes = Buffer.alloc(1000, 3);
  const range = { 'content-range': 'bytes 0-999/1000', etag: '"one"' };
  const rig = await startAt((request, response) => {
    if (request.headers.range) return sendRange(request, response, bytes, { etag: '"one"' });
    response.writeHead(200, { ...range, 'content-length': 1000 }).end(bytes);
  });
  await rig.until(await rig.fetch(rig.ref), isDone);
  expect(await readFile(rig.installed)).toEqual(bytes);
});

it('a file in the way is told before anything is fetched for its place', async () => {
  const rig = await weightsRig(SIZE);
  const target = installedPath(rig.folder);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, 'mine');
  const failed = await rig.until(await rig.fetch(REF), isFailed);
  expect(failed.state).toMatchObject({ error: { code: 'FILE_IN_THE_WAY' } });
  expect(rig.hub.bytesSent('**/weights.gguf')).toBe(0);
  expect(await readFile(target, 'utf8')).toBe('mine');
});
