import { describe, expect, it } from 'vitest';
import { knownStores } from '../../../../src-main/library/reuse/known-stores.ts';

const HOME = '/home/ada';

function folders(kind: string, environment: Record<string, string> = {}) {
  return knownStores(environment, HOME, 'linux')
    .filter((store) => store.kind === kind)
    .map(({ folder }) => folder);
}

describe('the Hugging Face cache', () => {
  const all = {
    HF_HUB_CACHE: '/fast/hub',
    HF_HOME: '/data/hf',
    XDG_CACHE_HOME: '/data/cache',
  };

  it.each([
    [all, '/fast/hub'],
    [{ ...all, HF_HUB_CACHE: '' }, '/data/hf/hub'],
    [{ XDG_CACHE_HOME: '/data/cache' }, '/data/cache/huggingface/hub'],
    [{}, '/home/ada/.cache/huggingface/hub'],
  ])('is one folder, by the first variable that is set: %j', (environment, folder) => {
    expect(folders('hf-cache', environment)).toEqual([folder]);
  });

  it('may begin at the home folder, and is no relative path', () => {
    expect(folders('hf-cache', { HF_HOME: '~/hf' })).toEqual(['/home/ada/hf/hub']);
    expect(folders('hf-cache', { HF_HUB_CACHE: 'here' })).toEqual([
      '/home/ada/.cache/huggingface/hub',
    ]);
  });
});

describe('the store of Ollama', () => {
  it('is its variable, the home folder, and that of the service', () => {
    expect(folders('ollama', { OLLAMA_MODELS: '/big/ollama/' })).toEqual([
      '/big/ollama',
      '/home/ada/.ollama/models',
      '/usr/share/ollama/.ollama/models',
    ]);
  });

  it('is told once', () => {
    expect(folders('ollama', { OLLAMA_MODELS: '/home/ada/.ollama/models' })).toHaveLength(2);
  });
});

it('LM Studio has two folders, of its versions', () => {
  expect(folders('lm-studio')).toEqual([
    '/home/ada/.lmstudio/models',
    '/home/ada/.cache/lm-studio/models',
  ]);
});

it('Windows has its own separators and no folder of a service', () => {
  const stores = knownStores({ HF_HOME: 'D:\\hf' }, 'C:\\Users\\ada', 'win32');
  expect(stores.map(({ folder }) => folder)).toEqual([
    'D:\\hf\\hub',
    'C:\\Users\\ada\\.ollama\\models',
    'C:\\Users\\ada\\.lmstudio\\models',
    'C:\\Users\\ada\\.cache\\lm-studio\\models',
  ]);
});
