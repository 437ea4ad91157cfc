import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { busiestHour, durationWords } from '../../../src-renderer/format/usage.ts';
import { aModelUsage, anEvent, aUsage } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

async function openActivity(answers: Parameters<typeof createFakeBridge>[0] = {}) {
  const bridge = createFakeBridge(answers);
  renderApp(bridge);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Activity' }));
  return bridge;
}

it('R8.2 says what is recorded and what never is, while nothing was', async () => {
  await openActivity();
  expect(await screen.findByText(/What was asked is never recorded/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Erase…' })).toBeNull();
});

it('R8.2 shows each model with its figures, and what is likely next', async () => {
  const usage = aUsage(aModelUsage({ modelId: 'hf:a/b', failureStreak: 3 }));
  const preload = [{ modelId: 'hf:a/b', probability: 0.62 }];
  await openActivity({ 'analytics.get': () => ({ ...usage, preload }) });
  const row = await screen.findByRole('row', { name: /hf:a\/b/ });
  expect(row.textContent).toContain('97.5 % (the last 3 failed)');
  expect(row.textContent).toContain('9 to 10');
  expect(screen.getByText(/most likely: hf:a\/b \(62 %\)/)).toBeTruthy();
  expect(screen.getByRole('img', { name: /40 uses in 1 day,/ })).toBeTruthy();
});

it('R8.2 models beyond the most used have one row, and uses that were lost are told', async () => {
  const usage = aUsage(aModelUsage({ modelId: '(other)' }));
  await openActivity({ 'analytics.get': () => ({ ...usage, dropped: 1_200 }) });
  expect(await screen.findByRole('row', { name: /Other models/ })).toBeTruthy();
  expect(screen.getByText('1,200 uses came too fast to be kept.')).toBeTruthy();
});

it('follows new uses', async () => {
  const bridge = await openActivity({ 'analytics.get': () => aUsage(aModelUsage()) });
  await screen.findByText('40 uses in 30 days');
  const before = bridge.inputsOf('analytics.get').length;
  bridge.emit(
    anEvent(1, 'analytics.updated', { modelId: 'hf:a/b', lastUsedAt: '2026-01-10T09:00:00.000Z' }),
  );
  await waitFor(() => expect(bridge.inputsOf('analytics.get').length).toBeGreaterThan(before));
});

it('erases after it was asked, and copies as a table', async () => {
  const written = vi.fn(async () => {});
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: written } });
  const bridge = await openActivity({
    'analytics.get': () => aUsage(aModelUsage()),
    'analytics.export': () => ({ format: 'csv', text: 'a,b' }),
    'analytics.erase': () => ({}),
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Export' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Copy as a table' }));
  await waitFor(() => expect(written).toHaveBeenCalledWith('a,b'));
  fireEvent.click(screen.getByRole('button', { name: 'Erase…' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Erase' }));
  await waitFor(() => expect(bridge.inputsOf('analytics.erase')).toHaveLength(1));
  vi.unstubAllGlobals();
});

it('S6 shows what was tried by itself, how often it helped, and follows it', async () => {
  const way = {
    category: 'network',
    strategy: 'mirror',
    name: 'Another mirror',
    tried: 14,
    helped: 12,
    order: 1,
    restingUntil: null,
  } as const;
  const attempt = {
    at: '2026-01-10T09:00:00.000Z',
    category: 'network',
    code: 'TIMEOUT',
    strategy: 'mirror',
    modelId: null,
    outcome: 'helped',
    sentence: 'A mirror had the file.',
  } as const;
  let tried: number = way.tried;
  const bridge = await openActivity({
    'recovery.statistics': () => ({
      strategies: [
        { ...way, tried },
        { ...way, strategy: 'wait', name: 'Wait', restingUntil: '2999-01-10T09:00:00.000Z' },
        { ...way, strategy: 'never', name: 'Never tried', tried: 0 },
      ],
      attempts: [attempt],
    }),
  });
  const row = await screen.findByRole('row', { name: /Another mirror/ });
  expect(row.textContent).toBe('NetworkAnother mirror12 of 14First');
  expect(screen.getByRole('row', { name: /Wait/ }).textContent).toContain('Rests until');
  expect(screen.queryByText('Never tried')).toBeNull();
  expect(screen.getByText(/Helped: A mirror had the file\.$/)).toBeTruthy();
  tried = 15;
  bridge.emit(anEvent(1, 'recovery.attempt', { attempt }));
  await screen.findByText('12 of 15');
});

it.each([
  [null, '–'],
  [840, '0.8 s'],
  [12_400, '12 s'],
  [204_000, '3.4 min'],
])('a duration of %s ms is %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

it('the busiest hour of none is none, and midnight follows eleven', () => {
  expect(busiestHour(Array.from({ length: 24 }, () => 0))).toBeNull();
  expect(busiestHour(Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 1 : 0)))).toBe(
    '23 to 0',
  );
});
