import { describe, expect, it } from 'vitest';
import type { OutsideSettings } from '../../../src-main/stores/fixed-settings.ts';
import { createSettingsStore } from '../../../src-main/stores/settings.ts';
import type { SettingsFile } from '../../../src-main/stores/settings-file.ts';
import { readStoredSettings } from '../../../src-main/stores/stored-settings.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { DEFAULT_SETTINGS, settingEntries } from '../../../src-shared/settings/schema.ts';

function memoryFile(content: object = {}) {
  let stored = readStoredSettings(content).stored;
  let broken = false;
  const file: SettingsFile = {
    read: () => stored,
    write(next) {
      if (broken)
        throw new AppError('DATA_FILE_UNUSABLE', { name: 'config.json', reason: 'EROFS' });
      stored = next;
    },
  };
  return { file, values: () => stored.values, break: () => (broken = true) };
}

function setup(content: object = {}, outside: Partial<OutsideSettings> = {}) {
  const memory = memoryFile(content);
  const published: unknown[] = [];
  const changes: (readonly string[])[] = [];
  const store = createSettingsStore({
    file: memory.file,
    environment: {},
    commandLine: {},
    publish: (type, data) => published.push({ type, data }),
    ...outside,
  });
  store.onChange((changed) => changes.push(changed));
  return { store, memory, published, changes };
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('settings', () => {
  it('are the defaults when nothing is set', () => {
    const { values, origins } = setup().store.get();
    expect(values).toEqual(DEFAULT_SETTINGS);
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(Object.keys(origins)).toEqual(settingEntries().map(({ key }) => key));
  });

  it('come from the file, then the environment, then the command line', () => {
    const { store } = setup(
      {
        version: 1,
        hub: { endpoint: 'https://mine.example' },
        api: { port: 7 },
        library: { folder: '/a' },
      },
      { environment: { HF_ENDPOINT: 'http://mirror.example/' }, commandLine: { library: '/b' } },
    );
    const { values, origins } = store.get();
    expect(values.hub.endpoint).toBe('http://mirror.example');
    expect(values.library.folder).toBe('/b');
    expect(values.api.port).toBe(7);
    expect(origins).toMatchObject({
      'hub.endpoint': 'environment',
      'library.folder': 'command-line',
      'api.port': 'user',
      'api.enabled': 'default',
    });
  });

  it.each([
    [{ api: true }, { enabled: true, port: 0 }],
    [{ apiPort: 4567 }, { enabled: true, port: 4567 }],
    [
      { api: false, apiPort: 4567 },
      { enabled: false, port: 4567 },
    ],
    [{}, { enabled: false, port: 0 }],
  ])('of the API follow the command line %j', (commandLine, api) => {
    expect(setup({}, { commandLine }).store.get().values.api).toEqual(api);
  });

  it('ignore values from outside that do not fit, and say so', () => {
    const { store } = setup(
      {},
      { environment: { HF_ENDPOINT: 'nowhere' }, commandLine: { apiPort: 70_000 } },
    );
    expect(store.get().values.hub.endpoint).toBe(DEFAULT_SETTINGS.hub.endpoint);
    expect(store.get().values.api.port).toBe(0);
    expect(store.problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining('HF_ENDPOINT'),
      expect.stringContaining('--api-port'),
    ]);
  });

  it('take an empty HF_ENDPOINT as none', () => {
    const { store } = setup({}, { environment: { HF_ENDPOINT: ' ' } });
    expect(store.problems).toEqual([]);
    expect(store.get().origins['hub.endpoint']).toBe('default');
  });

  it('describe themselves as a JSON schema with default, unit and sentence', () => {
    expect(setup().store.schema()).toMatchObject({
      type: 'object',
      properties: {
        downloads: {
          properties: {
            stallTimeoutMs: {
              type: 'integer',
              default: 30_000,
              unit: 'ms',
              description: expect.any(String),
            },
          },
        },
      },
    });
  });
});

describe('a patch', () => {
  it('stores only what a person has set', () => {
    const { store, memory } = setup();
    store.patch({ downloads: { concurrent: 5 } });
    expect(memory.values()).toEqual({ downloads: { concurrent: 5 } });
    expect(store.get().values.downloads).toEqual({ ...DEFAULT_SETTINGS.downloads, concurrent: 5 });
  });

  it('puts a setting back with null, leaving nothing behind', () => {
    const { store, memory } = setup({ version: 1, downloads: { concurrent: 5 } });
    const { values, origins } = store.patch({ downloads: { concurrent: null } });
    expect(values.downloads.concurrent).toBe(DEFAULT_SETTINGS.downloads.concurrent);
    expect(origins['downloads.concurrent']).toBe('default');
    expect(memory.values()).toEqual({});
  });

  it('tells listeners which settings changed, and everyone the whole', () => {
    const { store, changes, published } = setup();
    const snapshot = store.patch({
      api: { enabled: true, port: 0 },
      appearance: { theme: 'dark' },
    });
    expect(changes).toEqual([['api.enabled', 'appearance.theme']]);
    expect(published).toEqual([{ type: 'settings.changed', data: snapshot }]);
  });

  it('tells listeners nothing when no value changed', () => {
    const { store, changes } = setup();
    store.patch({ downloads: { concurrent: DEFAULT_SETTINGS.downloads.concurrent } });
    expect(changes).toEqual([]);
    expect(store.get().origins['downloads.concurrent']).toBe('user');
  });

  it.each([
    [{ downloads: { concurrent: 3, attempts: 1 } }, 'downloads.attempts'],
    [{ downloads: { concurrent: 3 }, weather: {} }, 'weather'],
    [{ downloads: { concurrent: 3, colour: 'red' } }, 'colour'],
    [{ downloads: { concurrent: 3 }, hub: { endpoint: 'ftp://example.org' } }, 'hub.endpoint'],
  ])('%j changes nothing at all', (patch, culprit) => {
    const { store, memory, published } = setup();
    expect(() => store.patch(patch as never)).toThrow(code('INPUT_INVALID'));
    expect(() => store.patch(patch as never)).toThrow(culprit);
    expect(memory.values()).toEqual({});
    expect(published).toEqual([]);
  });

  it('of a setting that is fixed from outside is refused as a whole', () => {
    const { store, memory } = setup({}, { environment: { HF_ENDPOINT: 'https://m.example' } });
    const patch = () => store.patch({ api: { port: 5 }, hub: { endpoint: null } });
    expect(patch).toThrow(code('SETTING_LOCKED'));
    expect(patch).toThrow('HF_ENDPOINT');
    expect(memory.values()).toEqual({});
  });

  it('that cannot be stored changes nothing', () => {
    const { store, memory, published } = setup();
    memory.break();
    expect(() => store.patch({ api: { port: 5 } })).toThrow(code('DATA_FILE_UNUSABLE'));
    expect(store.get().values.api.port).toBe(0);
    expect(published).toEqual([]);
  });
});
