import { describe, expect, it } from 'vitest';
import {
  lookAtLoaded,
  type OllamaLook,
} from '../../../src-main/engines/analytics/ollama-signal.ts';

const START = Date.UTC(2026, 0, 31);
const MINUTE = 60_000;

/** What Ollama told each minute, as milliseconds until the model goes; `null` when it is not loaded. */
function usesOver(remaining: readonly (number | null)[]): number[] {
  let before: OllamaLook | null = null;
  return remaining.map((left, minute) => {
    const at = START + minute * MINUTE;
    const loaded = left === null ? [] : [{ name: 'a', digest: 'd', expiresAt: at + left }];
    const { look, used } = lookAtLoaded(loaded, at, before);
    before = look;
    return used.length;
  });
}

describe('R8.1 a model in Ollama', () => {
  it.each([
    ['that was there already is not counted', [200_400, 140_400, 80_400], [0, 0, 0]],
    ['that has come was used', [null, 270_300, 210_300], [0, 1, 0]],
    ['whose end was put off was used', [200_400, 280_700, 220_700, 290_100], [0, 1, 0, 1]],
    ['that went and came again was used', [200_400, null, 250_700], [0, 0, 1]],
  ])('%s', (_what, remaining, uses) => {
    expect(usesOver(remaining)).toEqual(uses);
  });

  it.each([
    ['once it is there', [null, 300_000, 300_000, 265_300, 205_300], [0, 0, 0, 1, 0]],
    [
      'although its clock and ours are a little apart',
      [null, 299_960, 300_030, 1_300],
      [0, 0, 0, 1],
    ],
    ['although it is gone by then', [null, 300_000, null, null], [0, 0, 1, 0]],
    [
      'of a model that is never unloaded',
      [null, 9_223_372_036_854.775, 9_223_372_006_854.775],
      [0, 0, 1],
    ],
    ['that was under way at the first look', [300_000, 300_000, 280_500], [0, 0, 1]],
  ])('its first answer counts once, %s', (_when, remaining, uses) => {
    expect(usesOver(remaining)).toEqual(uses);
  });

  it('is told apart from another', () => {
    const at = START + MINUTE;
    const before = lookAtLoaded(
      [{ name: 'a', digest: '1', expiresAt: START + 100_300 }],
      START,
      null,
    );
    const now = [
      { name: 'a', digest: '1', expiresAt: START + 100_300 },
      { name: 'b', digest: '2', expiresAt: at + 299_500 },
    ];
    expect(lookAtLoaded(now, at, before.look).used.map(({ name }) => name)).toEqual(['b']);
  });
});
