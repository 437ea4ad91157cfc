import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../../src-main/engines/fallback/choices.ts';
import {
  type DecisionFacts,
  decide,
  type Standing,
} from '../../../src-main/engines/fallback/decide.ts';
import { expectedQualitySchema, fallbackModeSchema } from '../../../src-shared/domain/fallback.ts';
import { facts, ranking, suggestion } from './builders.ts';

const policy = facts().policy;
const good = suggestion('hf:a/good');
const poor = suggestion('hf:a/poor', { quality: 'significantly lower' });
const STANDINGS: readonly Standing[] = [
  'ready',
  'coming',
  'fetchable',
  'held',
  'unrunnable',
  'unknown',
];

/** What a model has to be for each strategy, with what the rows before it say. */
const TABLE: [string, Partial<DecisionFacts>, string, string | null, boolean][] = [
  ['here', { standing: 'ready' }, 'exact', 'hf:a/asked', false],
  [
    'here, and one as good as well',
    { standing: 'ready', ranking: ranking(good) },
    'exact',
    'hf:a/asked',
    false,
  ],
  [
    'here, and the person wants to be asked',
    { standing: 'ready', mode: 'ask', ranking: ranking(good) },
    'exact',
    'hf:a/asked',
    false,
  ],
  [
    'here, but not for this request',
    { standing: 'ready', lacks: 'does not call functions', ranking: ranking(good) },
    'alternative',
    'hf:a/good',
    false,
  ],
  [
    'soon here',
    { standing: 'coming', etaMs: 15_000, ranking: ranking(good) },
    'wait',
    'hf:a/asked',
    false,
  ],
  [
    'not soon enough here',
    { standing: 'coming', etaMs: 15_001, ranking: ranking(good) },
    'alternative',
    'hf:a/good',
    false,
  ],
  ['soon fetched', { etaMs: 5_000, ranking: ranking(good) }, 'wait', 'hf:a/asked', true],
  [
    'soon fetched, but fetching is off',
    { etaMs: 5_000, ranking: ranking(good), policy: { ...policy, fetchMissing: false } },
    'alternative',
    'hf:a/good',
    false,
  ],
  [
    'coming, nobody knows when',
    { standing: 'coming', ranking: ranking(good) },
    'alternative',
    'hf:a/good',
    false,
  ],
  ['not here, a person is asked', { mode: 'ask', ranking: ranking(good) }, 'ask', null, false],
  [
    'not here, a person would be asked, but for nothing',
    { mode: 'ask', standing: 'unknown' },
    'refuse',
    null,
    false,
  ],
  [
    'not here, another is good enough',
    { ranking: ranking(good) },
    'alternative',
    'hf:a/good',
    true,
  ],
  [
    'not here, the best is not good enough',
    { ranking: ranking(poor) },
    'queue',
    'hf:a/asked',
    true,
  ],
  [
    'not here, the second is good enough',
    { ranking: ranking(poor, good) },
    'alternative',
    'hf:a/good',
    true,
  ],
  [
    'not here, a poor one is enough',
    { ranking: ranking(poor), policy: { ...policy, minQuality: 'significantly lower' } },
    'alternative',
    'hf:a/poor',
    true,
  ],
  [
    'not here, the good one fails in its place',
    { ranking: ranking(good), asStandIn: new Map([['hf:a/good', { successes: 1, failures: 3 }]]) },
    'queue',
    'hf:a/asked',
    true,
  ],
  [
    'not here, the good one failed once',
    { ranking: ranking(good), asStandIn: new Map([['hf:a/good', { successes: 0, failures: 2 }]]) },
    'alternative',
    'hf:a/good',
    true,
  ],
  [
    'not here, a server elsewhere is set',
    { policy: { ...policy, remote: true } },
    'remote',
    null,
    true,
  ],
  [
    'coming, a request that can be kept',
    { standing: 'coming', etaMs: 60_000 },
    'queue',
    'hf:a/asked',
    false,
  ],
  [
    'coming nobody knows when, a request that cannot be kept',
    { standing: 'coming', canQueue: false },
    'wait',
    'hf:a/asked',
    false,
  ],
  [
    'coming nobody knows when, the queue is off',
    { standing: 'coming', policy: { ...policy, queue: false } },
    'wait',
    'hf:a/asked',
    false,
  ],
  [
    'coming too late, a request that cannot be kept',
    { standing: 'coming', etaMs: 60_000, canQueue: false },
    'refuse',
    null,
    false,
  ],
  [
    'coming, a request that has waited already',
    { standing: 'coming', etaMs: 0, maxWaitMs: 0 },
    'queue',
    'hf:a/asked',
    false,
  ],
  [
    'here and not to be loaded',
    { standing: 'failing', ranking: ranking(good) },
    'alternative',
    'hf:a/good',
    false,
  ],
  ['here and not to be loaded, alone', { standing: 'failing' }, 'refuse', null, false],
  [
    'held, a placeholder may answer',
    { standing: 'held', policy: { ...policy, placeholder: true } },
    'placeholder',
    null,
    false,
  ],
  ['in no library', { standing: 'unknown' }, 'refuse', null, false],
  ['run by nothing here', { standing: 'unrunnable' }, 'refuse', null, false],
  [
    'never another: on its way',
    {
      mode: 'never',
      standing: 'coming',
      ranking: ranking(good),
      policy: { ...policy, remote: true, placeholder: true },
    },
    'queue',
    'hf:a/asked',
    false,
  ],
  [
    'never another: in no library',
    {
      mode: 'never',
      standing: 'unknown',
      ranking: ranking(good),
      policy: { ...policy, remote: true, placeholder: true },
    },
    'refuse',
    null,
    false,
  ],
];

describe('R4.1 what a request gets', () => {
  it.each(TABLE)('whose model is %s', (_, some, strategy, modelId, startsDownload) => {
    const decision = decide(facts(some));
    expect(decision).toMatchObject({ strategy, modelId, startsDownload });
  });

  it('holds what must hold for every combination of facts', () => {
    for (const one of everything()) {
      const { strategy, modelId, trace, setup, startsDownload } = decide(one);
      const taken = trace.filter((line) => line.taken);
      expect(taken).toEqual([trace.at(-1)]);
      expect(taken[0]?.strategy).toBe(strategy);
      expect(trace.every(({ because }) => because.endsWith('.'))).toBe(true);
      if (one.standing === 'ready' && one.lacks === null) expect(strategy).toBe('exact');
      if (one.mode === 'never') expect(['exact', 'wait', 'queue', 'refuse']).toContain(strategy);
      if (one.mode !== 'ask') expect(strategy).not.toBe('ask');
      if (strategy === 'placeholder') expect(one.policy.placeholder).toBe(true);
      if (strategy === 'remote') expect(one.policy.remote).toBe(true);
      if (strategy === 'queue') expect(one.canQueue && one.policy.queue).toBe(true);
      if (strategy === 'wait') expect(one.etaMs ?? 0).toBeLessThanOrEqual(one.maxWaitMs);
      if (['exact', 'wait', 'queue'].includes(strategy)) expect(modelId).toBe(one.requestedId);
      if (strategy === 'alternative') {
        const found = one.ranking.suggestions.find((given) => given.modelId === modelId);
        const order = expectedQualitySchema.options;
        expect(order.indexOf(found!.quality)).toBeLessThanOrEqual(
          order.indexOf(one.policy.minQuality),
        );
      }
      expect(setup.length > 0).toBe(strategy === 'refuse' || strategy === 'placeholder');
      if (startsDownload)
        expect([one.standing, one.policy.fetchMissing]).toEqual(['fetchable', true]);
    }
  });

  it('offers a person what would be done by itself, as the default, and to refuse', () => {
    for (const one of everything().filter((given) => decide(given).strategy === 'ask')) {
      const { choices, defaultChoice, decision } = choicesOf(one);
      const chosen = choices.find(({ id }) => id === defaultChoice);
      expect(chosen).toMatchObject({ strategy: decision.strategy, modelId: decision.modelId });
      expect(choices.map(({ strategy }) => strategy)).toContain('refuse');
      expect(new Set(choices.map(({ id }) => id)).size).toBe(choices.length);
    }
  });

  it('offers a person also what is not good enough unasked', () => {
    const { choices } = choicesOf(facts({ mode: 'ask', ranking: ranking(poor) }));
    expect(choices.map(({ id }) => id)).toEqual(['alternative:hf:a/poor', 'queue', 'refuse']);
  });
});

function everything(): DecisionFacts[] {
  const flags = [true, false];
  const rankings = [ranking(), ranking(good), ranking(poor), ranking(poor, good)];
  return STANDINGS.flatMap((standing) =>
    [null, 'does not call functions'].flatMap((lacks) =>
      [null, 1_000, 60_000].flatMap((etaMs) =>
        rankings.flatMap((given) =>
          fallbackModeSchema.options.flatMap((mode) =>
            expectedQualitySchema.options.flatMap((minQuality) =>
              flags.flatMap((fetchMissing) =>
                flags.flatMap((queue) =>
                  flags.flatMap((placeholder) =>
                    flags.flatMap((remote) =>
                      flags.map((canQueue) =>
                        facts({
                          ...{ standing, lacks, etaMs, mode, canQueue, ranking: given },
                          policy: { minQuality, fetchMissing, queue, placeholder, remote },
                        }),
                      ),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
