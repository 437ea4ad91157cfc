import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowAndLargeContent } from '../../hub/demo-files.ts';
import {
  createDemoRepositories,
  createDemoUpdate,
  DEMO_TOKENS,
} from '../../hub/demo-repositories.ts';
import { type Hub, startHub } from '../../hub/hub.ts';
import { connectRemoteHub } from '../../hub/remote-hub.ts';
import { readServeOptions, serveHub } from '../../hub/serve.ts';
import { ask, askThrough, sha256 } from './hub-fixture.ts';

const SILERO_V5_BYTES = 2_327_524;

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ repositories: createDemoRepositories(), tokens: DEMO_TOKENS });
});
afterAll(() => hub.close());

const json = async (path: string) => JSON.parse((await ask(hub.url + path)).body.toString());

describe('the demo repositories', () => {
  it('are all found but the private one', async () => {
    const names = (await json('/api/models?full=true')).map(({ id }: { id: string }) => id);
    expect(names.toSorted()).toEqual([
      'larder-demo/gated-words-GGUF',
      'larder-demo/hundred-gigabytes',
      'larder-demo/slow-and-large',
      'larder-demo/tiny-shards',
      'larder-demo/tiny-words-GGUF',
      'larder-demo/tiny-words-split-GGUF',
      'silero/silero-vad',
      'tesseract/eng',
    ]);
  });

  it('hold real models whose bytes match the digest told', async () => {
    const real = [
      ['silero/silero-vad', 'silero_vad_v5.onnx'],
      ['tesseract/eng', '4.0.0_best_int/eng.traineddata'],
    ] as const;
    for (const [id, path] of real) {
      const { headers } = await ask(`${hub.url}/${id}/resolve/main/${path}`);
      const { body } = await askThrough(`${hub.url}/${id}/resolve/main/${path}`);
      expect(headers['x-linked-etag']).toBe(`"${sha256(body)}"`);
      expect(headers['x-linked-size']).toBe(String(body.length));
    }
    const { siblings } = await json('/api/models/silero/silero-vad?blobs=true');
    expect(siblings).toContainEqual(
      expect.objectContaining({ rfilename: 'silero_vad_v5.onnx', size: SILERO_V5_BYTES }),
    );
  });

  it('declare the true digest of the large one', async () => {
    const { headers } = await ask(
      `${hub.url}/larder-demo/slow-and-large/resolve/main/slow-and-large-Q8_0.gguf`,
    );
    const computed = await slowAndLargeContent(false).sha256();
    expect(headers['x-linked-etag']).toBe(`"${computed}"`);
  });

  it('serve the end of a hundred gigabytes at once', async () => {
    const address = `${hub.url}/larder-demo/hundred-gigabytes/resolve/main/hundred-gigabytes-Q8_0.gguf`;
    const { status, body } = await askThrough(address, { headers: { range: 'bytes=-1000' } });
    expect([status, body.length]).toEqual([206, 1000]);
  });

  it('have safetensors shards that fit their index', async () => {
    const base = `${hub.url}/larder-demo/tiny-shards/resolve/main`;
    const index = JSON.parse(
      (await askThrough(`${base}/model.safetensors.index.json`)).body.toString(),
    );
    for (const [tensor, shard] of Object.entries<string>(index.weight_map)) {
      const { body } = await askThrough(`${base}/${shard}`);
      const end = 8 + Number(body.readBigUInt64LE());
      const header = JSON.parse(body.subarray(8, end).toString());
      expect(header).toHaveProperty([tensor]);
      const ends = Object.values<{ data_offsets?: [number, number] }>(header).map(
        (t) => t.data_offsets?.[1] ?? 0,
      );
      expect(end + Math.max(...ends)).toBe(body.length);
    }
  });

  it('give the gated and private files to a member only', async () => {
    const status = async (path: string, token: string) =>
      (await ask(hub.url + path, { headers: { authorization: `Bearer ${token}` } })).status;
    const gated = '/larder-demo/gated-words-GGUF/resolve/main/gated-words-Q8_0.gguf';
    const hidden = '/larder-demo/private-words-GGUF/resolve/main/private-words-F16.gguf';
    expect([await status(gated, 'hf_demo_guest'), await status(gated, 'hf_demo_member')]).toEqual([
      403, 302,
    ]);
    expect([await status(hidden, 'hf_demo_guest'), await status(hidden, 'hf_demo_member')]).toEqual(
      [404, 302],
    );
  });

  it('can be updated while they are served', async () => {
    const { sha } = await json('/api/models/larder-demo/tiny-words-GGUF');
    const pushed = hub.pushCommit('larder-demo/tiny-words-GGUF', createDemoUpdate());
    expect(pushed).not.toBe(sha);
    expect((await json('/api/models/larder-demo/tiny-words-GGUF')).sha).toBe(pushed);
  });
});

describe('a served hub', () => {
  it('greets, obeys JSON lines, and ends with its input', async () => {
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const served = serveHub(streams, readServeOptions(['--page-size', '2']));
    const remote = await connectRemoteHub({ stdin: streams.input, stdout: streams.output });
    expect(JSON.parse((await ask(`${remote.url}/api/models`)).body.toString())).toHaveLength(2);
    await remote.send({
      command: 'setFaults',
      pattern: '/api/**',
      plans: { kind: 'status', status: 418 },
    });
    expect((await ask(`${remote.url}/api/models`)).status).toBe(418);
    expect(await remote.send({ command: 'log' })).toMatchObject([
      { status: 200 },
      { status: 418, fault: 'status' },
    ]);
    await remote.send({ command: 'whenSent', filter: '/api/models', bytes: 1 });
    await expect(remote.send({ command: 'nonsense' } as never)).rejects.toThrow('unknown command');
    streams.input.end();
    await served;
    expect((await ask(remote.url)).status).toBe(0);
  });
});
