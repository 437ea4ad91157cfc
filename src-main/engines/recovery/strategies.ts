/**
 * What may help, by kind of failure, in the order in which it is tried while nothing is known yet. What needs a
 * person (a token, a folder, room) has no strategy here: the error's own actions lead there. Pure.
 */
import type { RecoveryCategory } from '../../../src-shared/domain/recovery.ts';

export const STRATEGIES = {
  'free-memory': { name: 'Let go of models that do nothing', cost: 1, budget: 20 },
  again: { name: 'Try it once more', cost: 1, budget: 20 },
  'smaller-context': { name: 'Load it with half the context', cost: 2, budget: 10 },
  processor: { name: 'Load it without the graphics card', cost: 2, budget: 10 },
  mend: { name: 'Check its files, and fetch the damaged pieces', cost: 4, budget: 10 },
  'fetch-files': { name: 'Fetch the damaged files anew', cost: 12, budget: 4 },
  later: { name: 'Try it again after a while', cost: 20, budget: 50 },
} as const;

export type StrategyName = keyof typeof STRATEGIES;

/** Attempts of one strategy for one model are counted over so long. */
export const BUDGET_MS = 60 * 60 * 1000;

export const FIRST_ORDER: Readonly<Record<RecoveryCategory, readonly StrategyName[]>> = {
  network: ['again', 'later'],
  authentication: ['later'],
  space: ['later'],
  integrity: ['mend', 'fetch-files'],
  compatibility: ['mend'],
  memory: ['free-memory', 'smaller-context', 'processor'],
  runtime: ['again', 'mend', 'smaller-context', 'processor', 'fetch-files'],
  permission: ['later'],
  configuration: ['later'],
  source: ['later'],
};
