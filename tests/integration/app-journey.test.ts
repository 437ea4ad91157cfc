import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { getLlama, LlamaCompletion } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src-shared/domain/model.ts';
import { createDemoRepositories, DEMO_TOKENS } from '../hub/demo-repositories.ts';
import { type Core, startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';

const repositories = createDemoRepositories();

async function demo() {
  const hub = await startHubForTest({ repositories, tokens: DEMO_TOKENS, pageSize: 2 });
  const userData = path.join(await temporaryFolder(), 'data');
  const core = await startCore({ userData, hubUrl: hub.url });
  return { hub, core, userData, library: path.join(userData, 'library') };
}

async function install(core: Core, ref: string) {
  const { id, folder } = await core.value('models.track', { ref });
  await core.untilEvent(
    (event) =>
      event.type === 'model.status' &&
      event.data.modelId === id &&
      event.data.model?.availability === 'available',
  );
  return { id, folder };
}

describe('from a reference to a model that answers', () => {
  it('a real llama.cpp answers from the installed file', async () => {
    const { core } = await demo();
    const { folder } = await install(core, 'hf:larder-demo/tiny-words-GGUF:Q8_0');
    const llama = await getLlama({ gpu: false, build: 'never' });
    const model = await llama.loadModel({ modelPath: path.join(folder, 'tiny-words-Q8_0.gguf') });
    const context = await model.createContext({ contextSize: 128, threads: 1 });
    const completion = new LlamaCompletion({ contextSequence: context.getSequence() });
    const words = await completion.generateCompletion('tests like', {
      maxTokens: 12,
      temperature: 0,
    });
    expect(words.trim()).toBe('answers that never change');
    await llama.dispose();
  });

  it('writes a manifest that describes the library by itself', async () => {
    const { core, library } = await demo();
    const { id } = await install(core, 'silero/silero-vad');
    const folder = path.join(library, '.larder', 'manifests');
    const [name] = await readdir(folder);
    const text = await readFile(path.join(folder, name as string), 'utf8');
    const manifest = manifestSchema.parse(JSON.parse(text));
    expect(manifest).toMatchObject({ id, origin: { repository: 'silero/silero-vad' } });
    expect(manifest.files.every(({ verifiedSha256 }) => verifiedSha256)).toBe(true);
    const [status] = (await core.value('models.status', { id })).items;
    expect(status?.integrity).toMatchObject({ proof: 'digest', missingFiles: [] });
  });

  it('R1.2 R2.2 names a file that went missing, and brings back only that one', async () => {
    const { core, hub } = await demo();
    const { id, folder } = await install(core, 'hf:larder-demo/tiny-shards');
    const [shard] = (await readdir(folder)).filter((name) => name.includes('-00001-'));
    await rm(path.join(folder, shard as string));
    const [partial] = (await core.value('models.status', { id })).items;
    expect(partial).toMatchObject({
      availability: 'partial',
      integrity: { missingFiles: [shard] },
    });
    expect(partial?.sentence).toContain(shard);
    hub.clearLog();
    await core.value('downloads.manage', { action: 'start', modelId: id });
    await core.untilDownload(
      ({ state, files }) => state.kind === 'done' && files.length === 1 && files[0]?.path === shard,
    );
    expect(existsSync(path.join(folder, shard as string))).toBe(true);
    const fetched = hub.log.filter(({ bodyBytes, file }) => file && bodyBytes > 0);
    expect(new Set(fetched.map(({ file }) => file))).toEqual(
      new Set([`larder-demo/tiny-shards/${shard}`]),
    );
  });

  it('keeps files that another variant of the repository still uses', async () => {
    const { core } = await demo();
    const one = await install(core, 'hf:larder-demo/tiny-words-GGUF:Q8_0');
    const two = await install(core, 'hf:larder-demo/tiny-words-GGUF:F16');
    const { freedBytes } = await core.value('models.remove', { id: one.id, toTrash: false });
    expect(freedBytes).toBeGreaterThan(0);
    const [left] = (await core.value('models.status', { id: two.id })).items;
    expect(left?.availability).toBe('available');
    expect((await core.value('models.list', {})).items).toHaveLength(1);
  });

  it('leaves nothing behind when the last model is removed', async () => {
    const { core, library } = await demo();
    const { id } = await install(core, 'silero/silero-vad');
    await core.value('models.remove', { id, toTrash: false });
    expect(await readdir(library)).toEqual(['.larder']);
    expect(await readdir(path.join(library, '.larder', 'manifests'))).toEqual([]);
  });

  it('a removal that fails in the middle leaves nothing called available that is not', async () => {
    const { core } = await demo();
    const { id, folder } = await install(core, 'hf:larder-demo/tiny-shards');
    await core.value('downloads.manage', { action: 'dismiss', modelId: id });
    await core.value('models.status', { id });
    const last = (await readdir(folder)).sort().at(-1) as string;
    await rm(path.join(folder, last));
    await mkdir(path.join(folder, last));
    expect((await core.call('models.remove', { id, toTrash: false })).ok).toBe(false);
    const [left] = (await core.value('models.list', {})).items;
    expect(left?.availability).not.toBe('available');
  });

  it('takes a kept part away with its model', async () => {
    const { core, hub, library } = await demo();
    hub.setRates({ totalBytesPerSecond: 20e6 });
    const { id } = await core.value('models.track', { ref: 'larder-demo/slow-and-large' });
    await core.untilEvent(
      (event) => event.type === 'download.progress' && event.data.download.receivedBytes > 1e6,
    );
    await core.value('downloads.manage', { action: 'cancel', modelId: id, deletePartial: false });
    const parts = path.join(library, '.larder', 'downloads');
    expect(await readdir(parts)).toHaveLength(1);
    await core.value('models.remove', { id });
    expect(await readdir(parts)).toEqual([]);
  });

  it('shows how each variant fits before anything is downloaded', async () => {
    const { core } = await demo();
    const repository = await core.value('hub.repository', { ref: 'larder-demo/hundred-gigabytes' });
    const [variant] = repository.variants;
    expect(variant?.fit.verdict).toBe('too-large');
    expect(variant?.sizeBytes).toBeGreaterThan(99e9);
    const { items } = await core.value('hub.search', { q: '', fits: true });
    const names = items.map(({ name }) => name);
    expect(names).toContain('tiny-words-GGUF');
    expect(names).not.toContain('hundred-gigabytes');
  });

  it('S4 a changed library folder counts at once: the models there are shown', async () => {
    const { core, userData } = await demo();
    const { id } = await install(core, 'silero/silero-vad');
    await core.value('settings.patch', { library: { folder: path.join(userData, 'other') } });
    await core.value('models.track', { ref: 'hf:larder-demo/tiny-words-GGUF:F32' });
    const other = (await core.value('models.list', {})).items;
    expect(other.map((model) => model.id)).toEqual(['hf:larder-demo/tiny-words-GGUF:F32']);
    await core.value('settings.patch', { library: { folder: null } });
    const back = (await core.value('models.list', {})).items;
    expect(back.map((model) => model.id)).toEqual([id]);
  });
});
