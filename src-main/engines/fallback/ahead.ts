/**
 * Works out ahead of time what a decision will need: profiles of models, a few at a time, and then who could stand in
 * for the models that are not here. After a change it waits until things are quiet.
 */
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { Clock } from '../ports.ts';

export interface AheadPorts {
  readonly clock: Clock;
  readonly looked: () => Promise<void>;
  readonly models: () => readonly ModelStatus[];
  readonly isKnown: (model: ModelStatus) => boolean;
  readonly prepare: (model: ModelStatus) => unknown;
  /** @returns what ranks the others for one model */
  readonly finish: () => Promise<(modelId: string) => void>;
}

type Models = readonly ModelStatus[];

const QUIET_MS = 1_000;
const PAUSE_MS = 20;
/** About a millisecond each. */
const PROFILES_AT_ONCE = 100;
/** The models not here whose stand-ins are worked out. */
const MOST_RANKED = 50;

export function createAhead(ports: AheadPorts) {
  const { clock, prepare } = ports;
  let cancel = () => {};
  let run = 0;

  function later(delayMs: number, work: () => void): void {
    cancel();
    cancel = clock.after(delayMs, work);
  }

  async function begin(mine: number): Promise<void> {
    await ports.looked();
    if (mine !== run) return;
    const models = ports.models();
    const lacking = models.filter((model) => !ports.isKnown(model));
    profiles(mine, models, lacking);
  }

  function profiles(mine: number, models: Models, lacking: Models): void {
    if (mine !== run) return;
    for (const model of lacking.slice(0, PROFILES_AT_ONCE)) prepare(model);
    const rest = lacking.slice(PROFILES_AT_ONCE);
    if (rest.length > 0) later(PAUSE_MS, () => profiles(mine, models, rest));
    else void rankings(mine, models);
  }

  async function rankings(mine: number, models: Models): Promise<void> {
    const missing = models.filter(({ availability }) => availability !== 'available');
    if (missing.length === 0) return;
    const rank = await ports.finish().catch(() => null);
    if (rank) one(mine, missing.slice(0, MOST_RANKED), rank);
  }

  function one(mine: number, [next, ...rest]: Models, rank: (modelId: string) => void): void {
    if (mine !== run || !next) return;
    rank(next.id);
    later(PAUSE_MS, () => one(mine, rest, rank));
  }

  return {
    start: (): void => {
      run += 1;
      const mine = run;
      later(QUIET_MS, () => void begin(mine));
    },
    stop: (): void => {
      run += 1;
      cancel();
    },
  };
}
