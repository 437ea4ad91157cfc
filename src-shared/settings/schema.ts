/**
 * Settings, version 1. Every field has a default, a unit where it has one, and a sentence; the JSON
 * schema, the patch schema and the settings view are derived from this table.
 */
import { z } from 'zod';

export const SETTINGS_VERSION = 1;

interface SettingMeta {
  readonly doc: string;
  readonly unit?: 'bytes' | 'ms' | 'files' | 'downloads' | 'attempts' | 'port';
}

function setting<T extends z.ZodType>(type: T, value: z.output<T>, { doc, unit }: SettingMeta) {
  return { type, value, meta: { description: doc, ...(unit && { unit }) } };
}

export const SETTINGS = {
  library: {
    folder: setting(z.string().max(4000), '', {
      doc: 'Folder of the model library; empty means the default place.',
    }),
  },
  hub: {
    endpoint: setting(
      z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, '')),
      'https://huggingface.co',
      { doc: 'Address of the Hugging Face hub, or of a mirror of it.' },
    ),
  },
  downloads: {
    concurrent: setting(z.int().min(1).max(8), 2, {
      doc: 'How many models download at the same time.',
      unit: 'downloads',
    }),
    filesAtOnce: setting(z.int().min(1).max(8), 3, {
      doc: 'How many files of one model transfer at the same time.',
      unit: 'files',
    }),
    attempts: setting(z.int().min(3).max(50), 3, {
      doc: 'Attempts without a single new byte before a download is called failed.',
      unit: 'attempts',
    }),
    stallTimeoutMs: setting(z.int().min(1_000).max(600_000), 30_000, {
      doc: 'Silence on a connection after which it is replaced.',
      unit: 'ms',
    }),
    keepFreeBytes: setting(
      z
        .int()
        .min(0)
        .max(10 ** 13),
      2 * 10 ** 9,
      {
        doc: 'Space on the disk that downloads never touch.',
        unit: 'bytes',
      },
    ),
  },
  api: {
    enabled: setting(z.boolean(), false, {
      doc: 'Serve the local API to other programs on this computer.',
    }),
    port: setting(z.int().min(0).max(65_535), 0, {
      doc: 'Port of the local API; 0 takes any free one.',
      unit: 'port',
    }),
  },
  appearance: {
    theme: setting(z.enum(['system', 'light', 'dark']), 'system', {
      doc: 'Light, dark, or as the system says.',
    }),
  },
} as const;

type Table = typeof SETTINGS;
type Group = keyof Table;
type Shape<G extends Group> = {
  [K in keyof Table[G]]: Table[G][K] extends { type: infer T extends z.ZodType } ? T : never;
};
type PatchShape<G extends Group> = {
  [K in keyof Shape<G>]: z.ZodOptional<z.ZodNullable<Shape<G>[K]>>;
};

/** `[dotted key, group, name, setting]` of every setting. */
export function settingEntries() {
  return Object.entries(SETTINGS).flatMap(([group, fields]) =>
    Object.entries(fields).map(([name, field]) => ({
      key: `${group}.${name}`,
      group,
      name,
      field,
    })),
  );
}

function groupSchema<G extends Group>(group: G) {
  const shape = Object.fromEntries(
    Object.entries(SETTINGS[group]).map(([name, { type, value, meta }]) => [
      name,
      (type as z.ZodType).meta({ ...meta, default: value }),
    ]),
  );
  return z.object(shape as Shape<G>);
}

function groupPatch<G extends Group>(group: G) {
  const shape = Object.fromEntries(
    Object.entries(SETTINGS[group]).map(([name, { type }]) => [
      name,
      (type as z.ZodType).nullable().optional(),
    ]),
  );
  return z.strictObject(shape as PatchShape<G>).optional();
}

/** The values in force: every field present. */
export const settingsSchema = z.object({
  library: groupSchema('library'),
  hub: groupSchema('hub'),
  downloads: groupSchema('downloads'),
  api: groupSchema('api'),
  appearance: groupSchema('appearance'),
});
export type Settings = z.output<typeof settingsSchema>;

/** Some fields by group; `null` puts one back to its default; unknown keys are refused. */
export const settingsPatchSchema = z.strictObject({
  library: groupPatch('library'),
  hub: groupPatch('hub'),
  downloads: groupPatch('downloads'),
  api: groupPatch('api'),
  appearance: groupPatch('appearance'),
});
export type SettingsPatch = z.output<typeof settingsPatchSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse(
  Object.fromEntries(
    Object.entries(SETTINGS).map(([group, fields]) => [
      group,
      Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])),
    ]),
  ),
);
