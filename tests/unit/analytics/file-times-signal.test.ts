import { expect, it } from 'vitest';
import {
  createFileTimesSignal,
  type FileReading,
  readByOthers,
} from '../../../src-main/engines/analytics/file-times-signal.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const START = Date.UTC(2026, 0, 31);
const MINUTE = 60_000;
const nobody = { wasOurs: () => false, lastUse: () => undefined };

const aReading = (readAt: number, changes: Partial<FileReading> = {}): FileReading => ({
  modelId: 'hf:a/b',
  places: ['/library/a/b/weights'],
  fileId: '1',
  readAt,
  ...changes,
});
const before = [aReading(START)];

it.each([
  ['was not read', aReading(START)],
  ['was replaced', aReading(START + MINUTE, { fileId: '2' })],
  ['is new', aReading(START + MINUTE, { places: ['/library/a/b/other'] })],
])('a file that %s says nothing', (_what, reading) => {
  expect(readByOthers([reading], before, nobody)).toEqual(new Map());
});

it('R8.1 a model of which several files were read was used once, at the last of these times', () => {
  const files = (readAt: number) => [
    aReading(readAt),
    aReading(readAt - 5, { places: ['/library/a/b/more'] }),
  ];
  expect(readByOthers(files(START + MINUTE), files(START), nobody)).toEqual(
    new Map([['hf:a/b', START + MINUTE]]),
  );
});

it.each(['/library/a/b/weights', '/home/ada/ComfyUI/weights'])(
  'what we read ourselves as %s is no use',
  (place) => {
    const places = ['/library/a/b/weights', '/home/ada/ComfyUI/weights'] as const;
    const wasOurs = (read: string, at: number) => read === place && at === START + MINUTE;
    const now = [aReading(START + MINUTE, { places })];
    expect(readByOthers(now, [aReading(START, { places })], { ...nobody, wasOurs }).size).toBe(0);
  },
);

it.each([
  [59, 0],
  [61, 1],
])('a model that was used %i minutes before is counted %i times more', (minutes, count) => {
  const lastUse = () => START + MINUTE - minutes * MINUTE;
  expect(readByOthers([aReading(START + MINUTE)], before, { ...nobody, lastUse }).size).toBe(count);
});

it('files are looked at every ten minutes', async () => {
  const { clock, advance } = createManualClock(START);
  let looks = 0;
  const signal = createFileTimesSignal({
    ...nobody,
    clock,
    isOn: () => true,
    readings: async () => [aReading(START + ++looks * 60 * MINUTE)],
  });
  const uses = [];
  for (let minute = 0; minute <= 20; minute += 1) {
    uses.push(...(await signal.look()));
    advance(MINUTE);
  }
  expect(looks).toBe(3);
  expect(uses.map(({ startedAt }) => startedAt)).toEqual([
    '2026-01-31T02:00:00.000Z',
    '2026-01-31T03:00:00.000Z',
  ]);
});
