/**
 * What a model is, as far as can be told: from the headers of its files first, then from the catalogue by its name,
 * then from the name alone. What is not known is `null`, never guessed. Pure.
 */
import type { Family, Freedom, ModelSize } from '../../../src-shared/domain/catalogue.ts';
import type { GenerationTask } from '../../../src-shared/domain/fallback.ts';
import { memoryNeed } from '../../../src-shared/domain/fit.ts';
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import { findQuant } from '../../../src-shared/domain/variants/classify.ts';
import { type Catalogue, normalised } from './catalogue.ts';

/** What of a model a profile rests on: that of the library, or what a server tells of one it offers. */
export interface ProfileSource
  extends Pick<ModelStatus, 'id' | 'name'>,
    Partial<
      Pick<
        ModelStatus,
        'repository' | 'variant' | 'task' | 'license' | 'metadata' | 'sizeBytes' | 'keep'
      >
    > {
  /** Whether it has a file of this kind, told where files are known. */
  readonly isGguf?: boolean | undefined;
}

export interface Profile {
  readonly modelId: string;
  readonly name: string;
  /** Models of one repository are the same model in other forms; `null` when nothing tells it. */
  readonly repository: string | null;
  readonly family: Family | null;
  readonly size: ModelSize | null;
  /** Empty when nothing tells it. */
  readonly tasks: readonly GenerationTask[];
  /** Whether it was trained to talk, not only to continue texts. */
  readonly isTuned: boolean;
  /** Takes pictures. */
  readonly vision: boolean | null;
  readonly parameters: number | null;
  /** Those that compute one token. */
  readonly activeParameters: number | null;
  readonly quantization: string | null;
  /** 0 to 1. */
  readonly quantizationQuality: number | null;
  readonly bitsPerWeight: number | null;
  readonly contextTokens: number | null;
  /** `null` when nothing tells them. */
  readonly languages: readonly string[] | null;
  readonly tools: boolean | null;
  readonly json: boolean | null;
  readonly license: string | null;
  readonly freedom: Freedom | null;
  /** Months since the year 0. */
  readonly released: number | null;
  /** To run it: by its files, by what its makers tell, or by its weights; 0 when not known. */
  readonly memoryBytes: number;
  readonly keep: boolean;
  /** The same for all that differ in nothing but id, name, repository, memory, and whether they are kept. */
  readonly kind: string;
}

/** @see https://huggingface.co/tasks for the words of the hub */
const HUB_TASKS: Readonly<Record<string, readonly GenerationTask[]>> = {
  'text-generation': ['chat', 'completion'],
  'text2text-generation': ['completion'],
  conversational: ['chat', 'completion'],
  'image-text-to-text': ['chat', 'completion'],
  'visual-question-answering': ['chat'],
  'any-to-any': ['chat'],
  'feature-extraction': ['embedding'],
  'sentence-similarity': ['embedding'],
  'automatic-speech-recognition': ['transcription'],
  'text-to-image': ['image'],
  'image-to-image': ['image'],
  'text-to-video': ['video'],
  'image-to-video': ['video'],
};
const TAKES_PICTURES = new Set([
  'image-text-to-text',
  'visual-question-answering',
  'any-to-any',
  'image-to-image',
  'image-to-video',
]);
const LANGUAGE: readonly GenerationTask[] = ['chat', 'completion'];
const TUNED = /(?<![a-z])(instruct|chat|it|assistant|thinking|sft|dpo|zephyr|hermes)(?![a-z])/;
/** A header of one of several files counts the parameters of that file alone. */
const LEAST_SHARE = 0.5;

export function profileOf(source: ProfileSource, catalogue: Catalogue): Profile {
  const { metadata = {}, task = '' } = source;
  const text = normalised(textOf(source));
  const family = catalogue.familyOf(text, metadata.architecture) ?? null;
  const size = (family && catalogue.sizeOf(family, text)) ?? null;
  const known = { ...family, ...size };
  const tasks = HUB_TASKS[task] ?? family?.tasks ?? (source.isGguf ? LANGUAGE : []);
  const counts = countsOf(text, size, metadata.parameterCount);
  const license = source.license ?? metadata.license ?? known.license ?? null;
  const traits = {
    family,
    size,
    tasks,
    isTuned: metadata.hasChatTemplate === true || TUNED.test(text),
    // What runs GGUF here does not take pictures, whatever the model could.
    vision: source.isGguf
      ? false
      : TAKES_PICTURES.has(task) || (known.inputs?.includes('image') ?? null),
    ...counts,
    ...quantizationOf(source, catalogue),
    contextTokens: metadata.contextLength || (known.contextTokens ?? null),
    languages: known.languages ?? null,
    tools: known.tools ?? null,
    json: known.json ?? null,
    license,
    freedom: (license === null ? undefined : catalogue.freedom(license)) ?? null,
    released: family ? monthsOf(family.released) : null,
  };
  return {
    modelId: source.id,
    name: source.name,
    repository: repositoryIn(source.id),
    ...traits,
    memoryBytes: memoryOf(source.sizeBytes ?? 0, traits),
    keep: source.keep ?? false,
    kind: kindOf(traits),
  };
}

type Traits = Omit<Profile, 'modelId' | 'name' | 'repository' | 'memoryBytes' | 'keep' | 'kind'>;

/** Of the hub: those of Ollama hold models of several sizes. */
const repositoryIn = (id: string) => /^hf:([^:@\s]+)/.exec(id)?.[1] ?? null;

/** What follows from family and size need not be told again. */
function kindOf({ family, size, tasks, ...traits }: Traits): string {
  const { isTuned, vision, parameters, activeParameters, quantization, contextTokens } = traits;
  return [
    ...[family?.id, size?.names[0], tasks.join('+'), isTuned, vision, parameters],
    ...[activeParameters, quantization, contextTokens, traits.license],
  ].join(' ');
}

function memoryOf(sizeBytes: number, { size, parameters, bitsPerWeight }: Traits): number {
  if (sizeBytes > 0) return memoryNeed(sizeBytes);
  if (size?.memoryBytes) return size.memoryBytes;
  return parameters && bitsPerWeight ? memoryNeed((parameters * bitsPerWeight) / 8) : 0;
}

/** The profile of a mere name, such as a program asks for. */
export function profileOfName(name: string, catalogue: Catalogue): Profile {
  return profileOf({ id: name, name }, catalogue);
}

/** The file's name may say what the repository's does not. */
const textOf = ({ id, name, repository = '', variant = '' }: ProfileSource) =>
  [repository, variant, name, id]
    .filter((part, index, all) => all.indexOf(part) === index)
    .join(' ');

function countsOf(text: string, size: ModelSize | null, told: number | undefined) {
  const named = size ? null : countInName(text);
  const listed = size?.parameters ?? named?.parameters ?? null;
  const isWhole = told && (listed === null || told >= LEAST_SHARE * listed);
  const parameters = isWhole ? told : listed;
  const active = size?.activeParameters ?? named?.activeParameters ?? null;
  return { parameters, activeParameters: active ?? parameters };
}

const COUNT =
  /(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)(b|m)(?:-a(\d{1,3}(?:\.\d{1,3})?)b)?(?![a-z0-9])/;
const UNITS: Readonly<Record<string, number>> = { b: 1e9, m: 1e6 };

/** `7b`, `350m`, `8x7b`, `30b-a3b`. Two experts compute each token where nothing else is said. */
function countInName(text: string) {
  const [, experts, number, unit = '', active] = COUNT.exec(text) ?? [];
  if (number === undefined) return null;
  const one = Number(number) * (UNITS[unit] ?? 1);
  if (one === 0) return null;
  if (experts !== undefined && Number(experts) > 0) {
    return { parameters: one * Number(experts), activeParameters: one * 2 };
  }
  return { parameters: one, activeParameters: active ? Number(active) * 1e9 : one };
}

const OTHER_FORMS =
  /(?<![a-z0-9])(fp8(?:_e4m3fn|_e5m2)?|int8|int4|awq|gptq|nf4|bnb-4bit|bnb-8bit|4bit|8bit|mxfp4)(?![a-z0-9])/i;

function quantizationOf(source: ProfileSource, catalogue: Catalogue) {
  const { metadata, variant = '', name, id } = source;
  const places = [metadata?.quantization ?? '', variant, name, ...id.split(':').toReversed()];
  for (const place of places) {
    const found = place === '' ? undefined : quantizationIn(place);
    const row = found && catalogue.quantization(found.replace(/^UD-/, ''));
    if (row) {
      const { quality, bitsPerWeight } = row;
      return { quantization: found, quantizationQuality: quality, bitsPerWeight };
    }
  }
  return { quantization: null, quantizationQuality: null, bitsPerWeight: null };
}

/** What has no extension is given one, so that nothing of it is taken for that. */
const quantizationIn = (place: string) =>
  findQuant(/\.(gguf|safetensors|bin)$/i.test(place) ? place : `${place}.gguf`) ??
  OTHER_FORMS.exec(place)?.[1]?.toUpperCase();

function monthsOf(released: string): number {
  const [year = 0, month = 0] = released.split('-').map(Number);
  return year * 12 + month;
}
