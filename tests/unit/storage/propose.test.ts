import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelFacts, proposeCleanup } from '../../../src-main/engines/storage/propose.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const GB = 1e9;

const model = (modelId: string, facts: Partial<ModelFacts> = {}): ModelFacts => ({
  modelId,
  name: modelId,
  sizeBytes: 4 * GB,
  freedBytes: facts.freedBytes ?? facts.sizeBytes ?? 4 * GB,
  keep: false,
  cameAt: NOW - 10 * DAY,
  lastUsedAt: null,
  uses: null,
  canFetchAgain: true,
  isGated: false,
  task: undefined,
  tags: [],
  ...facts,
});

const context = { now: NOW, bytesPerSecond: 10e6, targetBytes: null, rules: [] };
const order = (...models: ModelFacts[]) =>
  proposeCleanup(models, context).items.map(({ modelId }) => modelId);

describe('R8.3 what would be missed least comes first', () => {
  it('what needs no permission to come back', () => {
    expect(order(model('gated', { isGated: true }), model('open'))).toEqual(['open', 'gated']);
  });

  it('what was used longer ago', () => {
    const old = model('old', { lastUsedAt: NOW - 200 * DAY });
    expect(order(model('new', { lastUsedAt: NOW - DAY }), old)).toEqual(['old', 'new']);
  });

  it('what was used less often', () => {
    const often = model('often', { lastUsedAt: NOW - DAY, uses: 40 });
    expect(order(often, model('once', { lastUsedAt: NOW - DAY, uses: 1 }))).toEqual([
      'once',
      'often',
    ]);
  });

  it('what is sooner back, and not what can never be fetched again', () => {
    const local = model('local', { canFetchAgain: false });
    const small = model('small', { sizeBytes: GB });
    expect(order(local, small, model('large', { sizeBytes: 400 * GB }))).toEqual([
      'small',
      'large',
      'local',
    ]);
  });

  it('what is not the last for its task', () => {
    const only = model('speech', { task: 'speech' });
    expect(order(only, model('a', { task: 'text' }), model('b', { task: 'text' })).at(-1)).toBe(
      'speech',
    );
  });

  it('of equals, what frees more', () => {
    expect(
      order(model('small', { sizeBytes: 1e6 }), model('bit more', { sizeBytes: 2e6 })),
    ).toEqual(['bit more', 'small']);
  });
});

describe('R6.4 what is never proposed', () => {
  it('is what is kept, and what would free nothing', () => {
    expect(order(model('kept', { keep: true }), model('shared', { freedBytes: 0 }))).toEqual([]);
  });
});

it('each proposal says why, in words', () => {
  const facts = { lastUsedAt: NOW - 90 * DAY, uses: 2, freedBytes: GB, task: 'speech' };
  const [item] = proposeCleanup([model('a', facts)], context).items;
  expect(item?.reasons).toEqual([
    'Last used 90 days ago.',
    'Used 2 times in 30 days.',
    'Frees 1.00 GB: the rest has names elsewhere.',
    'About 7 minutes to download again.',
    'The only model here for speech.',
  ]);
});

describe('a target', () => {
  const anyModel = fc.record({
    freedBytes: fc.integer({ min: 0, max: 50 }).map((size) => size * GB),
    days: fc.integer({ min: 0, max: 400 }),
    keep: fc.boolean(),
  });

  it('is reached when that is possible, and nothing is chosen that could stay', () => {
    fc.assert(
      fc.property(
        fc.array(anyModel, { maxLength: 12 }),
        fc.integer({ min: 0, max: 200 }),
        (all, wanted) => {
          const models = all.map(({ freedBytes, days, keep }, index) =>
            model(`m${index}`, {
              freedBytes,
              sizeBytes: freedBytes,
              keep,
              lastUsedAt: NOW - days * DAY,
            }),
          );
          const targetBytes = wanted * GB;
          const { items, chosenBytes, reachesTarget } = proposeCleanup(models, {
            ...context,
            targetBytes,
          });
          const chosen = items.filter(({ isChosen }) => isChosen);
          const possible = models.reduce(
            (sum, { keep, freedBytes }) => sum + (keep ? 0 : freedBytes),
            0,
          );
          expect(chosenBytes).toBe(chosen.reduce((sum, { freedBytes }) => sum + freedBytes, 0));
          expect(reachesTarget).toBe(possible >= targetBytes);
          if (reachesTarget) {
            for (const { freedBytes } of chosen)
              expect(chosenBytes - freedBytes).toBeLessThan(targetBytes);
          } else {
            expect(chosen).toHaveLength(items.length);
          }
        },
      ),
    );
  });
});

describe('R6.4 rules of a person', () => {
  const rule = { name: 'Old', unusedDays: 60, action: 'propose' as const };
  const propose = (models: readonly ModelFacts[], targetBytes: number | null = null) =>
    proposeCleanup(models, { ...context, targetBytes, rules: [rule] });

  it('put what falls under them first, chosen, with the rule as the first reason', () => {
    const old = model('old', { lastUsedAt: NOW - 60 * DAY, uses: 50, canFetchAgain: false });
    const { items } = propose([model('young', { lastUsedAt: NOW - 59 * DAY }), old]);
    expect(items.map(({ modelId, isChosen, rule: by }) => [modelId, isChosen, by])).toEqual([
      ['old', true, 'Old'],
      ['young', false, null],
    ]);
    expect(items[0]?.reasons[0]).toBe('Falls under your rule “Old”.');
  });

  it('never apply to what is kept, and a target is still reached with as little as possible', () => {
    const kept = model('kept', { lastUsedAt: NOW - 400 * DAY, keep: true });
    const one = model('one', { lastUsedAt: NOW - 100 * DAY });
    const two = model('two', { lastUsedAt: NOW - 200 * DAY });
    const { items, chosenBytes } = propose([kept, one, two], GB);
    expect(items.map(({ modelId }) => modelId)).toEqual(['two', 'one']);
    expect(chosenBytes).toBe(4 * GB);
  });
});
