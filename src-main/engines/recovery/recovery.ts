/**
 * Tries by itself what may mend a failure: what helped most often for its price comes first, each within a budget,
 * and what failed three times in a row for a model rests for a while there. Transfers have their own retries below this.
 *
 * ```
 *  failure ──▶ category ──▶ strategies in order ──▶ carry one out ──▶ again ──it works──▶ helped
 *                 │ none        │ none left             │ not possible        │ fails
 *                 ▼             ▼                       └──▶ the next ◀───────┘
 *              given up      given up
 * ```
 */
import { z } from 'zod';
import {
  type RecoveryAttempt,
  type RecoveryCategory,
  recoveryAttemptSchema,
} from '../../../src-shared/domain/recovery.ts';
import { type AppError, toAppError } from '../../../src-shared/errors.ts';
import type { Clock, Log, Publish } from '../ports.ts';
import { afterTry, type Breaker, CLOSED, mayTry } from './breaker.ts';
import { categoryOf } from './categories.ts';
import { NO_ODDS, noted, orderByOdds } from './order.ts';
import { BUDGET_MS, FIRST_ORDER, STRATEGIES, type StrategyName } from './strategies.ts';

const count = z.number().nonnegative();

const pairSchema = z.object({
  tried: count,
  helped: count,
  odds: z.object({ tried: count, helped: count }),
});

/** `recovery.json`: counts by `category/strategy`, and the latest attempts. */
export const recoveryRecordSchema = z.object({
  pairs: z.record(z.string(), pairSchema),
  attempts: z.array(recoveryAttemptSchema),
});
export type RecoveryRecord = z.infer<typeof recoveryRecordSchema>;

/**
 * Carries a strategy out.
 * @returns `false` when there is nothing it could do here; how to take it back, where it is of no use when it does not help
 */
export type Action = (subject: {
  readonly modelId: string | null;
  readonly signal: AbortSignal;
}) => Promise<boolean | (() => void)>;

export interface RecoveryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  readonly store: {
    get(): RecoveryRecord;
    update(change: (record: RecoveryRecord) => RecoveryRecord): void;
  };
  /** What can be done here; others are left out. */
  readonly actions: Partial<Record<StrategyName, Action>>;
  /** For sentences. */
  readonly nameOf: (modelId: string) => string;
}

interface Failure {
  readonly error: AppError;
  readonly modelId: string | null;
  readonly signal: AbortSignal;
  /** Does what failed once more; throws when it fails again. */
  readonly again: () => Promise<void>;
}

type Pair = RecoveryRecord['pairs'][string];
const NEW_PAIR: Pair = { tried: 0, helped: 0, odds: NO_ODDS };
const MOST_ATTEMPTS = 100;

export type Recovery = ReturnType<typeof createRecovery>;

export function createRecovery(ports: RecoveryPorts) {
  const { clock, store } = ports;
  /** By model and strategy: when it was tried. */
  const tries = new Map<string, number[]>();
  /** By model and strategy: what fails for one model may well help another. */
  const breakers = new Map<string, Breaker>();
  const keyOf = (modelId: string | null, category: RecoveryCategory, strategy: StrategyName) =>
    `${category}/${strategy} ${modelId}`;
  const pairOf = (category: RecoveryCategory, strategy: StrategyName): Pair =>
    store.get().pairs[`${category}/${strategy}`] ?? NEW_PAIR;

  function ordered(category: RecoveryCategory): StrategyName[] {
    return orderByOdds(
      FIRST_ORDER[category].map((name) => ({
        name,
        cost: STRATEGIES[name].cost,
        odds: pairOf(category, name).odds,
      })),
    );
  }

  function isWithinBudget(modelId: string | null, strategy: StrategyName): boolean {
    const key = `${modelId} ${strategy}`;
    const recent = (tries.get(key) ?? []).filter((at) => at > clock.now() - BUDGET_MS);
    tries.set(key, recent);
    return recent.length < STRATEGIES[strategy].budget;
  }

  /** For the model for which it rests longest. */
  function restsUntil(category: RecoveryCategory, strategy: StrategyName): number {
    const own = [...breakers].filter(([key]) => key.startsWith(`${category}/${strategy} `));
    return Math.max(0, ...own.map(([, { openUntil }]) => openUntil));
  }

  interface Tried {
    readonly category: RecoveryCategory;
    readonly code: string;
    readonly strategy: StrategyName;
    readonly modelId: string | null;
    readonly helped: boolean;
  }

  /** Counts an attempt and tells of it. */
  function note({ category, code, strategy, modelId, helped }: Tried): RecoveryAttempt {
    const now = clock.now();
    const about = modelId === null ? '' : ` (${ports.nameOf(modelId)})`;
    const attempt: RecoveryAttempt = {
      ...{ category, code, strategy, modelId },
      at: new Date(now).toISOString(),
      outcome: helped ? 'helped' : 'failed',
      sentence: `${STRATEGIES[strategy].name}${about}.`,
    };
    store.update(({ pairs, attempts }) => {
      const pair = pairs[`${category}/${strategy}`] ?? NEW_PAIR;
      const next = {
        tried: pair.tried + 1,
        helped: pair.helped + (helped ? 1 : 0),
        odds: noted(pair.odds, helped),
      };
      return {
        pairs: { ...pairs, [`${category}/${strategy}`]: next },
        attempts: [attempt, ...attempts].slice(0, MOST_ATTEMPTS),
      };
    });
    const key = keyOf(modelId, category, strategy);
    breakers.set(key, afterTry(breakers.get(key) ?? CLOSED, helped, now));
    ports.publish('recovery.attempt', { attempt });
    return attempt;
  }

  /** @returns whether what failed works now, or `null` where the strategy could not do anything */
  async function attempt(
    strategy: StrategyName,
    { modelId, signal, again }: Failure,
  ): Promise<boolean | null> {
    const action = ports.actions[strategy];
    if (!action) return null;
    let undo = () => {};
    try {
      const done = await action({ modelId, signal });
      if (done === false) return null;
      if (done !== true) undo = done;
      const key = `${modelId} ${strategy}`;
      tries.set(key, [...(tries.get(key) ?? []), clock.now()]);
      await again();
      return true;
    } catch (error) {
      undo();
      signal.throwIfAborted();
      ports.log.info('a recovery did not help', { strategy, code: toAppError(error).code });
      return false;
    }
  }

  return {
    note,
    /** Tries in turn what may help, until something does. Never rejects but with the reason of the signal. */
    async recover(failure: Failure): Promise<{ helped: boolean; attempts: RecoveryAttempt[] }> {
      const { error, modelId } = failure;
      const category = categoryOf(error.code);
      const attempts: RecoveryAttempt[] = [];
      if (category === null) return { helped: false, attempts };
      for (const strategy of ordered(category)) {
        const breaker = breakers.get(keyOf(modelId, category, strategy)) ?? CLOSED;
        if (!mayTry(breaker, clock.now()) || !isWithinBudget(modelId, strategy)) continue;
        const helped = await attempt(strategy, failure);
        if (helped === null) continue;
        attempts.push(note({ category, code: error.code, strategy, modelId, helped }));
        if (helped) return { helped, attempts };
      }
      return { helped: false, attempts };
    },
    statistics: () => ({
      strategies: (Object.keys(FIRST_ORDER) as RecoveryCategory[]).flatMap((category) =>
        ordered(category).map((strategy, index) => {
          const { tried, helped } = pairOf(category, strategy);
          const until = restsUntil(category, strategy);
          return {
            ...{ category, strategy, name: STRATEGIES[strategy].name, tried, helped },
            order: index + 1,
            restingUntil: until > clock.now() ? new Date(until).toISOString() : null,
          };
        }),
      ),
      attempts: store.get().attempts,
    }),
  };
}
