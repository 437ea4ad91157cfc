/** Uses of models in ComfyUI, from its history: which files a run named, when it ran, and how it ended. */
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Clock } from '../ports.ts';
import { type KnownModels, modelOfFile } from './match-models.ts';
import type { Signal } from './signals.ts';

/** A run that has ended. Nothing of what was asked or made is in it. */
export interface ComfyUiRun {
  readonly id: string;
  /** Model files as its graph names them, below the folder of their kind. */
  readonly files: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The person may have stopped it. */
  readonly outcome: 'success' | 'error' | 'stopped';
  /** Kind of the exception. */
  readonly errorCode?: string;
}

/**
 * One use of each model that is known. A run that was stopped says nothing of how long one takes, nor that the
 * model failed.
 */
export function usesOfRun(run: ComfyUiRun, known: KnownModels): UsageEvent[] {
  const ids = new Set(run.files.flatMap((name) => modelOfFile(name, known) ?? []));
  return [...ids].map((modelId) => ({
    modelId,
    task: 'image',
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.outcome !== 'stopped' && { durationMs: Math.max(0, run.endedAt - run.startedAt) }),
    success: run.outcome !== 'error',
    ...(run.errorCode !== undefined && { errorCode: run.errorCode }),
    app: 'comfyui',
  }));
}

interface ComfyUiSignalPorts {
  readonly clock: Clock;
  readonly isOn: () => boolean;
  /** The newest runs, at most so many, oldest first; `null` when ComfyUI does not answer. */
  readonly history: (most: number) => Promise<readonly ComfyUiRun[] | null>;
  readonly known: () => KnownModels;
}

const MOST_RUNS = 64;
/** Runs that are remembered as counted. */
const MOST_SEEN = 1_000;

export function createComfyUiSignal(ports: ComfyUiSignalPorts): Signal {
  const { clock, isOn, history, known } = ports;
  /** Runs that ended before are none of our business. */
  let since: number | null = null;
  let seen: readonly string[] = [];

  return {
    name: 'ComfyUI',
    isOn,
    look: async () => {
      since ??= clock.now();
      const from = since;
      const isNew = ({ id, endedAt }: ComfyUiRun) => endedAt >= from && !seen.includes(id);
      // Whole workflows are in the answer: one is asked for, and more only when it is new.
      const newest = await history(1);
      if (!newest?.some(isNew)) return [];
      const runs = ((await history(MOST_RUNS)) ?? []).filter(isNew);
      seen = [...seen, ...runs.map(({ id }) => id)].slice(-MOST_SEEN);
      const all = known();
      return runs.flatMap((run) => usesOfRun(run, all));
    },
    forget: () => {
      since = null;
      seen = [];
    },
  };
}
