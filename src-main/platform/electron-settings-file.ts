/** `config.json` in the user-data folder, kept by electron-store. */
import { join } from 'node:path';
import ElectronStore from 'electron-store';
import { unusable } from '../stores/atomic-file.ts';
import {
  repairSettingsFile,
  type SettingsFile,
  type SettingsRepairOptions,
} from '../stores/settings-file.ts';
import {
  readStoredSettings,
  storedSettingsFile,
  storedSettingsJsonSchema,
} from '../stores/stored-settings.ts';

interface ElectronSettingsOptions extends Omit<SettingsRepairOptions, 'path' | 'now'> {
  /** The user-data folder. */
  readonly folder: string;
  readonly now?: () => number;
}

/**
 * Repairs the file, then opens it. Never throws: where the folder cannot be used at all, settings
 * last until the app quits, writing them fails, and `onDamage` has said so.
 */
export async function openElectronSettingsFile({
  folder,
  onDamage,
  now = Date.now,
}: ElectronSettingsOptions): Promise<SettingsFile> {
  const path = join(folder, 'config.json');
  const repaired = await repairSettingsFile({ path, onDamage, now });
  let store: ElectronStore | undefined;

  function open(): ElectronStore {
    try {
      store ??= createStore(folder);
      return store;
    } catch (error) {
      throw unusable(path, error);
    }
  }

  return {
    read() {
      try {
        return readStoredSettings(open().store).stored;
      } catch (error) {
        onDamage(unusable(path, error));
        return repaired;
      }
    },
    write(stored) {
      try {
        open().store = storedSettingsFile(stored);
      } catch (error) {
        throw unusable(path, error);
      }
    },
  };
}

type StoreOptions = NonNullable<ConstructorParameters<typeof ElectronStore>[0]>;

/** Formats are left to the settings' own types, which know more of them than a JSON schema. */
function createStore(folder: string): ElectronStore {
  const { properties, additionalProperties } = storedSettingsJsonSchema();
  return new ElectronStore({
    cwd: folder,
    name: 'config',
    schema: properties as NonNullable<StoreOptions['schema']>,
    rootSchema: { additionalProperties: additionalProperties === true },
    ajvOptions: { validateFormats: false },
  });
}
