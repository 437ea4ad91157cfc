import { expect, it } from 'vitest';
import { priorityUnasked } from '../../../src-main/engines/availability/priority.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;

it('what nobody asked for waits behind what somebody did: kept before used, both before neither', () => {
  const lately = NOW - DAY;
  const longAgo = NOW - 31 * DAY;
  expect(
    [
      { keep: true, lastUsedAt: lately },
      { keep: true, lastUsedAt: longAgo },
      { keep: false, lastUsedAt: lately },
      { keep: false, lastUsedAt: null },
    ].map((facts) => priorityUnasked(facts, NOW)),
  ).toEqual([-1, -2, -3, -4]);
});
