/** One term of the filter of the library. Pure; the language is described in `model-filter.ts`. */
import { verdictSchema } from '../../src-shared/domain/health.ts';
import {
  activitySchema,
  availabilitySchema,
  type SourceKind,
} from '../../src-shared/domain/model.ts';
import { parseDecimal } from './decimal.ts';

export type Sign = '>' | '<' | '>=' | '<=';

export type Criterion =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'size'; readonly sign: Sign; readonly bytes: number }
  | { readonly kind: 'unused'; readonly sign: Sign; readonly ms: number }
  | { readonly kind: 'status' | 'from' | 'task' | 'tag'; readonly anyOf: readonly string[] }
  | { readonly kind: 'source'; readonly anyOf: readonly SourceKind[] }
  | { readonly kind: 'kept' };

/** What a term asks for, or in one sentence why that is not known. */
export type ParsedTerm = { readonly criterion: Criterion } | { readonly problem: string };

const BYTES_IN: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MS_IN: Readonly<Record<string, number>> = {
  h: HOUR_MS,
  hour: HOUR_MS,
  hours: HOUR_MS,
  d: DAY_MS,
  day: DAY_MS,
  days: DAY_MS,
  w: 7 * DAY_MS,
  week: 7 * DAY_MS,
  weeks: 7 * DAY_MS,
  month: 30 * DAY_MS,
  months: 30 * DAY_MS,
  y: 365 * DAY_MS,
  year: 365 * DAY_MS,
  years: 365 * DAY_MS,
};

/** Units that may stand apart from their number, as in `size > 5 GB`. */
export const UNITS: readonly string[] = [...Object.keys(BYTES_IN), ...Object.keys(MS_IN)];

/** What can be asked of a status: what is on disk, what is being done, what a check said. */
const STATUS_WORDS: ReadonlySet<string> = new Set([
  ...availabilitySchema.options,
  ...activitySchema.options,
  ...verdictSchema.options,
  'ready',
  'waiting',
]);

const SOURCES: Readonly<Record<string, SourceKind>> = {
  hf: 'hf',
  huggingface: 'hf',
  ollama: 'ollama',
  civitai: 'civitai',
  url: 'url',
  web: 'url',
  local: 'local',
};

type Parse = (value: string, term: string) => ParsedTerm;

const KEYS: Readonly<Record<string, Parse>> = {
  size: (value, term) => {
    const measured = compared(value, BYTES_IN);
    return measured
      ? { criterion: { kind: 'size', sign: measured.sign, bytes: measured.amount } }
      : { problem: `“${term}” is not a size; write it like size>5GB.` };
  },
  unused: (value, term) => {
    const measured = compared(value, MS_IN);
    return measured
      ? { criterion: { kind: 'unused', sign: measured.sign, ms: measured.amount } }
      : { problem: `“${term}” is not a time; write it like unused>30d.` };
  },
  status: (value, term) => {
    const anyOf = choicesIn(value);
    return anyOf?.every((word) => STATUS_WORDS.has(word))
      ? { criterion: { kind: 'status', anyOf } }
      : {
          problem: `“${term}” is not a status; there are damaged, missing, downloading and others.`,
        };
  },
  source: (value, term) => {
    const anyOf = choicesIn(value)?.map((word) => SOURCES[word]);
    return anyOf?.every((source) => source !== undefined)
      ? { criterion: { kind: 'source', anyOf } }
      : { problem: `“${term}” is not a source; there are hf, ollama, civitai, url and local.` };
  },
  from: (value, term) => {
    const anyOf = choicesIn(value);
    return anyOf
      ? { criterion: { kind: 'from', anyOf } }
      : { problem: `“${term}” names no program; write it like from:ollama.` };
  },
  task: (value, term) => {
    const anyOf = choicesIn(value);
    return anyOf
      ? { criterion: { kind: 'task', anyOf } }
      : { problem: `“${term}” names no task; write it like task:chat.` };
  },
  tag: (value, term) => {
    const anyOf = choicesIn(value);
    return anyOf
      ? { criterion: { kind: 'tag', anyOf } }
      : { problem: `“${term}” names no tag; write it like tag:trial.` };
  },
  kept: (_value, term) => ({ problem: `“${term}” is not understood; write kept or -kept.` }),
};

const KEYED = /^(?<key>[a-z]+)\s*(?<value>[:<>=].*)$/s;

/**
 * @param token a term as typed, without the `-` in front
 * @returns `null` where nothing is asked for, such as empty quotes
 */
export function parseTerm(token: string): ParsedTerm | null {
  const term = token.replaceAll('"', '').trim();
  const text = term.toLowerCase();
  if (text === '') return null;
  if (token.startsWith('"')) return { criterion: { kind: 'words', text } };
  if (text === 'kept') return { criterion: { kind: 'kept' } };
  if (/^[-:<>=|,]+$/.test(text)) return { problem: unknown(term) };
  const { key, value } = KEYED.exec(text)?.groups ?? {};
  if (key === undefined || value === undefined) return { criterion: { kind: 'words', text } };
  if (Object.hasOwn(KEYS, key)) return KEYS[key]!(value, term);
  if (!value.startsWith(':')) return { problem: unknown(term) };
  const meant = keyFor(value.slice(1));
  return meant
    ? { problem: `“${term}” is not understood; write it like ${meant}${value}.` }
    : { criterion: { kind: 'words', text } };
}

const unknown = (term: string) =>
  `“${term}” is not understood; in quotes it is looked for as text.`;

/** References such as `ollama:phi4:latest` have a colon too, but no word of these after it. */
function keyFor(value: string): 'status' | 'source' | null {
  if (STATUS_WORDS.has(value)) return 'status';
  return Object.hasOwn(SOURCES, value) ? 'source' : null;
}

/** Parts of `:one|two`; `null` when one is empty, or it does not begin with a colon. */
function choicesIn(value: string): readonly string[] | null {
  if (!value.startsWith(':')) return null;
  const parts = value
    .slice(1)
    .split(/[|,]/)
    .map((part) => part.trim());
  return parts.includes('') ? null : parts;
}

const COMPARED = /^(?<sign>[<>]=?)\s*(?<number>[\d.,]+)\s*(?<unit>[a-z]+)$/;

function compared(value: string, units: Readonly<Record<string, number>>) {
  const { sign, number, unit } = COMPARED.exec(value)?.groups ?? {};
  if (sign === undefined || number === undefined || unit === undefined) return null;
  const count = parseDecimal(number);
  const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return count === null || size === undefined ? null : { sign: sign as Sign, amount: count * size };
}
