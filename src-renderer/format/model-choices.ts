/** What can be chosen in *Try it*. Pure. */
import type { Alias, RuntimeInfo } from '../../src-shared/domain/generation.ts';
import type { Model } from '../../src-shared/domain/model.ts';
import { formatReference, parseReference } from '../../src-shared/domain/reference.ts';
import { statusOf, type Tone } from './model-status.ts';
import { titleOfModel } from './titles.ts';

export interface ModelChoice {
  /** What the request names. */
  readonly value: string;
  readonly label: string;
  readonly sentence: string;
  readonly tone: Tone;
}

export interface ChoiceGroup {
  readonly group: string;
  readonly items: readonly ModelChoice[];
}

interface Known {
  readonly models: readonly Model[];
  readonly aliases: readonly Alias[];
  readonly runtimes: readonly RuntimeInfo[];
}

/** Tasks, in the hub's words, of models that answer a chat. */
const CHAT_TASKS = new Set([
  'text-generation',
  'text2text-generation',
  'conversational',
  'image-text-to-text',
  'any-to-any',
]);

/** It is made for chats, or nobody says what it is made for. */
export const canChat = ({ task }: Model) => task === undefined || CHAT_TASKS.has(task);

export const isReady = ({ availability }: Model) => availability === 'available';

/** @param asked text that was typed or chosen, and may be a model that is not in the library */
export function modelChoices(known: Known, asked: readonly string[]): readonly ChoiceGroup[] {
  const chats = known.models.filter(canChat);
  const groups = [
    { group: 'Ready', items: chats.filter(isReady).map(choiceOf) },
    { group: 'Names that programs use', items: known.aliases.map(choiceOfAlias) },
    { group: 'On other servers', items: known.runtimes.flatMap(choicesOfRuntime) },
    { group: 'Not here yet', items: chats.filter((model) => !isReady(model)).map(choiceOf) },
    { group: 'Not in the library', items: asked.flatMap(choiceOfText) },
  ];
  return withoutRepeats(groups).filter(({ items }) => items.length > 0);
}

function choiceOf(model: Model): ModelChoice {
  const { tone, words } = statusOf(model, undefined, 0);
  return { value: model.id, label: titleOfModel(model), sentence: words, tone };
}

const choiceOfAlias = ({ name, models }: Alias): ModelChoice => ({
  value: name,
  label: name,
  sentence: `Stands for ${models[0]}.`,
  tone: 'idle',
});

const choicesOfRuntime = ({ name, state, models }: RuntimeInfo): readonly ModelChoice[] =>
  models.map((model) => ({
    value: model,
    label: model,
    sentence: state === 'ready' ? `Answered by ${name}.` : `${name} does not answer now.`,
    tone: state === 'ready' ? 'ready' : 'problem',
  }));

function choiceOfText(text: string): readonly ModelChoice[] {
  const value = referenceIn(text) ?? '';
  if (value === '') return [];
  return [{ value, label: value, sentence: 'Can be fetched when it is asked for.', tone: 'idle' }];
}

/** The reference a text is, in its canonical form; `null` when it is none. */
export function referenceIn(text: string): string | null {
  try {
    return formatReference(parseReference(text));
  } catch {
    return null;
  }
}

/** The first of the same value counts. */
function withoutRepeats(groups: readonly ChoiceGroup[]): readonly ChoiceGroup[] {
  const seen = new Set<string>();
  return groups.map(({ group, items }) => ({
    group,
    items: items.filter(({ value }) => !seen.has(value) && seen.add(value)),
  }));
}

export const choiceIn = (groups: readonly ChoiceGroup[], value: string | null) =>
  groups.flatMap(({ items }) => items).find((item) => item.value === value);

/** What is asked first: a model that is ready, else a name, else whatever there is. */
export const firstChoice = (groups: readonly ChoiceGroup[]): string | null =>
  groups[0]?.items[0]?.value ?? null;
