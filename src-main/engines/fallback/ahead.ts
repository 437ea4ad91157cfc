/**
 * Works out ahead of time what a decision will need: profiles of models, a few at a time, and then who could stand in
 * for the models that are not here. After a change it waits until things are quiet.
 */
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { Clock } from '../ports.ts';

export interface AheadPorts {
  readonly clock: Clock;
  readonly models: () => readonly ModelStatus[];
  readonly isKnown: (model: ModelStatus) => boolean;
  readonly prepare: (model: ModelStatus) => unknown;
  /** @returns what ranks the others for one model */
  readonly finish: () => Promise<(modelId: string) => void>;
}

const QUIET_MS = 1_000;
const PAUSE_MS = 20;
/** About a millisecond each. */
const PROFILES_AT_ONCE = 100;
/** The models not here whose stand-ins are worked out. */
const MOST_RANKED = 50;

export function createAhead({ clock, models, isKnown, prepare, finish }: AheadPorts) {
  let cancel = () => {};
  let run = 0;

  function later(delayMs: number, work: () => void): void {
    cancel();
    cancel = clock.after(delayMs, work);
  }

  function profiles(mine: number): void {
    if (mine !== run) return;
    const lacking = models().filter((model) => !isKnown(model));
    for (const model of lacking.slice(0, PROFILES_AT_ONCE)) prepare(model);
    if (lacking.length > PROFILES_AT_ONCE) later(PAUSE_MS, () => profiles(mine));
    else void rankings(mine);
  }

  async function rankings(mine: number): Promise<void> {
    const missing = models().filter(({ availability }) => availability !== 'available');
    if (missing.length === 0) return;
    const rank = await finish().catch(() => null);
    if (rank) one(mine, missing.slice(0, MOST_RANKED), rank);
  }

  function one(
    mine: number,
    [next, ...rest]: ModelStatus[],
    rank: (modelId: string) => void,
  ): void {
    if (mine !== run || !next) return;
    rank(next.id);
    later(PAUSE_MS, () => one(mine, rest, rank));
  }

  return {
    start: (): void => {
      run += 1;
      const mine = run;
      later(QUIET_MS, () => profiles(mine));
    },
    stop: (): void => {
      run += 1;
      cancel();
    },
  };
}
