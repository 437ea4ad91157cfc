/**
 * Uses of models in Ollama. It tells which models are loaded and when each will be unloaded, and puts that off at the
 * end of every answer: a moment that has moved is a use, of which neither length nor success is known. During its
 * first answer a model has no such moment yet, and Ollama tells one that is always the whole of its patience away.
 * @see https://github.com/ollama/ollama server/routes.go (PsHandler), server/sched.go
 */
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Clock } from '../ports.ts';
import { type KnownModels, modelOfOllama, type OllamaName } from './match-models.ts';
import type { Signal } from './signals.ts';

export interface LoadedModel extends OllamaName {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A loaded model as it was seen. */
export interface SeenModel extends LoadedModel {
  /** It gives its first answer, which is not counted yet. */
  readonly isAnswering: boolean;
}

export interface OllamaLook {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly models: readonly SeenModel[];
}

/** What two looks at the same moment may differ by. */
const TOLERANCE_MS = 1_000;
/** Patience is given in whole seconds; this much lies between Ollama's answer and our clock. */
const DELAY_MS = 50;
/** Stands for a model that is never unloaded: the longest duration of Go. */
const FOREVER_MS = (2 ** 63 - 1) / 1e6;

/** @param before `null` at the first look, which knows of no uses */
export function lookAtLoaded(
  loaded: readonly LoadedModel[],
  at: number,
  before: OllamaLook | null,
): { readonly look: OllamaLook; readonly used: readonly OllamaName[] } {
  const known = new Map(before?.models.map((model) => [model.name, model]));
  const models = loaded.map((model): SeenModel => {
    const earlier = known.get(model.name);
    const isAnswering = earlier
      ? earlier.isAnswering &&
        isNear(model.expiresAt - earlier.expiresAt, at - (before?.at ?? at), TOLERANCE_MS)
      : isWholePatience(model.expiresAt - at);
    return { ...model, isAnswering };
  });
  const used = models.filter(({ name, expiresAt, isAnswering }) => {
    const earlier = known.get(name);
    if (isAnswering) return false;
    return !earlier || earlier.isAnswering || expiresAt > earlier.expiresAt + TOLERANCE_MS;
  });
  const there = new Set(models.map(({ name }) => name));
  const ended = [...known.values()].filter(
    ({ name, isAnswering }) => isAnswering && !there.has(name),
  );
  return { look: { at, models }, used: before ? [...used, ...ended] : [] };
}

const isNear = (one: number, other: number, tolerance: number) =>
  Math.abs(one - other) <= tolerance;

function isWholePatience(remainingMs: number): boolean {
  const whole = Math.round(remainingMs / 1_000) * 1_000;
  return isNear(remainingMs, whole, DELAY_MS) || isNear(remainingMs, FOREVER_MS, DELAY_MS);
}

interface OllamaSignalPorts {
  readonly clock: Clock;
  readonly isOn: () => boolean;
  /** `null` when Ollama does not answer. */
  readonly loaded: () => Promise<readonly LoadedModel[] | null>;
  readonly known: () => KnownModels;
}

export function createOllamaSignal({ clock, isOn, loaded, known }: OllamaSignalPorts): Signal {
  let before: OllamaLook | null = null;
  return {
    name: 'Ollama',
    isOn,
    look: async () => {
      const models = await loaded();
      if (!models) return [];
      const { look, used } = lookAtLoaded(models, clock.now(), before);
      before = look;
      if (used.length === 0) return [];
      const all = known();
      const startedAt = new Date(look.at).toISOString();
      return used.flatMap((model): UsageEvent[] => {
        const modelId = modelOfOllama(model, all);
        return modelId === null ? [] : [{ modelId, startedAt, success: true, app: 'ollama' }];
      });
    },
    forget: () => {
      before = null;
    },
  };
}
