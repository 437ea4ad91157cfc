import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterTry, CLOSED, mayTry } from '../../../src-main/engines/recovery/breaker.ts';
import { categoryOf } from '../../../src-main/engines/recovery/categories.ts';
import { createLoadFlow } from '../../../src-main/engines/recovery/load-flow.ts';
import {
  NO_ODDS,
  noted,
  orderByOdds,
  successOf,
} from '../../../src-main/engines/recovery/order.ts';
import {
  createRecovery,
  type RecoveryPorts,
  type RecoveryRecord,
} from '../../../src-main/engines/recovery/recovery.ts';
import {
  FIRST_ORDER,
  STRATEGIES,
  type StrategyName,
} from '../../../src-main/engines/recovery/strategies.ts';
import type { RecoveryCategory } from '../../../src-shared/domain/recovery.ts';
import { AppError, ERRORS, type ErrorCode } from '../../../src-shared/errors.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const CRASH = new AppError('RUNTIME_CRASHED', { model: 'm' });
const inRuntime =
  (name: StrategyName) =>
  ({ category, strategy }: { category: string; strategy: string }) =>
    category === 'runtime' && strategy === name;
const never = () => new AbortController().signal;

describe('what kind of failure a code is', () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])('%s has strategies, or none can help', (code) => {
    const category = categoryOf(code);
    if (category === null) expect(['input', 'internal']).toContain(ERRORS[code].category);
    else expect(FIRST_ORDER[category].every((name) => name in STRATEGIES)).toBe(true);
  });
});

describe('the order of strategies', () => {
  const three = (odds: Partial<Record<'a' | 'b' | 'c', { tried: number; helped: number }>> = {}) =>
    (['a', 'b', 'c'] as const).map((name) => ({ name, cost: 1, odds: odds[name] ?? NO_ODDS }));

  it('is the first one while nothing is known, and one accident does not turn it over', () => {
    expect(orderByOdds(three())).toEqual(['a', 'b', 'c']);
    expect(orderByOdds(three({ c: noted(NO_ODDS, true) }))[0]).not.toBe('b');
    expect(orderByOdds(three({ a: noted(NO_ODDS, true) }))[0]).toBe('a');
  });

  it('puts what helps for its price before what costs more', () => {
    const all = [
      { name: 'dear', cost: 10, odds: { tried: 10, helped: 9 } },
      { name: 'cheap', cost: 1, odds: { tried: 10, helped: 3 } },
    ];
    expect(orderByOdds(all)).toEqual(['cheap', 'dear']);
  });

  it('keeps every strategy, and odds within bounds, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), fc.nat(8), (outcomes, place) => {
        const odds = outcomes.reduce(noted, NO_ODDS);
        const share = successOf(odds, place);
        return share > 0 && share < 1 && odds.helped <= odds.tried && odds.tried <= 20.001;
      }),
    );
  });
});

/** What a world costs: every recovery tries in turn until something helps. */
function costOf(options: {
  readonly category: RecoveryCategory;
  readonly chances: (round: number) => Partial<Record<StrategyName, number>>;
  readonly learns: boolean;
  readonly seed: number;
}): number {
  const random = createSeededRandom(options.seed);
  const odds = new Map(FIRST_ORDER[options.category].map((name) => [name, NO_ODDS]));
  let cost = 0;
  for (let round = 0; round < 400; round += 1) {
    const chances = options.chances(round);
    const candidates = FIRST_ORDER[options.category].map((name) => ({
      ...{ name, cost: STRATEGIES[name].cost },
      odds: odds.get(name) ?? NO_ODDS,
    }));
    const order = options.learns ? orderByOdds(candidates) : candidates.map(({ name }) => name);
    for (const name of order) {
      cost += STRATEGIES[name].cost;
      const helps = random() < (chances[name] ?? 0);
      odds.set(name, noted(odds.get(name) ?? NO_ODDS, helps));
      if (helps) break;
    }
  }
  return cost;
}

describe('learning from what helped', () => {
  const WORLDS: Record<string, (round: number) => Partial<Record<StrategyName, number>>> = {
    'files are damaged most of the time': () => ({ again: 0.05, mend: 0.9, 'fetch-files': 0.9 }),
    'the graphics driver is at fault': () => ({
      again: 0.1,
      mend: 0.02,
      'smaller-context': 0.1,
      processor: 0.95,
    }),
    'memory was short, and then the disk went bad': (round) =>
      round < 200 ? { 'smaller-context': 0.9, again: 0.05 } : { mend: 0.9, again: 0.05 },
  };

  it.each(Object.keys(WORLDS))('costs less than the fixed order where %s', (name) => {
    const chances = WORLDS[name] as (round: number) => Partial<Record<StrategyName, number>>;
    for (const seed of [1, 2, 3, 4, 5]) {
      const world = { category: 'runtime' as const, chances, seed };
      expect(costOf({ ...world, learns: true })).toBeLessThan(costOf({ ...world, learns: false }));
    }
  });

  it('costs hardly more where the fixed order is right', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const world = {
        category: 'runtime' as const,
        chances: () => ({ again: 0.8, mend: 0.6 }),
        seed,
      };
      expect(costOf({ ...world, learns: true })).toBeLessThan(
        1.1 * costOf({ ...world, learns: false }),
      );
    }
  });
});

describe('the breaker', () => {
  it('opens after three failures in a row, tries once after its time, and rests twice as long after another', () => {
    let breaker = CLOSED;
    for (const at of [1, 2]) breaker = afterTry(breaker, false, at);
    expect(mayTry(breaker, 3)).toBe(true);
    breaker = afterTry(breaker, false, 3);
    expect(mayTry(breaker, 4)).toBe(false);
    const firstRest = breaker.openUntil - 3;
    expect(mayTry(breaker, breaker.openUntil)).toBe(true);
    const again = afterTry(breaker, false, breaker.openUntil);
    expect(again.openUntil - breaker.openUntil).toBe(2 * firstRest);
    expect(afterTry(again, true, again.openUntil)).toEqual(CLOSED);
  });
});

function rig(actions: RecoveryPorts['actions']) {
  let record: RecoveryRecord = { pairs: {}, attempts: [] };
  const told: string[] = [];
  const manual = createManualClock();
  const recovery = createRecovery({
    clock: manual.clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publish: (type) => told.push(type),
    store: {
      get: () => record,
      update: (change) => {
        record = change(record);
      },
    },
    actions,
    nameOf: (modelId) => modelId,
  });
  return { recovery, told, record: () => record, advance: manual };
}

describe('recovering', () => {
  it('tries in turn until something helps, and tells and counts each attempt', async () => {
    const done: string[] = [];
    const act = (name: string) => async () => {
      done.push(name);
      return true;
    };
    const { recovery, told, record } = rig({ again: act('again'), mend: act('mend') });
    const again = async () => {
      if (done.at(-1) !== 'mend') throw CRASH;
    };
    const { helped, attempts } = await recovery.recover({
      error: CRASH,
      modelId: 'm',
      signal: never(),
      again,
    });
    expect({ helped, done }).toEqual({ helped: true, done: ['again', 'mend'] });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'helped']);
    expect(told).toEqual(['recovery.attempt', 'recovery.attempt']);
    expect(record().pairs).toMatchObject({
      'runtime/again': { tried: 1, helped: 0 },
      'runtime/mend': { tried: 1, helped: 1 },
    });
    const { strategies } = recovery.statistics();
    expect(strategies.find(inRuntime('mend'))).toMatchObject({ helped: 1 });
  });

  it('leaves out what cannot be done here, and does nothing for what nothing can help', async () => {
    const { recovery, told } = rig({ again: async () => false });
    const failure = { modelId: 'm', signal: never(), again: async () => {} };
    expect(await recovery.recover({ ...failure, error: CRASH })).toEqual({
      helped: false,
      attempts: [],
    });
    const mistake = new AppError('INPUT_INVALID', { problem: 'x' });
    expect(await recovery.recover({ ...failure, error: mistake })).toEqual({
      helped: false,
      attempts: [],
    });
    expect(told).toEqual([]);
  });

  it('does not go on for ever: what failed three times for a model rests there', async () => {
    let tries = 0;
    const { recovery } = rig({
      again: async () => {
        tries += 1;
        return true;
      },
    });
    const again = async () => {
      throw CRASH;
    };
    for (let count = 0; count < 10; count += 1) {
      await recovery.recover({ error: CRASH, modelId: 'broken', signal: never(), again });
    }
    expect(tries).toBe(3);
    await recovery.recover({ error: CRASH, modelId: 'another', signal: never(), again });
    expect(tries).toBe(4);
    const { strategies } = recovery.statistics();
    expect(strategies.find(inRuntime('again'))?.restingUntil).not.toBeNull();
  });

  it('takes back what did not help', async () => {
    const done: string[] = [];
    const { recovery } = rig({
      again: async () => {
        done.push('done');
        return () => void done.push('undone');
      },
    });
    const again = async () => {
      throw CRASH;
    };
    await recovery.recover({ error: CRASH, modelId: 'm', signal: never(), again });
    expect(done).toEqual(['done', 'undone']);
    await recovery.recover({ error: CRASH, modelId: 'm', signal: never(), again: async () => {} });
    expect(done).toEqual(['done', 'undone', 'done']);
  });

  it('stops at once when nobody wants it any more', async () => {
    const gone = new AbortController();
    const { recovery, told } = rig({
      again: async () => {
        gone.abort(new Error('gone'));
        return true;
      },
    });
    const again = async () => {
      throw CRASH;
    };
    await expect(
      recovery.recover({ error: CRASH, modelId: 'm', signal: gone.signal, again }),
    ).rejects.toThrow('gone');
    expect(told).toEqual([]);
  });
});

describe('from a load that fails', () => {
  const flow = (outcomes: readonly (Error | 'ok')[], helped: boolean) => {
    const left = [...outcomes];
    const failed: string[] = [];
    const load = async () => {
      const next = left.shift() ?? 'ok';
      if (next !== 'ok') throw next;
      return 'model';
    };
    const loadOrMend = createLoadFlow({
      recovery: { recover: async () => ({ helped, attempts: [] }) },
      loadFailed: (modelId) => failed.push(modelId),
    });
    return { run: () => loadOrMend({ modelId: 'm', load, signal: never() }), failed };
  };

  it('a sound one is loaded, a mended one too, and the rest turns to an alternative', async () => {
    expect(await flow(['ok'], false).run()).toMatchObject({ kind: 'loaded', mended: false });
    expect(await flow([CRASH, 'ok'], true).run()).toMatchObject({ kind: 'loaded', mended: true });
    const lost = flow([CRASH], false);
    expect(await lost.run()).toMatchObject({
      kind: 'alternative',
      error: { code: 'RUNTIME_CRASHED' },
    });
    expect(lost.failed).toEqual(['m']);
  });

  it('what lies with the request is told as it is', async () => {
    const mistake = new AppError('INPUT_INVALID', { problem: 'x' });
    await expect(flow([mistake], true).run()).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
