import { link, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FoundModel } from '../../src-shared/domain/inventory.ts';
import { bytesContent, syntheticContent } from '../hub/content.ts';
import { type Core, startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { calling } from '../support/pickles/pickle-writer.ts';
import { canMountDisks, plugInDrive } from '../support/small-disk.ts';
import { createTinyGguf, createTinyProjector } from '../support/tiny-gguf.ts';
import { createSafetensors } from '../support/tiny-safetensors.ts';
import { put, putInHfCache, putInOllama, sha256 } from './library/others/other-stores.ts';

const GGUF = createTinyGguf();

/** A home with models of four programs, and Larder over it. */
async function startAtHome(options: { readonly hubUrl?: string } = {}) {
  const home = await temporaryFolder();
  const places = {
    ollama: await putInOllama(path.join(home, '.ollama/models'), {
      weights: createTinyGguf({ seed: 2 }),
    }),
    hf: await putInHfCache(path.join(home, '.cache/huggingface/hub')),
    lmStudio: await put(path.join(home, '.lmstudio/models/maker/model/model-Q4_K_M.gguf'), GGUF),
    projector: await put(
      path.join(home, '.lmstudio/models/maker/model/mmproj-model.gguf'),
      createTinyProjector(),
    ),
    vae: await put(
      path.join(home, 'ComfyUI/models/vae/my vae.safetensors'),
      'not what it is called',
    ),
  };
  // Nobody is asked by accident.
  const core = await startCore({ userData: home, hubUrl: 'http://127.0.0.1:9', ...options });
  await core.untilEvent(
    ({ type, data }) => type === 'inventory.state' && 'scan' in data && data.scan.endedAt !== null,
  );
  return { home, places, core };
}

async function foundBy(core: Core, app: FoundModel['app']): Promise<FoundModel> {
  const { items } = await core.value('import.list', {});
  const found = items.find((item) => item.app === app);
  if (!found) throw new Error(`nothing of ${app}`);
  return found;
}

/** Looks at one more folder, and waits until that is done. */
async function scanned(core: Core, folder: string): Promise<void> {
  const before = core.events.length;
  await core.value('import.scan', { folders: [folder] });
  await core.untilEvent(
    (event) =>
      core.events.indexOf(event) >= before &&
      event.type === 'inventory.state' &&
      event.data.scan.state === 'idle',
  );
}

const adoptOne = async (core: Core, { id }: FoundModel) => {
  const { items } = await core.value('import.adopt', { ids: [id] });
  const [adopted] = items;
  if (!adopted) throw new Error('no answer');
  return adopted;
};

it('S9 models of other programs are found at the start, and the bytes that are here twice', async () => {
  const { core, places } = await startAtHome();
  const inventory = await core.value('import.list', {});
  expect(inventory.items.map(({ app }) => app).toSorted()).toEqual([
    'comfyui',
    'huggingface',
    'lm-studio',
    'ollama',
  ]);
  expect(inventory.places.map(({ models }) => models)).toEqual([1, 1, 1, 1]);
  expect(inventory.duplicates).toEqual([]);
  const { files } = await foundBy(core, 'lm-studio');
  expect(files.find(({ place }) => place === places.lmStudio)?.sha256).toBe(sha256(GGUF));
});

it('S9 one of Ollama is adopted in place: no second copy, known by its name, proven, and let go of again', async () => {
  const { core, places } = await startAtHome();
  const adopted = await adoptOne(core, await foundBy(core, 'ollama'));
  expect(adopted).toMatchObject({ modelId: 'ollama:library/tiny:1b', error: null });
  const [model] = (await core.value('models.status', { id: 'ollama:library/tiny:1b' })).items;
  expect(model).toMatchObject({ availability: 'available', source: 'ollama' });
  const here = path.join(model?.folder ?? '', 'tiny-1b.gguf');
  expect(sha256(await readFile(here))).toBe(sha256(createTinyGguf({ seed: 2 })));
  if (adopted.way === 'linked')
    expect((await stat(here)).ino).toBe((await stat(places.ollama)).ino);
  expect(
    (await core.value('import.list', {})).items.find(({ app }) => app === 'ollama')?.sameAs,
  ).toEqual([]);
  await core.value('import.undo', { modelId: 'ollama:library/tiny:1b' });
  expect((await core.value('models.list', {})).items).toEqual([]);
  expect(sha256(await readFile(places.ollama))).toBe(sha256(createTinyGguf({ seed: 2 })));
});

it('S9 one of the Hugging Face cache is the model of its hub, and of LM Studio one of nobody knows where', async () => {
  const { core } = await startAtHome();
  const fromHub = await adoptOne(core, await foundBy(core, 'huggingface'));
  expect(fromHub).toMatchObject({
    modelId: expect.stringMatching(/^hf:maker\/model/),
    error: null,
  });
  const local = await adoptOne(core, await foundBy(core, 'lm-studio'));
  expect(local).toMatchObject({ modelId: 'local:lm-studio/model-Q4_K_M', error: null });
  const { items } = await core.value('models.list', {});
  expect(items.map(({ availability }) => availability)).toEqual(['available', 'available']);
  const checked = await core.value('health.check', { depth: 'full' });
  expect(checked.queued).toBe(2);
  for (const { id } of items) await core.untilHealth(id, ({ verdict }) => verdict === 'healthy');
});

it('S9 one of LM Studio is the model of the hub when its folder and its digest say so', async () => {
  const others = { 'mmproj-model.gguf': createTinyProjector() };
  const files = Object.entries({ 'sub/model-Q4_K_M.gguf': GGUF, ...others });
  const hub = await startHubForTest({
    repositories: [
      {
        id: 'maker/model',
        commits: [
          {
            files: files.map(([name, bytes]) => ({
              path: name,
              content: bytesContent(bytes),
              lfs: true,
            })),
          },
        ],
      },
    ],
  });
  const { core } = await startAtHome({ hubUrl: hub.url });
  const { modelId } = await adoptOne(core, await foundBy(core, 'lm-studio'));
  expect(modelId).toMatch(/^hf:maker\/model/);
  const [model] = (await core.value('models.status', { id: modelId ?? '' })).items;
  expect(model?.files.map((file) => file.path).toSorted()).toEqual(
    files.map(([name]) => name).toSorted(),
  );
  expect(model).toMatchObject({ availability: 'available', version: { endpoint: hub.url } });
  expect(hub.bytesSent(({ origin }) => origin === 'cdn')).toBe(0);
});

it('a model that is on its way is not adopted beside its download, and what came of it stays', async () => {
  const content = syntheticContent({ sizeBytes: 8 * 2 ** 20, seed: 4 });
  const hub = await startHubForTest({
    repositories: [{ id: 'maker/model', commits: [{ files: [{ path: 'model.gguf', content }] }] }],
  });
  const { core } = await startAtHome({ hubUrl: hub.url });
  const found = await foundBy(core, 'huggingface');
  hub.setRates({ totalBytesPerSecond: 4e6 });
  const { id } = await core.value('models.track', { ref: 'hf:maker/model' });
  const adopted = await adoptOne(core, found);
  expect(adopted).toMatchObject({ modelId: null, error: { code: 'ACTION_NOT_POSSIBLE' } });
  hub.setRates({});
  await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
});

it('what a model has in common with its program is not counted twice', async () => {
  const { core, home } = await startAtHome();
  const folder = path.join(home, 'mine');
  await put(
    path.join(folder, 'large.safetensors'),
    createSafetensors([{ name: 'w', shape: [2 ** 20], values: new Float32Array(2 ** 20) }]),
  );
  await scanned(core, folder);
  const before = (await core.value('storage.get', {})).volumes[0]?.parts;
  const { way } = await adoptOne(core, await foundBy(core, 'folder'));
  const after = (await core.value('storage.get', {})).volumes[0]?.parts;
  expect(after?.models).toBeGreaterThanOrEqual(4 * 2 ** 20);
  if (way === 'linked')
    expect((after?.models ?? 0) + (after?.programs ?? 0)).toBe(before?.programs);
  expect((await core.value('cleanup.propose', {})).items).toEqual([]);
});

it('what is not what its name says is left alone, with the reason', async () => {
  const { core, places, home } = await startAtHome();
  const found = await foundBy(core, 'ollama');
  await writeFile(places.ollama, Buffer.alloc(createTinyGguf({ seed: 2 }).byteLength, 1));
  const adopted = await adoptOne(core, found);
  expect(adopted).toMatchObject({ modelId: null, error: { code: 'ADOPT_CHANGED' } });
  expect((await core.value('models.list', {})).items).toEqual([]);
  await rm(path.join(home, '.ollama'), { recursive: true });
  expect(await adoptOne(core, found)).toMatchObject({ error: { code: 'ADOPT_CHANGED' } });
});

it('an adoption is not undone once the library has the only copy', async () => {
  const { core, places } = await startAtHome();
  await adoptOne(core, await foundBy(core, 'ollama'));
  await rm(places.ollama);
  const refused = await core.call('import.undo', { modelId: 'ollama:library/tiny:1b' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'ORIGINAL_GONE' } });
  expect((await core.value('models.list', {})).items).toMatchObject([
    { availability: 'available' },
  ]);
});

it('S7 a pickle with code in it is quarantined, whoever kept it', async () => {
  const { core, home } = await startAtHome();
  const folder = path.join(home, 'mine');
  await put(path.join(folder, 'bad.pt'), calling('os', 'system'));
  await scanned(core, folder);
  const { modelId } = await adoptOne(core, await foundBy(core, 'folder'));
  const [model] = (await core.value('models.status', { id: modelId ?? '' })).items;
  expect(model?.availability).toBe('quarantined');
});

it('a download takes from any folder what it has, by its digest', async () => {
  const hub = await startHubForTest({
    repositories: [
      {
        id: 'maker/other',
        commits: [{ files: [{ path: 'other.gguf', content: bytesContent(GGUF), lfs: true }] }],
      },
    ],
  });
  const { core } = await startAtHome({ hubUrl: hub.url });
  await core.value('models.track', { ref: 'hf:maker/other' });
  await core.untilDownload(({ state }) => state.kind === 'done');
  expect(hub.bytesSent(({ origin }) => origin === 'cdn')).toBe(0);
});

it('bytes that are here twice are told, with what one copy would save', async () => {
  const { core, home } = await startAtHome();
  const large = Buffer.alloc(2 ** 21, 7);
  const folder = path.join(home, 'mine');
  const first = await put(path.join(folder, 'a/one.safetensors'), large);
  const second = await put(path.join(folder, 'b/two.safetensors'), large);
  await link(second, path.join(folder, 'b/again.safetensors'));
  await scanned(core, folder);
  const { duplicates } = await core.value('import.list', {});
  expect(duplicates).toMatchObject([{ wastedBytes: 2 ** 21 }]);
  expect(duplicates[0]?.places).toHaveLength(2);
  expect(duplicates[0]?.places).toContain(first);
});

it('a folder that is not there is refused', async () => {
  const { core } = await startAtHome();
  const refused = await core.call('import.scan', { folders: ['/nowhere/at/all'] });
  expect(refused).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
});

it.runIf(canMountDisks)(
  'S9: a model on another disk is used in place by a link, as long as the disk is there',
  async () => {
    const { home, core } = await startAtHome();
    const drive = plugInDrive(path.join(home, 'the drive'), path.join(home, 'E'));
    onTestFinished(drive.release);
    const weights = createTinyGguf({ seed: 5 });
    const original = await put(path.join(home, 'E/models/far.gguf'), weights);
    await scanned(core, path.join(home, 'E/models'));
    const { items } = await core.value('import.list', {});
    const found = items.find(({ files }) => files[0]?.place === original);
    const adopted = await core.value('import.adopt', { ids: [found?.id ?? ''] });
    expect(adopted.items).toMatchObject([{ way: 'symlinked', error: null }]);
    const [{ modelId } = { modelId: null }] = adopted.items;
    const id = modelId ?? '';
    const statusOf = async () => (await core.value('models.status', { id })).items[0];
    const model = await statusOf();
    expect(model).toMatchObject({ availability: 'available', integrity: { proof: 'digest' } });
    const place = path.join(model?.folder ?? '', model?.files[0]?.path ?? '');
    expect(await readlink(place)).toBe(original);
    expect((await core.value('cleanup.propose', {})).items).toEqual([]);

    drive.unplug();
    expect((await statusOf())?.availability).not.toBe('available');
    drive.plugIn();
    expect((await statusOf())?.availability).toBe('available');

    await core.value('models.remove', { id, toTrash: true });
    await core.value('models.restore', { id });
    expect((await statusOf())?.availability).toBe('available');
    await core.value('import.undo', { modelId: id });
    expect((await core.value('models.list', {})).items.map((one) => one.id)).not.toContain(id);
    expect(sha256(await readFile(original))).toBe(sha256(weights));
  },
);

it.runIf(canMountDisks)(
  'S7: a link that someone else planted is no model file, whatever it leads to',
  async () => {
    const { home, core } = await startAtHome();
    const { items } = await core.value('import.adopt', {
      ids: [(await foundBy(core, 'ollama')).id],
    });
    const id = items[0]?.modelId ?? '';
    const [model] = (await core.value('models.status', { id })).items;
    const place = path.join(model?.folder ?? '', model?.files[0]?.path ?? '');
    const bytes = await readFile(place);
    const elsewhere = await put(path.join(home, 'elsewhere.gguf'), bytes);
    await rm(place);
    await symlink(elsewhere, place);
    const [now] = (await core.value('models.status', { id })).items;
    expect(now?.availability).not.toBe('available');
  },
);

it('S1: a file of ComfyUI that Civitai knows by its digest keeps its origin, whatever it is called', async () => {
  const values = new Float32Array(2 ** 10);
  const bytes = createSafetensors([{ name: 'unet.weight', shape: [2 ** 10], values }]);
  const content = bytesContent(bytes);
  const hub = await startHubForTest({
    repositories: [],
    civitaiModels: [
      {
        id: 10,
        name: 'Painter',
        type: 'Checkpoint',
        versions: [{ id: 101, name: 'v1', files: [{ name: 'painter.safetensors', content }] }],
      },
    ],
  });
  const { home, core } = await startAtHome({ hubUrl: hub.url });
  await core.value('settings.patch', { hub: { civitai: hub.url } });
  await put(path.join(home, 'more/checkpoints/my favourite.safetensors'), bytes);
  await scanned(core, path.join(home, 'more'));
  const { items } = await core.value('import.list', {});
  const found = items.find(({ files }) => files[0]?.place.includes('my favourite'));
  const adopted = await core.value('import.adopt', { ids: [found?.id ?? ''] });
  expect(adopted.items).toMatchObject([{ modelId: 'civitai:101', error: null }]);
  const [model] = (await core.value('models.status', { id: 'civitai:101' })).items;
  expect(model).toMatchObject({ availability: 'available', source: 'civitai' });
});
