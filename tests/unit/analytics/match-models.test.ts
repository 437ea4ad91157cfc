import { describe, expect, it } from 'vitest';
import { modelOfFile, modelOfOllama } from '../../../src-main/engines/analytics/match-models.ts';
import { aFound, aManifest } from './known-models.ts';

const DIGEST = 'd'.repeat(64);
const origin = (revision: string) => ({
  ...aManifest('ollama:library/tiny:1b').origin,
  revision,
});

describe('a model that Ollama names', () => {
  const found = aFound('ollama:library/tiny:1b', {
    app: 'ollama',
    name: 'tiny:1b',
    origin: origin(DIGEST),
  });
  const copy = aFound('ollama:library/copy:latest', {
    app: 'ollama',
    name: 'copy:latest',
    origin: origin(DIGEST),
  });

  it.each([
    ['by name, where several have the digest', 'copy:latest', DIGEST, 'ollama:library/copy:latest'],
    ['by digest, under another name', 'mine:latest', DIGEST, 'ollama:library/tiny:1b'],
    ['not at all', 'other:7b', 'e'.repeat(64), null],
  ])('is found %s', (_how, name, digest, id) => {
    expect(modelOfOllama({ name, digest }, { manifests: [], found: [found, copy] })).toBe(id);
  });

  it.each([
    ['by name', 'tiny:1b', 'e'.repeat(64)],
    ['by digest', 'mine:latest', DIGEST],
  ])('is found in the library %s', (_how, name, digest) => {
    const manifest = aManifest('ollama:library/tiny:1b', { origin: origin(DIGEST) });
    const other = aManifest('hf:maker/model', { origin: { ...origin(DIGEST), source: 'hf' } });
    const known = { manifests: [other, manifest], found: [] };
    expect(modelOfOllama({ name, digest }, known)).toBe('ollama:library/tiny:1b');
  });

  it('and that cannot be a name is none', () => {
    const known = { manifests: [aManifest('hf:maker/model')], found: [] };
    expect(modelOfOllama({ name: '../..', digest: DIGEST }, known)).toBeNull();
  });
});

describe('a model that ComfyUI names by a file', () => {
  it.each([
    ['below the folder of its kind', 'sdxl.safetensors', '/c/models/checkpoints/sdxl.safetensors'],
    ['with folders', 'SDXL/detail.safetensors', '/c/models/loras/SDXL/detail.safetensors'],
    ['as Windows writes it', 'SDXL\\detail.safetensors', 'C:\\c\\loras\\SDXL\\detail.safetensors'],
  ])('is found %s', (_how, name, place) => {
    const known = { manifests: [], found: [aFound('local:comfyui/it', { places: [place] })] };
    expect(modelOfFile(name, known)).toBe('local:comfyui/it');
  });

  it('is not one whose name only ends alike', () => {
    const places = ['/c/models/vae/my-sdxl.safetensors'];
    const known = { manifests: [], found: [aFound('local:comfyui/it', { places })] };
    expect(modelOfFile('sdxl.safetensors', known)).toBeNull();
  });

  it.each([
    ['of its own', {}],
    [
      'it shares with the program',
      {
        adopted: {
          app: 'comfyui',
          at: '2026-01-01T00:00:00.000Z',
          way: 'linked' as const,
          places: { a: '/c/vae/x.safetensors' },
        },
      },
    ],
  ])('is found in the library by a file %s', (_whose, changes) => {
    const files = [{ path: 'a', sizeBytes: 1, localPath: 'x.safetensors' }];
    const manifest = aManifest('hf:maker/model', { files, ...changes });
    expect(modelOfFile('x.safetensors', { manifests: [manifest], found: [] })).toBe(
      'hf:maker/model',
    );
  });

  it('is rather the one that lies there than another of the same name', () => {
    const found = [
      aFound('hf:maker/other', { app: 'lm-studio', places: ['/l/model.safetensors'] }),
      aFound('local:comfyui/it', { places: ['/c/models/checkpoints/model.safetensors'] }),
    ];
    expect(modelOfFile('model.safetensors', { manifests: [], found })).toBe('local:comfyui/it');
  });

  it('is none when several could be meant', () => {
    const known = { manifests: [aManifest('hf:maker/a'), aManifest('hf:maker/b')], found: [] };
    expect(modelOfFile('weights.safetensors', known)).toBeNull();
  });
});
