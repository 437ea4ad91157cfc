import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_TOKENS } from '../../hub/demo-repositories.ts';
import { createDemoSources } from '../../hub/demo-sources.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import { connectRemoteHub } from '../../hub/remote-hub.ts';
import { readServeOptions, serveHub } from '../../hub/serve.ts';
import { ask, askThrough, sha256 } from './hub-fixture.ts';

const SOURCES = createDemoSources();
const FIRST_BYTE = { headers: { range: 'bytes=0-0' } };

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ repositories: [], tokens: DEMO_TOKENS, ...SOURCES });
});
afterAll(() => hub.close());

const json = async (path: string) => JSON.parse((await ask(hub.url + path)).body.toString());

describe('the demo', () => {
  it.each(Object.keys(SOURCES.plainFiles).filter((path) => path !== 'no-ranges.gguf'))(
    'serves a part of the plain file %s',
    async (path) => {
      const { status, body } = await askThrough(`${hub.url}/plain/${path}`, FIRST_BYTE);
      expect([status, body.length]).toEqual([206, 1]);
    },
  );

  it('has a model of several layers in the registry, each with its true digest', async () => {
    const manifest = await json('/v2/library/tiny-words/manifests/latest');
    expect(manifest.layers).toHaveLength(4);
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      const { body } = await askThrough(`${hub.url}/v2/library/tiny-words/blobs/${digest}`);
      expect([`sha256:${sha256(body)}`, body.length]).toEqual([digest, size]);
    }
  });

  it('has models on Civitai to fetch, to sign in for, to wait for and to miss', async () => {
    const { items } = await json('/api/v1/models');
    const versions = items.flatMap(
      ({ modelVersions }: { modelVersions: unknown[] }) => modelVersions,
    );
    const statuses = await Promise.all(
      versions.map(async ({ downloadUrl }: { downloadUrl: string }) => [
        (await askThrough(downloadUrl, FIRST_BYTE)).status,
        (await askThrough(`${downloadUrl}?token=hf_demo_guest`, FIRST_BYTE)).status,
      ]),
    );
    expect(statuses).toEqual([
      [206, 206],
      [410, 410],
      [403, 403],
      [401, 206],
      [206, 206],
    ]);
  });
});

describe('a served hub', () => {
  it('can speak TLS, and tells whom to trust', async () => {
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const served = serveHub(streams, readServeOptions(['--tls', '--head-refused', '405']));
    const remote = await connectRemoteHub({ stdin: streams.input, stdout: streams.output });
    expect(remote.url).toMatch(/^https:/);
    expect(remote.certificate).toContain('BEGIN CERTIFICATE');
    streams.input.end();
    await served;
  });

  it('takes plain files as data', async () => {
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const served = serveHub(streams);
    const remote = await connectRemoteHub({ stdin: streams.input, stdout: streams.output });
    const get = () => ask(`${remote.url}/plain/new.bin`);
    const set = (file: { text: string } | { sizeBytes: number } | null) =>
      remote.send({ command: 'setPlainFile', path: 'new.bin', file });
    await set({ text: 'hello' });
    expect((await get()).body.toString()).toBe('hello');
    await set({ sizeBytes: 1000 });
    expect((await get()).body).toHaveLength(1000);
    await set(null);
    expect((await get()).status).toBe(404);
    streams.input.end();
    await served;
  });
});
