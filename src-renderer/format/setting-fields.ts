/** Turns the table of settings into fields a person can fill in. Pure. */
import { z } from 'zod';
import type { SettingsOrigin } from '../../src-shared/contract/settings.ts';
import { type CleanupRule, cleanupRuleSchema } from '../../src-shared/domain/cleanup-rule.ts';
import { type Alias, aliasSchema } from '../../src-shared/domain/generation.ts';
import { type SpeedWindow, speedWindowSchema } from '../../src-shared/domain/speed-schedule.ts';
import { settingEntries } from '../../src-shared/settings/schema.ts';
import { sentenceCase } from './words.ts';

export type SettingValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly SpeedWindow[]
  | readonly CleanupRule[]
  | readonly Alias[];

export type FieldKind =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'text' }
  | { readonly kind: 'folder' }
  /** Several texts, in order. */
  | { readonly kind: 'texts'; readonly of: 'addresses' | 'folders' }
  /** Several models, in order. */
  | { readonly kind: 'models' }
  /** Names that stand for models. */
  | { readonly kind: 'aliases' }
  /** Windows of the week. */
  | { readonly kind: 'schedule' }
  /** Rules of clean-up. */
  | { readonly kind: 'rules' }
  | {
      readonly kind: 'number';
      /** What the number counts, as shown after it. */
      readonly unit: string;
      /** The stored value is the shown one times this. */
      readonly factor: number;
      /** In the shown unit. */
      readonly min: number;
      readonly max: number;
      readonly decimals: number;
    };

export interface SettingField {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly label: string;
  readonly doc: string;
  readonly default: SettingValue;
  readonly kind: FieldKind;
}

const LABELS: Readonly<Record<string, string>> = {
  'library.folder': 'Library folder',
  'library.others': 'Further libraries',
  'hub.endpoint': 'Hub address',
  'hub.mirrors': 'Mirrors',
  'hub.ollama': 'Ollama address',
  'hub.civitai': 'Civitai address',
  'downloads.concurrent': 'Models at the same time',
  'downloads.filesAtOnce': 'Files at the same time',
  'downloads.connectionsPerHost': 'Connections to one host',
  'downloads.limitBytesPerSecond': 'Speed limit',
  'downloads.schedule': 'Weekly schedule',
  'downloads.onBattery': 'On battery',
  'downloads.onMetered': 'On a metered connection',
  'downloads.keepAwake': 'Keep the computer awake',
  'downloads.attempts': 'Attempts before giving up',
  'downloads.stallTimeoutMs': 'Patience with a silent connection',
  'downloads.keepFreeBytes': 'Space to keep free',
  'health.automation': 'When damage is proven',
  'health.scrub': 'Check in the background',
  'health.scrubBytesPerDay': 'Background check, each day',
  'health.scrubBytesPerSecond': 'Background check, speed',
  'health.dueDays': 'Prove again after',
  'health.slowPercent': 'Report when slower than',
  'health.antivirus': 'Ask ClamAV',
  'storage.warnBelowBytes': 'Warn below',
  'storage.rules': 'Clean-up rules',
  'storage.followRules': 'What rules do',
  'analytics.record': 'Record uses',
  'analytics.keepMonths': 'Keep uses for',
  'analytics.fromOllama': 'Uses in Ollama',
  'analytics.fromComfyui': 'Uses in ComfyUI',
  'analytics.fromFileTimes': 'Uses by other programs',
  'generation.aliases': 'Names that programs use',
  'generation.gpu': 'Graphics card',
  'generation.contextTokens': 'Longest conversation',
  'generation.unloadAfterMs': 'Keep in memory for',
  'generation.atOnce': 'Answers at the same time',
  'generation.findServers': 'Find other model servers',
  'generation.servers': 'Further servers',
  'generation.queueLimit': 'Requests that may wait',
  'generation.queueForMs': 'Requests wait for',
  'fallback.mode': 'Another model in its place',
  'fallback.minQuality': 'Its quality at least',
  'fallback.maxWaitMs': 'Rather wait for',
  'fallback.fetchMissing': 'Fetch what is asked for',
  'fallback.queue': 'Keep requests until the model is here',
  'fallback.askForMs': 'A question waits for',
  'fallback.preferred': 'Preferred models',
  'fallback.remoteUrl': 'Server elsewhere',
  'fallback.remoteModel': 'Model of that server',
  'fallback.placeholder': 'Answer with a placeholder',
  'api.enabled': 'Local API',
  'api.port': 'Port',
  'appearance.theme': 'Theme',
};

/** Options that need other words than their own. */
const OPTIONS: Readonly<Record<string, string>> = {
  'fallback.mode auto': 'Best at hand',
  'fallback.mode ask': 'Ask me',
  'fallback.minQuality significantly lower': 'Much lower',
};

export const optionWords = (key: string, option: string) =>
  OPTIONS[`${key} ${option}`] ?? sentenceCase(option.replaceAll('-', ' '));

/** Where another unit than the usual one makes numbers that people say. */
const OWN_UNITS: typeof UNITS = {
  'generation.unloadAfterMs': { unit: 'min', factor: 60_000, decimals: 1 },
  'generation.queueForMs': { unit: 'h', factor: 3_600_000, decimals: 1 },
};

/** Units as shown: how many stored ones make one shown one. */
const UNITS: Readonly<
  Record<string, { readonly unit: string; readonly factor: number; readonly decimals: number }>
> = {
  ms: { unit: 's', factor: 1_000, decimals: 1 },
  bytes: { unit: 'GB', factor: 10 ** 9, decimals: 2 },
  days: { unit: 'days', factor: 1, decimals: 0 },
  months: { unit: 'months', factor: 1, decimals: 0 },
  percent: { unit: '%', factor: 1, decimals: 0 },
  'bytes/s': { unit: 'MB/s', factor: 10 ** 6, decimals: 2 },
  tokens: { unit: 'tokens', factor: 1, decimals: 0 },
};

export const SETTING_FIELDS: readonly SettingField[] = settingEntries().map(
  ({ key, group, name, field }) => ({
    key,
    group,
    name,
    label: LABELS[key] ?? labelFrom(name),
    doc: field.meta.description,
    default: field.value as SettingValue,
    kind: kindOf(key, field.type, field.meta.unit),
  }),
);

/** `stallTimeoutMs` → `Stall timeout`. */
export function labelFrom(name: string): string {
  const words = name.replace(/(?:Ms|Bytes)$/, '').replaceAll(/([A-Z])/g, ' $1');
  return sentenceCase(words.toLowerCase());
}

function kindOf(key: string, type: z.ZodType, unit: string | undefined): FieldKind {
  if (type instanceof z.ZodBoolean) return { kind: 'switch' };
  if (type instanceof z.ZodEnum) return { kind: 'choice', options: type.options.map(String) };
  if (type instanceof z.ZodNumber) {
    const shown = OWN_UNITS[key] ?? UNITS[unit ?? ''] ?? { unit: '', factor: 1, decimals: 0 };
    const min = (type.minValue ?? 0) / shown.factor;
    const max = (type.maxValue ?? Number.MAX_SAFE_INTEGER) / shown.factor;
    return { kind: 'number', ...shown, min, max };
  }
  if (type instanceof z.ZodArray) {
    if (type.element === speedWindowSchema) return { kind: 'schedule' };
    if (type.element === cleanupRuleSchema) return { kind: 'rules' };
    if (type.element === aliasSchema) return { kind: 'aliases' };
    if (key === 'fallback.preferred') return { kind: 'models' };
    return { kind: 'texts', of: key === 'library.others' ? 'folders' : 'addresses' };
  }
  return { kind: key === 'library.folder' ? 'folder' : 'text' };
}

export const isSameValue = (a: SettingValue, b: SettingValue) =>
  JSON.stringify(a) === JSON.stringify(b);

const WIDE = new Set<FieldKind['kind']>([
  'folder',
  'text',
  'texts',
  'models',
  'aliases',
  'schedule',
  'rules',
]);

/** The control needs the whole width, below its label. */
export const isWide = ({ kind }: FieldKind) => WIDE.has(kind);

type NumberKind = Extract<FieldKind, { kind: 'number' }>;

/** 30000 ms → 30 (seconds). */
export const toShown = (stored: number, { factor }: NumberKind): number => stored / factor;

/** 30 (seconds) → 30000 ms, always whole. */
export const toStored = (shown: number, { factor }: NumberKind): number =>
  Math.round(shown * factor);

const SET_BY: Readonly<Record<string, string>> = {
  'hub.endpoint environment': 'HF_ENDPOINT',
  'library.folder command-line': '--library',
  'api.enabled command-line': '--api',
  'api.port command-line': '--api-port',
};

/** Who fixed a value from outside, in words; `null` when it can be changed here. */
export function fixedBy(key: string, origin: SettingsOrigin): string | null {
  if (origin === 'default' || origin === 'user') return null;
  const by = SET_BY[`${key} ${origin}`];
  if (by) return `Set by ${by}`;
  return origin === 'environment' ? 'Set by the environment' : 'Set on the command line';
}
