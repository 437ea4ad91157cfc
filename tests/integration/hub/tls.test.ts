import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../hub/hub.ts';
import {
  createTestRepositories,
  LARGE,
  LARGE_ADDRESS,
  LARGE_BYTES,
  sha256,
} from './hub-fixture.ts';

const run = promisify(execFile);

let hub: Hub;
let folder: string;
let authority: string;

beforeEach(async () => {
  hub = await startHub({
    repositories: createTestRepositories(),
    plainFiles: { 'model.gguf': { content: LARGE } },
    tls: true,
  });
  folder = await mkdtemp(join(tmpdir(), 'larder-tls-'));
  authority = join(folder, 'authority.pem');
  await writeFile(authority, hub.certificate ?? '');
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const fetchTo = async (path: string, address: string, more: readonly string[] = []) => {
  const target = join(folder, path);
  await run('curl', ['-sSL', '--cacert', authority, ...more, '-o', target, hub.url + address]);
  return sha256(await readFile(target));
};

describe('over TLS', () => {
  it('both origins answer, over HTTP/1.1, to who trusts the certificate', async () => {
    expect([hub.url, hub.cdnUrl]).toEqual([
      expect.stringMatching(/^https:\/\/127/),
      expect.stringMatching(/^https:\/\/127/),
    ]);
    expect(await fetchTo('large', LARGE_ADDRESS)).toBe(await LARGE.sha256());
    expect(await fetchTo('plain', '/plain/model.gguf', ['--http2'])).toBe(await LARGE.sha256());
    expect(new Set(hub.log.map(({ connection }) => connection)).size).toBe(3);
  });

  it('nobody is answered who does not', async () => {
    const CANNOT_VERIFY = 60;
    await expect(run('curl', ['-sS', `${hub.url}/plain/model.gguf`])).rejects.toMatchObject({
      code: CANNOT_VERIFY,
    });
    expect(hub.log).toHaveLength(0);
  });

  it.each([
    ['fin', 18], // a part of the file
    ['rst', 56], // reset by peer
  ] as const)('%s cuts the connection, which curl tells by %i', async (kind, code) => {
    hub.setFaults('model.gguf', { kind, afterBytes: 1000, times: 1 });
    await expect(fetchTo('cut', '/plain/model.gguf')).rejects.toMatchObject({ code });
    expect(hub.bytesSent((record) => record.fault === kind)).toBe(1000);
  });

  it('can go away and come back', async () => {
    await hub.goOffline();
    await expect(fetchTo('gone', '/plain/model.gguf')).rejects.toThrow();
    await hub.goOnline();
    expect(await fetchTo('back', '/plain/model.gguf')).toBe(await LARGE.sha256());
    expect(hub.bytesSent('model.gguf')).toBe(LARGE_BYTES);
  });
});
