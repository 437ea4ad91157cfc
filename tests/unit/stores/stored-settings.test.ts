import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readStoredSettings,
  storedSettingsFile,
} from '../../../src-main/stores/stored-settings.ts';
import { settingsPatchSchema } from '../../../src-shared/settings/schema.ts';

describe('a settings file', () => {
  it('keeps what is valid and names what is not', () => {
    const { stored, problems } = readStoredSettings({
      version: 1,
      downloads: { concurrent: 4, attempts: 'many', speed: 1 },
      appearance: 'dark',
      weather: { sunny: true },
      api: { port: 8080 },
    });
    expect(stored).toEqual({
      version: 1,
      values: { downloads: { concurrent: 4 }, api: { port: 8080 } },
    });
    expect([...problems].sort()).toEqual([
      'appearance',
      'downloads.attempts',
      'downloads.speed',
      'weather',
    ]);
  });

  it.each([[null], [[]], ['text'], [7], [true]])('that is %j counts as damaged', (file) => {
    const { stored, problems } = readStoredSettings(file);
    expect(stored).toEqual({ version: 1, values: {} });
    expect(problems).toHaveLength(1);
  });

  it('of a newer version keeps what is understood, and says so', () => {
    const { stored, problems } = readStoredSettings({ version: 9, api: { port: 1234 } });
    expect(stored.values).toEqual({ api: { port: 1234 } });
    expect(problems).toEqual(['written by a newer version (9)']);
  });

  it('with a version that is no version keeps its values', () => {
    const { stored, problems } = readStoredSettings({ version: 'one', api: { port: 1234 } });
    expect(stored.values).toEqual({ api: { port: 1234 } });
    expect(problems).toEqual(['version']);
  });

  it('of version 0 migrates: the theme moves into its group', () => {
    const old = { theme: 'dark', downloads: { concurrent: 3 } };
    expect(readStoredSettings(old)).toEqual({
      stored: {
        version: 1,
        values: { downloads: { concurrent: 3 }, appearance: { theme: 'dark' } },
      },
      problems: [],
      migrated: true,
    });
  });

  it('of version 0 migrates whatever it holds, and stays as it is from then on', () => {
    const file = fc.oneof(
      fc.dictionary(fc.constantFrom('theme', 'downloads', 'api', 'x', '__proto__'), fc.jsonValue()),
      fc.record(
        {
          theme: fc.constantFrom('dark', 'light', 'pink'),
          downloads: fc.record({ concurrent: fc.integer({ min: -2, max: 12 }) }),
          api: fc.record({ enabled: fc.boolean(), port: fc.jsonValue() }),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(file, (old) => {
        const { stored } = readStoredSettings(old);
        expect(settingsPatchSchema.safeParse(stored.values).success).toBe(true);
        const again = readStoredSettings(storedSettingsFile(stored));
        expect(again).toEqual({ stored, problems: [], migrated: false });
      }),
    );
  });
});
