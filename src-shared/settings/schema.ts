/**
 * Settings, version 1. Every field has a default, a unit where it has one, and a sentence; the JSON
 * schema, the patch schema and the settings view are derived from this table.
 */
import { z } from 'zod';
import { cleanupRuleSchema } from '../domain/cleanup-rule.ts';
import { expectedQualitySchema, fallbackModeSchema } from '../domain/fallback.ts';
import { aliasSchema } from '../domain/generation.ts';
import { speedWindowSchema } from '../domain/speed-schedule.ts';

export const SETTINGS_VERSION = 1;

/** Of any operating system, or nothing. */
const ABSOLUTE_PATH = /^($|\/|[A-Za-z]:[\\/]|\\\\)/;

interface SettingMeta {
  readonly doc: string;
  readonly unit?:
    | 'bytes'
    | 'bytes/s'
    | 'ms'
    | 'files'
    | 'downloads'
    | 'connections'
    | 'attempts'
    | 'days'
    | 'months'
    | 'percent'
    | 'port'
    | 'tokens'
    | 'requests';
}

function setting<T extends z.ZodType>(type: T, value: z.output<T>, { doc, unit }: SettingMeta) {
  return { type, value, meta: { description: doc, ...(unit && { unit }) } };
}

export const SETTINGS = {
  library: {
    folder: setting(z.string().max(4000).regex(ABSOLUTE_PATH, 'needs a whole path'), '', {
      doc: 'Folder of the model library; empty means the default place.',
    }),
    others: setting(
      z.array(z.string().max(4000).regex(ABSOLUTE_PATH, 'needs a whole path').min(1)).max(20),
      [],
      { doc: 'Folders of further libraries, on other drives as well.' },
    ),
  },
  hub: {
    endpoint: setting(
      z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, '')),
      'https://huggingface.co',
      { doc: 'Address of the Hugging Face hub, or of a mirror of it.' },
    ),
    ollama: setting(
      z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, '')),
      'https://registry.ollama.ai',
      { doc: 'Address of the Ollama registry.' },
    ),
    civitai: setting(
      z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, '')),
      'https://civitai.com',
      { doc: 'Address of Civitai.' },
    ),
    mirrors: setting(
      z.array(z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, ''))).max(8),
      [],
      { doc: 'Further places to fetch the same bytes from: mirrors of the hub, or ModelScope.' },
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
    connectionsPerHost: setting(z.int().min(1).max(16), 16, {
      doc: 'Most connections to one host; how many are used is found out.',
      unit: 'connections',
    }),
    limitBytesPerSecond: setting(
      z
        .int()
        .min(0)
        .max(10 ** 12),
      0,
      { doc: 'Speed limit for all downloads together; 0 is none.', unit: 'bytes/s' },
    ),
    schedule: setting(z.array(speedWindowSchema).max(50), [], {
      doc: 'Times of the week with a speed limit of their own, or a pause.',
    }),
    onBattery: setting(z.enum(['go-on', 'pause']), 'go-on', {
      doc: 'What downloads do while the computer runs on battery.',
    }),
    onMetered: setting(z.enum(['go-on', 'pause']), 'go-on', {
      doc: 'What downloads do on a connection that is paid by volume, where the system tells.',
    }),
    keepAwake: setting(z.boolean(), true, {
      doc: 'Keep the computer from sleeping while a download runs.',
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
  storage: {
    warnBelowBytes: setting(
      z
        .int()
        .min(0)
        .max(10 ** 15),
      5 * 10 ** 9,
      { doc: 'Warn when less is free where a library is; 0 never warns.', unit: 'bytes' },
    ),
    rules: setting(z.array(cleanupRuleSchema).max(20), [], {
      doc: 'What may go, by age, size and tag. Kept models never do.',
    }),
    followRules: setting(z.enum(['propose', 'act']), 'propose', {
      doc: 'What rules do: only tell, or move to the trash what a rule says may go by itself.',
    }),
  },
  analytics: {
    record: setting(z.boolean(), true, {
      doc: 'Record when each model is used, for clean-up and figures. What you ask is never recorded, and nothing leaves this computer.',
    }),
    keepMonths: setting(z.int().min(1).max(120), 24, {
      doc: 'How long uses are kept.',
      unit: 'months',
    }),
    fromOllama: setting(z.boolean(), false, {
      doc: 'Ask Ollama on this computer every minute which models it has used.',
    }),
    fromComfyui: setting(z.boolean(), false, {
      doc: 'Read in the history of ComfyUI on this computer every minute which models it has used; prompts and pictures are not looked at.',
    }),
    fromFileTimes: setting(z.boolean(), false, {
      doc: 'Take a model as used when another program has read its files, where the disk keeps the time; backups count as well.',
    }),
  },
  health: {
    automation: setting(z.enum(['ask', 'mend']), 'mend', {
      doc: 'What happens when damage is proven: wait for you, or mend it and tell.',
    }),
    scrub: setting(z.boolean(), true, {
      doc: 'Read all models again now and then, while the computer is idle and on mains power.',
    }),
    scrubBytesPerDay: setting(
      z
        .int()
        .min(0)
        .max(10 ** 14),
      50 * 10 ** 9,
      {
        doc: 'How much the background check reads in a day at most; 0 is no limit.',
        unit: 'bytes',
      },
    ),
    scrubBytesPerSecond: setting(
      z
        .int()
        .min(10 ** 6)
        .max(10 ** 11),
      100 * 10 ** 6,
      { doc: 'How fast the background check reads at most.', unit: 'bytes/s' },
    ),
    dueDays: setting(z.int().min(1).max(3_650), 30, {
      doc: 'After how many days a model is due to be proven again.',
      unit: 'days',
    }),
    slowPercent: setting(z.int().min(10).max(95), 70, {
      doc: 'A model that stays slower than this percentage of its usual speed is reported.',
      unit: 'percent',
    }),
    antivirus: setting(z.boolean(), false, {
      doc: 'Show new files to the ClamAV daemon of this computer, where it runs.',
    }),
  },
  generation: {
    aliases: setting(z.array(aliasSchema).max(50), [], {
      doc: 'Names that programs use for models, each with the models it stands for.',
    }),
    gpu: setting(z.enum(['auto', 'off']), 'auto', {
      doc: 'Whether models compute on the graphics card where Larder can use it.',
    }),
    contextTokens: setting(z.int().min(256).max(1_048_576), 8_192, {
      doc: 'Most tokens a model holds at once; a larger number takes more memory.',
      unit: 'tokens',
    }),
    unloadAfterMs: setting(z.int().min(0).max(86_400_000), 300_000, {
      doc: 'How long a model stays in memory without work; 0 is until memory is short.',
      unit: 'ms',
    }),
    atOnce: setting(z.int().min(1).max(16), 2, {
      doc: 'How many answers one model writes at the same time.',
      unit: 'requests',
    }),
    findServers: setting(z.boolean(), true, {
      doc: 'Look for LM Studio, Ollama, llama.cpp and vLLM on this computer, and let them answer too.',
    }),
    servers: setting(z.array(z.url({ protocol: /^https?$/ })).max(8), [], {
      doc: 'Addresses of further servers that speak the OpenAI API.',
    }),
    queueLimit: setting(z.int().min(1).max(10_000), 1_000, {
      doc: 'How many requests may wait for models.',
      unit: 'requests',
    }),
    queueForMs: setting(
      z
        .int()
        .min(60_000)
        .max(30 * 86_400_000),
      86_400_000,
      {
        doc: 'How long a request waits for its model.',
        unit: 'ms',
      },
    ),
  },
  fallback: {
    mode: setting(fallbackModeSchema, 'auto', {
      doc: 'When a model is not here: take the best one at hand, ask, or never take another.',
    }),
    minQuality: setting(expectedQualitySchema, 'slightly lower', {
      doc: 'Models of which less is expected do not stand in unasked.',
    }),
    maxWaitMs: setting(z.int().min(0).max(3_600_000), 15_000, {
      doc: 'How long a request is held for its own model rather than answered by another.',
      unit: 'ms',
    }),
    fetchMissing: setting(z.boolean(), true, {
      doc: 'Fetch what is asked for and not here: models of the library, and references that name their source.',
    }),
    queue: setting(z.boolean(), true, {
      doc: 'Keep a request that nothing here can answer until its model has arrived.',
    }),
    askForMs: setting(z.int().min(1_000).max(600_000), 20_000, {
      doc: 'How long a question waits for you before it is decided by itself.',
      unit: 'ms',
    }),
    preferred: setting(z.array(z.string().min(1).max(1_000)).max(50), [], {
      doc: 'Model ids that stand in before others of the same worth.',
    }),
    remoteUrl: setting(z.union([z.literal(''), z.url({ protocol: /^https?$/ })]), '', {
      doc: 'A server elsewhere that may answer when nothing here can; what you ask is sent there. Empty is none.',
    }),
    remoteModel: setting(z.string().max(300), '', { doc: 'The model to ask for there.' }),
    placeholder: setting(z.boolean(), false, {
      doc: 'Answer with a text that says the model is missing, rather than with an error.',
    }),
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
  storage: groupSchema('storage'),
  analytics: groupSchema('analytics'),
  health: groupSchema('health'),
  generation: groupSchema('generation'),
  fallback: groupSchema('fallback'),
  api: groupSchema('api'),
  appearance: groupSchema('appearance'),
});
export type Settings = z.output<typeof settingsSchema>;

/** Some fields by group; `null` puts one back to its default; unknown keys are refused. */
export const settingsPatchSchema = z.strictObject({
  library: groupPatch('library'),
  hub: groupPatch('hub'),
  downloads: groupPatch('downloads'),
  storage: groupPatch('storage'),
  analytics: groupPatch('analytics'),
  health: groupPatch('health'),
  generation: groupPatch('generation'),
  fallback: groupPatch('fallback'),
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
