import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { healthOf, type ModelFacts } from './view.ts';

/** Views are asked for with each event, of all models; most of them are what they were. */
export function createViewCache() {
  const cached = new Map<string, { readonly facts: ModelFacts; readonly view: ModelHealth }>();
  return {
    /** The same object as long as the facts are the same. */
    of: (facts: ModelFacts): ModelHealth => {
      const { id } = facts.manifest;
      const known = cached.get(id);
      if (known && isSame(known.facts, facts)) return known.view;
      const view = healthOf(facts);
      cached.set(id, { facts, view });
      return view;
    },
  };
}

const KEYS: readonly (keyof ModelFacts)[] = [
  'manifest',
  'record',
  'isOffline',
  'isMoving',
  'check',
  'dueDays',
  'now',
];

const isSame = (a: ModelFacts, b: ModelFacts) => KEYS.every((key) => a[key] === b[key]);
