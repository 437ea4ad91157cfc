/**
 * The settings in force: defaults, over them what the person has set, over that what the environment
 * and the command line fix for this run. Only what the person has set is stored.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { SettingsOrigin, SettingsSnapshot } from '../../src-shared/contract/settings.ts';
import { AppError } from '../../src-shared/errors.ts';
import {
  type SettingsPatch,
  settingEntries,
  settingsPatchSchema,
  settingsSchema,
} from '../../src-shared/settings/schema.ts';
import type { Publish } from '../engines/ports.ts';
import { describeProblem } from './describe-problem.ts';
import { type OutsideSettings, readFixedSettings } from './fixed-settings.ts';
import type { SettingsFile } from './settings-file.ts';
import type { SettingValues } from './stored-settings.ts';

export interface SettingsStoreOptions extends OutsideSettings {
  readonly file: SettingsFile;
  readonly publish: Publish;
}

/** @param changed dotted keys whose value in force is another one now; never empty */
export type SettingsListener = (changed: readonly string[], now: SettingsSnapshot) => void;

export interface SettingsStore {
  get(): SettingsSnapshot;
  /**
   * Changes some settings, all or nothing; `null` puts one back to its default.
   * @throws AppError `INPUT_INVALID`, `SETTING_LOCKED`, `DATA_FILE_UNUSABLE`; nothing has changed then
   */
  patch(patch: SettingsPatch): SettingsSnapshot;
  /** @returns ends the subscription */
  onChange(listener: SettingsListener): () => void;
  /** JSON schema of the values, with default, unit and description of each. */
  schema(): Record<string, unknown>;
  /** Values from outside that were refused (`INPUT_INVALID`), to be shown once. */
  readonly problems: readonly AppError[];
}

export function createSettingsStore(options: SettingsStoreOptions): SettingsStore {
  const { file, publish } = options;
  const { fixed, problems } = readFixedSettings(options);
  const listeners = new Set<SettingsListener>();
  let stored = file.read();
  let snapshot = inForce(stored.values);

  function inForce(user: SettingValues): SettingsSnapshot {
    const values: Record<string, Record<string, unknown>> = {};
    const origins: Record<string, SettingsOrigin> = {};
    for (const { key, group, name, field } of settingEntries()) {
      const outside = fixed.get(key);
      const own = user[group]?.[name];
      const value = outside?.value ?? own ?? field.value;
      values[group] = { ...values[group], [name]: value };
      origins[key] = outside?.origin ?? (own === undefined ? 'default' : 'user');
    }
    return { values: settingsSchema.parse(values), origins };
  }

  function patch(input: SettingsPatch): SettingsSnapshot {
    const parsed = settingsPatchSchema.safeParse(input);
    if (!parsed.success) {
      throw new AppError('INPUT_INVALID', { problem: describeProblem(parsed.error) });
    }
    const values = patched(stored.values, parsed.data);
    const next = { ...stored, values };
    file.write(next);
    stored = next;
    announce(inForce(values));
    return snapshot;
  }

  function patched(current: SettingValues, change: SettingsPatch): SettingValues {
    const next: Record<string, Record<string, unknown>> = structuredClone(current) as never;
    for (const { key, group, name } of settingEntries()) {
      const value = valueAt(change, group, name);
      if (value === undefined) continue;
      const lock = fixed.get(key);
      if (lock) throw new AppError('SETTING_LOCKED', { key, by: lock.by });
      const { [name]: _, ...others } = next[group] ?? {};
      next[group] = value === null ? others : { ...others, [name]: value };
    }
    return Object.fromEntries(Object.entries(next).filter(([, fields]) => !isEmpty(fields)));
  }

  function announce(next: SettingsSnapshot): void {
    const before = snapshot;
    snapshot = next;
    const changed = settingEntries().filter(
      ({ group, name }) =>
        !isDeepStrictEqual(valueAt(before.values, group, name), valueAt(next.values, group, name)),
    );
    publish('settings.changed', next);
    if (changed.length === 0) return;
    const keys = changed.map(({ key }) => key);
    for (const listener of listeners) listener(keys, next);
  }

  return {
    get: () => snapshot,
    patch,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    schema: () => z.toJSONSchema(settingsSchema, { io: 'input' }),
    problems,
  };
}

function valueAt(groups: object, group: string, name: string): unknown {
  return (groups as Record<string, Record<string, unknown> | undefined>)[group]?.[name];
}

const isEmpty = (fields: object) => Object.keys(fields).length === 0;
