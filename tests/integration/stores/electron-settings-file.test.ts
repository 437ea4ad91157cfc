/** The real electron-store, in plain Node: it needs no running Electron when it is given a folder. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSettingsStore } from '../../../src-main/stores/settings.ts';
import type { AppError } from '../../../src-shared/errors.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';

let folder: string;
let path: string;
let damages: AppError[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-settings-'));
  path = join(folder, 'config.json');
  damages = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function openFile(place = folder) {
  // Keeps the electron package, which electron-store loads, from looking for its binary.
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
  const module = await import('../../../src-main/platform/electron-settings-file.ts');
  return module.openElectronSettingsFile({
    folder: place,
    onDamage: (error) => damages.push(error),
    now: () => Date.UTC(2026, 0, 31, 12),
  });
}

async function openStore(place = folder) {
  const file = await openFile(place);
  return createSettingsStore({ file, environment: {}, commandLine: {}, publish: () => undefined });
}

const onDisk = async () => JSON.parse(await readFile(path, 'utf8')) as unknown;

describe('config.json', () => {
  it('does not exist until something is set', async () => {
    const store = await openStore();
    expect(store.get().values).toEqual(DEFAULT_SETTINGS);
    expect(await readdir(folder)).toEqual([]);
  });

  it('holds what is set, and nothing else, and is read at the next start', async () => {
    (await openStore()).patch({
      downloads: { concurrent: 4 },
      hub: { endpoint: 'https://ä.example/' },
    });
    expect(await onDisk()).toEqual({
      version: 1,
      downloads: { concurrent: 4 },
      hub: { endpoint: 'https://ä.example' },
    });
    const { values } = (await openStore()).get();
    expect(values.downloads.concurrent).toBe(4);
    expect(damages).toEqual([]);
  });

  it('is migrated in place from version 0', async () => {
    await writeFile(path, JSON.stringify({ theme: 'dark' }));
    expect((await openStore()).get().values.appearance.theme).toBe('dark');
    expect(await onDisk()).toEqual({ version: 1, appearance: { theme: 'dark' } });
    expect(damages).toEqual([]);
  });

  it.each(['', '{', '{"version":1,"api":{"po', 'null', '[]', '"x"', '\u0000\u0000'])(
    'that reads %j is kept aside, reported, and the app starts with defaults',
    async (text) => {
      await writeFile(path, text);
      const store = await openStore();
      expect(store.get().values).toEqual(DEFAULT_SETTINGS);
      expect(damages).toMatchObject([{ code: 'SETTINGS_DAMAGED' }]);
      const keptAs = 'config.json.damaged-2026-01-31T12-00-00-000Z';
      expect(await readFile(join(folder, keptAs), 'utf8')).toBe(text);
      store.patch({ api: { port: 1 } });
      expect(await onDisk()).toEqual({ version: 1, api: { port: 1 } });
    },
  );

  it('loses only the fields that are wrong', async () => {
    const text = JSON.stringify({
      version: 1,
      downloads: { concurrent: 99, attempts: 7 },
      appearance: { theme: 'light' },
    });
    await writeFile(path, text);
    const { values } = (await openStore()).get();
    expect(values.downloads).toEqual({ ...DEFAULT_SETTINGS.downloads, attempts: 7 });
    expect(values.appearance.theme).toBe('light');
    expect(damages).toHaveLength(1);
    expect(damages[0]?.message).toContain('downloads.concurrent');
    await openStore();
    expect(damages).toHaveLength(1);
  });

  it('always opens, whatever JSON it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (content) => {
        await writeFile(path, JSON.stringify(content));
        const store = await openStore();
        store.patch({ api: { port: 9 } });
        expect((await openStore()).get().values.api.port).toBe(9);
      }),
      { numRuns: 50 },
    );
  });

  it('gives way when a folder stands in its place', async () => {
    await mkdir(path);
    const store = await openStore();
    store.patch({ api: { port: 3 } });
    expect(await onDisk()).toMatchObject({ api: { port: 3 } });
    expect(damages).toMatchObject([{ code: 'SETTINGS_DAMAGED' }]);
  });

  it('may be impossible: the app starts with defaults, and says that settings cannot be kept', async () => {
    await writeFile(path, 'a file where the folder should be');
    const store = await openStore(path);
    expect(store.get().values).toEqual(DEFAULT_SETTINGS);
    expect(damages[0]).toMatchObject({ code: 'DATA_FILE_UNUSABLE' });
    expect(() => store.patch({ api: { port: 3 } })).toThrow('config.json');
  });
});
