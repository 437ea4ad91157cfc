import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { snapshotDownload } from '@huggingface/hub';
import { describe, expect, it, vi } from 'vitest';
import type { FoundRepository } from '../../../../src-main/engines/inventory/ports.ts';
import { ADAPTERS } from '../../../../src-main/library/others/adapters.ts';
import { extraFolders } from '../../../../src-main/library/others/comfyui.ts';
import { findPlaces } from '../../../../src-main/library/others/known-places.ts';
import type { App } from '../../../../src-shared/domain/inventory.ts';
import { bytesContent, syntheticContent } from '../../../hub/content.ts';
import { startHubForTest } from '../../../support/engine-rig.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { createTinyGguf, createTinyProjector } from '../../../support/tiny-gguf.ts';
import { put, putInHfCache, putInOllama, sha256 } from './other-stores.ts';

const { signal } = new AbortController();

async function scan(app: App, folder: string): Promise<FoundRepository[]> {
  const found: FoundRepository[] = [];
  for await (const repository of ADAPTERS[app](folder, signal)) found.push(repository);
  return found;
}

const shapes = (found: readonly FoundRepository[]) =>
  found.map(({ name, files, lacks }) => ({ name, files: files.map((file) => file.path), lacks }));

describe('the cache of Hugging Face', () => {
  it('as the official client writes it: every file with its digest, and where it came from', async () => {
    vi.spyOn(console, 'debug').mockReturnValue();
    const weights = syntheticContent({ sizeBytes: 3_000_000, seed: 1 });
    const files = [
      { path: 'model.safetensors', content: weights, lfs: true },
      { path: 'sub/config.json', content: bytesContent('{}') },
    ];
    const hub = await startHubForTest({
      repositories: [{ id: 'maker/model', commits: [{ files }] }],
    });
    const folder = path.join(await temporaryFolder(), 'hub');
    await snapshotDownload({ repo: 'maker/model', cacheDir: folder, hubUrl: hub.url });
    const [found, ...more] = await scan('huggingface', folder);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      name: 'maker/model',
      lacks: [],
      origin: { source: 'hf', repository: 'maker/model', requestedRevision: 'main' },
    });
    const model = found?.files.find((file) => file.path === 'model.safetensors');
    expect(model).toMatchObject({ sizeBytes: 3_000_000, sha256: await weights.sha256() });
    expect(found?.files.find((file) => file.path === 'sub/config.json')?.gitSha1).toMatch(
      /^[0-9a-f]{40}$/,
    );
  });

  it('a link that leads nowhere, or out of the cache, is a file it lacks', async () => {
    const folder = path.join(await temporaryFolder(), 'hub');
    const blob = await putInHfCache(folder);
    await rm(blob);
    const outside = await put(path.join(path.dirname(folder), 'secret'), 'x');
    const snapshot = path.join(folder, 'models--maker--model/snapshots', 'c'.repeat(40));
    await symlink(outside, path.join(snapshot, 'b.gguf'));
    expect(shapes(await scan('huggingface', folder))).toEqual([
      { name: 'maker/model', files: [], lacks: ['b.gguf', 'model.gguf'] },
    ]);
  });
});

describe('Ollama', () => {
  it('a model is its layers, by the names a download would give them', async () => {
    const folder = await temporaryFolder();
    const blob = await putInOllama(folder);
    const [found] = await scan('ollama', folder);
    expect(found).toMatchObject({
      name: 'tiny:1b',
      lacks: [],
      origin: { source: 'ollama', repository: 'library/tiny', variant: '1b' },
    });
    expect(found?.files.map((file) => file.path)).toEqual([
      'tiny-1b.gguf',
      'tiny-1b.template.txt',
      'tiny-1b.config.json',
    ]);
    expect(found?.files[0]).toMatchObject({ place: blob, sha256: sha256(createTinyGguf()) });
  });

  it('a blob of another size is one it lacks, though Ollama would list it', async () => {
    const folder = await temporaryFolder();
    await put(await putInOllama(folder), 'torn');
    expect(shapes(await scan('ollama', folder))).toMatchObject([{ lacks: ['tiny-1b.gguf'] }]);
  });

  it('a manifest that cannot be read is no model', async () => {
    const folder = await temporaryFolder();
    await put(path.join(folder, 'manifests/registry.ollama.ai/library/x/latest'), '{');
    expect(await scan('ollama', folder)).toEqual([]);
  });
});

describe('a folder', () => {
  it('LM Studio: each GGUF with its projector, shards as one, and the missing one by name', async () => {
    const folder = await temporaryFolder();
    const gguf = createTinyGguf();
    await put(path.join(folder, 'maker/vision/vision-Q4_K_M.gguf'), gguf);
    await put(path.join(folder, 'maker/vision/mmproj-vision-f16.gguf'), createTinyProjector());
    await put(path.join(folder, 'maker/large/large-Q8_0-00001-of-00003.gguf'), gguf);
    await put(path.join(folder, 'maker/large/large-Q8_0-00003-of-00003.gguf'), gguf);
    await put(path.join(folder, 'maker/large/large-Q8_0-00002-of-00003.gguf.part'), gguf);
    expect(shapes(await scan('lm-studio', folder))).toEqual([
      {
        name: 'large-Q8_0',
        files: ['large-Q8_0-00001-of-00003.gguf', 'large-Q8_0-00003-of-00003.gguf'],
        lacks: ['large-Q8_0-00002-of-00003.gguf'],
      },
      { name: 'vision-Q4_K_M', files: ['vision-Q4_K_M.gguf', 'mmproj-vision-f16.gguf'], lacks: [] },
    ]);
  });

  it('Jan: a model is named by its folder', async () => {
    const folder = await temporaryFolder();
    await put(path.join(folder, 'maker/small/model.gguf'), createTinyGguf());
    await put(path.join(folder, 'maker/small/model.yml'), 'name: small');
    expect(shapes(await scan('jan', folder))).toEqual([
      { name: 'maker/small', files: ['model.gguf'], lacks: [] },
    ]);
  });

  it('GPT4All: what is unfinished is no model', async () => {
    const folder = await temporaryFolder();
    await put(path.join(folder, 'a.gguf'), createTinyGguf());
    await put(path.join(folder, 'incomplete-b.gguf'), createTinyGguf());
    expect(shapes(await scan('gpt4all', folder))).toMatchObject([{ name: 'a' }]);
  });

  it('a model with its configuration, and a diffusers pipeline, are one each', async () => {
    const folder = await temporaryFolder();
    await put(path.join(folder, 'maker/bert/config.json'), '{}');
    await put(path.join(folder, 'maker/bert/model.safetensors'), 'x'.repeat(100));
    await put(path.join(folder, 'pipe/model_index.json'), '{}');
    await put(path.join(folder, 'pipe/unet/diffusion_pytorch_model.safetensors'), 'x');
    await put(path.join(folder, 'pipe/unet/config.json'), '{}');
    const found = shapes(await scan('folder', folder));
    expect(found.map(({ name }) => name).toSorted()).toEqual(['maker/bert', 'pipe']);
    expect(found.find(({ name }) => name === 'pipe')?.files).toHaveLength(3);
  });

  it('a link to a folder is followed, and one that leads in a circle is left', async () => {
    const folder = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await put(path.join(elsewhere, 'far.gguf'), createTinyGguf());
    await symlink(elsewhere, path.join(folder, 'linked'));
    await symlink(folder, path.join(elsewhere, 'back'));
    expect(shapes(await scan('folder', folder))).toMatchObject([{ name: 'far' }]);
  });

  it('a folder that is not there holds nothing', async () => {
    expect(await scan('folder', path.join(await temporaryFolder(), 'none'))).toEqual([]);
  });
});

describe('ComfyUI', () => {
  it('each file of a kind is a model, in further folders of extra_model_paths.yaml as well', async () => {
    const home = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await put(path.join(home, 'models/vae/wan_2.1_vae.safetensors'), 'x');
    await put(path.join(home, 'models/loras/style.safetensors'), 'y');
    await put(path.join(elsewhere, 'Stable-diffusion/sd.ckpt'), 'z');
    await put(
      path.join(home, 'extra_model_paths.yaml'),
      `a111:\n  base_path: ${elsewhere}\n  checkpoints: Stable-diffusion\n  loras: |\n    Lora\n    LyCORIS\n`,
    );
    const found = shapes(await scan('comfyui', path.join(home, 'models')));
    expect(found.map(({ name }) => name).toSorted()).toEqual(['sd', 'style', 'wan_2.1_vae']);
  });

  it.each([
    ['nothing', '', []],
    ['no YAML', ': : :\n\t-', []],
    ['other shapes', 'a: 1\nb: [1, 2]\nc:\n  vae: 3', []],
    ['a folder in another', 'a:\n  base_path: /x\n  vae: .\n  loras: loras', ['/x']],
  ])('of %s takes what can be understood', (_name, yaml, folders) => {
    expect(extraFolders(yaml, '/home')).toEqual(folders);
  });
});

it('places are those the programs use by themselves, where there is something', async () => {
  const home = await temporaryFolder();
  await mkdir(path.join(home, '.ollama/models'), { recursive: true });
  await mkdir(path.join(home, 'ComfyUI/models'), { recursive: true });
  await mkdir(path.join(home, '.local/share/nomic.ai/GPT4All'), { recursive: true });
  const found = await findPlaces({}, home, 'linux');
  const own = found.filter(({ folder }) => folder.startsWith(home));
  expect(own.map(({ app }) => app)).toEqual(['ollama', 'comfyui', 'gpt4all']);
});
