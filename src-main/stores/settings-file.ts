/**
 * Makes `config.json` sound before a store opens it. A damaged file is never silently reset: a copy
 * stays beside it, every value that is still valid is kept, and the rest is reported.
 */
import { copyFile, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import { damagedName, errorCodeOf, setAside, unusable, writeFileAtomic } from './atomic-file.ts';
import {
  NO_STORED_SETTINGS,
  readStoredSettings,
  type StoredSettings,
  storedSettingsFile,
} from './stored-settings.ts';

/** Where the settings a person has set are kept. */
export interface SettingsFile {
  read(): StoredSettings;
  /**
   * Replaces the file, atomically.
   * @throws AppError `DATA_FILE_UNUSABLE`; the old file stays
   */
  write(stored: StoredSettings): void;
}

export interface SettingsRepairOptions {
  /** Absolute path of the settings file; it need not exist. */
  readonly path: string;
  /** Told of damage (`SETTINGS_DAMAGED`) and of a folder that cannot be used (`DATA_FILE_UNUSABLE`). */
  readonly onDamage: (error: AppError) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Migrates and repairs the file in place. Never throws: the app starts whatever became of the file. */
export async function repairSettingsFile(options: SettingsRepairOptions): Promise<StoredSettings> {
  try {
    return await repair(options);
  } catch (error) {
    options.onDamage(unusable(options.path, error));
    return NO_STORED_SETTINGS;
  }
}

async function repair({ path, onDamage, now }: SettingsRepairOptions): Promise<StoredSettings> {
  const content = await readContent(path);
  if (content.kind === 'missing') return NO_STORED_SETTINGS;
  if (content.kind === 'folder') {
    onDamage(damaged(await setAside(path, now()), 'a folder stands in its place'));
    return NO_STORED_SETTINGS;
  }
  const { stored, problems, migrated } = interpret(content.text);
  if (problems.length > 0) {
    const keptAs = await damagedName(path, now());
    await copyFile(path, keptAs);
    onDamage(damaged(keptAs, problems.join(', ')));
  }
  if (problems.length > 0 || migrated) await write(path, stored);
  return stored;
}

type Content =
  | { readonly kind: 'missing' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'text'; readonly text: string };

async function readContent(path: string): Promise<Content> {
  try {
    if ((await stat(path)).isDirectory()) return { kind: 'folder' };
    return { kind: 'text', text: await readFile(path, 'utf8') };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return { kind: 'missing' };
    throw error;
  }
}

function interpret(text: string): ReturnType<typeof readStoredSettings> {
  try {
    return readStoredSettings(JSON.parse(text));
  } catch {
    return { stored: NO_STORED_SETTINGS, problems: ['it cannot be read'], migrated: false };
  }
}

function write(path: string, stored: StoredSettings): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(storedSettingsFile(stored), null, '\t')}\n`);
}

function damaged(keptAs: string, problem: string): AppError {
  return new AppError('SETTINGS_DAMAGED', { keptAs: basename(keptAs), problem });
}
