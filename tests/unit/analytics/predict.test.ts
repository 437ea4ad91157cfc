import { describe, expect, it } from 'vitest';
import { predictNext } from '../../../src-main/engines/analytics/predict.ts';
import { daysBetween, weekdayOf } from '../../../src-main/engines/analytics/roll-up.ts';
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import { rolledUp, use } from './usage-builders.ts';

const pad = (value: number) => String(value).padStart(2, '0');
const at = (day: string, hour: number) => `${day}T${pad(hour)}:15:00.000Z`;

/** Work at nine on weekdays, pictures on Sunday evenings, and now and then something at any hour. */
function habits(seed: number, to = '2026-04-30'): UsageEvent[] {
  const random = createSeededRandom(seed);
  const events: UsageEvent[] = [];
  for (const day of daysBetween('2026-01-05', to)) {
    const weekday = weekdayOf(day);
    if (weekday >= 1 && weekday <= 5 && random() < 0.9) events.push(use('work', at(day, 9)));
    if (weekday >= 1 && weekday <= 5 && random() < 0.8) events.push(use('code', at(day, 14)));
    if (weekday === 0 && random() < 0.9) events.push(use('pictures', at(day, 20)));
    if (random() < 0.3) {
      const model = ['work', 'code', 'pictures', 'other'][Math.floor(4 * random())] ?? 'other';
      events.push(use(model, at(day, Math.floor(24 * random()))));
    }
  }
  return events.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** How often the first guess was the model that was used, over the last two months. */
function hitRates(events: readonly UsageEvent[]) {
  let asked = 0;
  let predicted = 0;
  let mostRecent = 0;
  for (const [index, { modelId, startedAt }] of events.entries()) {
    if (startedAt < '2026-03-01') continue;
    const before = events.slice(0, index);
    const moment = { day: startedAt.slice(0, 10), hour: Number(startedAt.slice(11, 13)) };
    asked += 1;
    if (predictNext(rolledUp(before), moment)[0]?.modelId === modelId) predicted += 1;
    if (before.at(-1)?.modelId === modelId) mostRecent += 1;
  }
  return { predicted: predicted / asked, mostRecent: mostRecent / asked };
}

describe('R8.3 the next use', () => {
  it('on weekdays at nine is work, on Sunday evening pictures, and at four nothing', () => {
    const days = rolledUp(habits(1));
    const [work] = predictNext(days, { day: '2026-05-04', hour: 9 });
    expect(work?.modelId).toBe('work');
    expect(work?.probability).toBeGreaterThan(0.4);
    expect(predictNext(days, { day: '2026-05-03', hour: 20 })[0]?.modelId).toBe('pictures');
    expect(predictNext(days, { day: '2026-05-04', hour: 4 })[0]?.probability).toBeLessThan(0.05);
  });

  it.each([1, 2, 3])(
    'is guessed far more often than by “the same as last time” (seed %i)',
    (seed) => {
      const { predicted, mostRecent } = hitRates(habits(seed));
      expect(predicted).toBeGreaterThan(0.75);
      expect(predicted).toBeGreaterThan(2 * mostRecent);
    },
  );

  it('a habit that changed is followed within weeks', () => {
    const before = habits(4, '2026-03-01').filter(({ modelId }) => modelId !== 'code');
    const after = daysBetween('2026-03-02', '2026-04-10')
      .filter((day) => weekdayOf(day) >= 1 && weekdayOf(day) <= 5)
      .map((day) => use('newer', at(day, 9)));
    const days = rolledUp([...before, ...after]);
    expect(predictNext(days, { day: '2026-04-13', hour: 9 })[0]?.modelId).toBe('newer');
  });

  it('of nothing, nothing is guessed', () => {
    expect(predictNext({}, { day: '2026-01-01', hour: 0 })).toEqual([]);
  });

  it('models that are counted together are no guess', () => {
    const days = rolledUp([use('(other)', at('2026-01-05', 9)), use('a', at('2026-01-05', 9))]);
    const guesses = predictNext(days, { day: '2026-01-06', hour: 9 });
    expect(guesses.map(({ modelId }) => modelId)).toEqual(['a']);
  });
});
