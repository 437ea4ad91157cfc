/**
 * What `config.json` holds: only the settings a person has set, and the version of their shape.
 * Whatever a file holds, {@link readStoredSettings} makes the most of it.
 */
import { z } from 'zod';
import { SETTINGS, SETTINGS_VERSION, settingEntries } from '../../src-shared/settings/schema.ts';

export type SettingValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface StoredSettings {
  readonly version: typeof SETTINGS_VERSION;
  /** By group, then by name; every value fits its setting. */
  readonly values: SettingValues;
}

interface ReadSettings {
  readonly stored: StoredSettings;
  /** What could not be kept, e.g. `downloads.concurrent`; empty when the file is sound. */
  readonly problems: readonly string[];
  /** The file is of an earlier version and should be written anew. */
  readonly migrated: boolean;
}

export const NO_STORED_SETTINGS: StoredSettings = { version: SETTINGS_VERSION, values: {} };

type Fields = Readonly<Record<string, unknown>>;

/** `MIGRATIONS[n]` turns a file of version n into one of version n + 1. They accept any object. */
const MIGRATIONS: readonly ((file: Fields) => Fields)[] = [fromVersion0];

/** Version 0 carried no version, and the theme stood outside any group. */
function fromVersion0({ theme, ...groups }: Fields): Fields {
  if (theme === undefined) return groups;
  const appearance = isFields(groups.appearance) ? groups.appearance : {};
  return { ...groups, appearance: { theme, ...appearance } };
}

/** Reads the content of a settings file of any version, keeping every value that is valid. Pure. */
export function readStoredSettings(file: unknown): ReadSettings {
  if (!isFields(file)) {
    return { stored: NO_STORED_SETTINGS, problems: ['it is not a settings file'], migrated: false };
  }
  const { version = 0, ...content } = file;
  const known = typeof version === 'number' && Number.isInteger(version) && version >= 0;
  const from = known ? version : SETTINGS_VERSION;
  const current = MIGRATIONS.slice(from).reduce((fields, migrate) => migrate(fields), content);
  const problems = [...versionProblems(version, known), ...strangers(current)];
  return { ...keepValid(current, problems), migrated: from < SETTINGS_VERSION };
}

function versionProblems(version: unknown, known: boolean): string[] {
  if (!known) return ['version'];
  return Number(version) > SETTINGS_VERSION ? [`written by a newer version (${version})`] : [];
}

/** Groups and fields that are no settings. */
function strangers(file: Fields): string[] {
  return Object.entries(file).flatMap(([group, fields]) => {
    if (!Object.hasOwn(SETTINGS, group) || !isFields(fields)) return [group];
    const known = SETTINGS[group as keyof typeof SETTINGS];
    return Object.keys(fields)
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => `${group}.${name}`);
  });
}

function keepValid(file: Fields, problems: string[]): Omit<ReadSettings, 'migrated'> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { key, group, name, field } of settingEntries()) {
    const fields = file[group];
    if (!isFields(fields) || !Object.hasOwn(fields, name)) continue;
    const parsed = (field.type as z.ZodType).safeParse(fields[name]);
    if (parsed.success) values[group] = { ...values[group], [name]: parsed.data };
    else problems.push(key);
  }
  return { stored: { version: SETTINGS_VERSION, values }, problems };
}

/** The content of the file: the reverse of {@link readStoredSettings}. */
export function storedSettingsFile({ version, values }: StoredSettings): Record<string, unknown> {
  return { version, ...values };
}

/** JSON schema of the file, without defaults: what nobody has set is not stored. */
export function storedSettingsJsonSchema() {
  const groups = Object.entries(SETTINGS).map(([group, fields]) => {
    const shape = Object.entries(fields).map(([name, { type }]) => [
      name,
      (type as z.ZodType).optional(),
    ]);
    return [group, z.strictObject(Object.fromEntries(shape)).optional()];
  });
  const file = z.strictObject({
    version: z.literal(SETTINGS_VERSION).optional(),
    ...Object.fromEntries(groups),
  });
  return z.toJSONSchema(file, { io: 'input' });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
