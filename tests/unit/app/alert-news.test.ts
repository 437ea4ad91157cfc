import { expect, it } from 'vitest';
import { followAlerts, type News } from '../../../src-main/app/wiring/alert-news.ts';
import { createEventBus } from '../../../src-main/transports/events.ts';
import type { Alert } from '../../../src-shared/domain/alert.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { createManualClock } from '../transports/manual-clock.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const alertOf = (id: string): Alert => ({
  id,
  at: '2026-01-31T12:00:00.000Z',
  error: toErrorReport(new AppError('MODEL_DAMAGED', { name: id, problem: 'Piece 1 differs.' })),
});

function rig(first: readonly Alert[] = []) {
  const bus = createEventBus({ clock: createManualClock().clock, log });
  let alerts = [...first];
  let isSeen = false;
  const news: News[] = [];
  const counts: number[] = [];
  followAlerts({
    bus,
    alerts: () => alerts,
    isSeen: () => isSeen,
    notify: (each) => news.push(each),
    showCount: (count) => counts.push(count),
  });
  const raise = (alert: Alert) => {
    alerts = [alert, ...alerts.filter(({ id }) => id !== alert.id)];
    bus.publish('health.alert', { alertId: alert.id, alert });
  };
  const settle = (id: string) => {
    alerts = alerts.filter((alert) => alert.id !== id);
    bus.publish('health.alert', { alertId: id, alert: null });
  };
  const look = (seen: boolean) => {
    isSeen = seen;
  };
  return { raise, settle, look, news, counts };
}

it('tells each cause once, and again only after it was gone', () => {
  const { raise, settle, news, counts } = rig();
  raise(alertOf('a'));
  raise(alertOf('a'));
  raise(alertOf('b'));
  settle('a');
  raise(alertOf('a'));
  expect(news.map(({ body }) => body)).toEqual([
    'a is damaged: Piece 1 differs.',
    'b is damaged: Piece 1 differs.',
    'a is damaged: Piece 1 differs.',
  ]);
  expect(counts).toEqual([0, 1, 1, 2, 1, 2]);
});

it('tells nothing that is old, or that a person sees in the window', () => {
  const { raise, look, news, counts } = rig([alertOf('old')]);
  raise(alertOf('old'));
  look(true);
  raise(alertOf('seen'));
  expect(news).toEqual([]);
  expect(counts.at(-1)).toBe(2);
});
