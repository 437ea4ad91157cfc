import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SettingsSnapshot } from '../../../src-shared/contract/settings.ts';
import { aSettingsSnapshot } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

/** Settings that keep what they are given, as the main process does. */
async function openSettings(downloads: Partial<SettingsSnapshot['values']['downloads']> = {}) {
  const before = aSettingsSnapshot();
  let values = { ...before.values, downloads: { ...before.values.downloads, ...downloads } };
  const snapshot = () => ({ ...before, values });
  const bridge = createFakeBridge({
    'settings.get': snapshot,
    'settings.patch': (patch) => {
      const merged = (['hub', 'downloads'] as const).map((group) => [
        group,
        { ...values[group], ...patch[group] },
      ]);
      values = { ...values, ...Object.fromEntries(merged) };
      return snapshot();
    },
  });
  renderApp(bridge);
  fireEvent.click(within(screen.getByRole('navigation')).getByRole('button', { name: 'Settings' }));
  await screen.findByRole('group', { name: 'Weekly schedule' });
  return () => bridge.inputsOf('settings.patch');
}

const window = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', bytesPerSecond: 2_000_000 };

describe('S4 the weekly schedule', () => {
  it('gets a window, which can be removed again', async () => {
    const patches = await openSettings();
    fireEvent.click(screen.getByRole('button', { name: 'Add a window' }));
    await screen.findByRole('group', { name: 'Window 1' });
    fireEvent.click(screen.getByRole('button', { name: 'Remove Window 1' }));
    await waitFor(() => expect(screen.queryByRole('group', { name: 'Window 1' })).toBeNull());
    expect(patches()).toEqual([
      { downloads: { schedule: [window] } },
      { downloads: { schedule: [] } },
    ]);
  });

  it('changes days, times and what holds', async () => {
    const patches = await openSettings({ schedule: [window] });
    fireEvent.click(screen.getByRole('checkbox', { name: 'Window 1: Sunday' }));
    await waitFor(() => expect(patches()).toHaveLength(1));
    const from = screen.getByLabelText('Window 1: from');
    fireEvent.change(from, { target: { value: '18:30' } });
    fireEvent.blur(from);
    await screen.findByText('on the next day');
    fireEvent.change(screen.getByRole('combobox', { name: 'Window 1: what holds' }), {
      target: { value: 'pause' },
    });
    const everyDay = { ...window, days: [0, 1, 2, 3, 4, 5] };
    const evening = { ...everyDay, from: '18:30' };
    await waitFor(() =>
      expect(patches()).toEqual([
        { downloads: { schedule: [everyDay] } },
        { downloads: { schedule: [evening] } },
        { downloads: { schedule: [{ ...evening, bytesPerSecond: 0 }] } },
      ]),
    );
  });

  it('takes a pasted comma in the limit of a window', async () => {
    const patches = await openSettings({ schedule: [window] });
    const field = screen.getByLabelText('Window 1: limit in MB/s');
    fireEvent.paste(field, { clipboardData: { getData: () => '0,5' } });
    fireEvent.blur(field);
    await waitFor(() =>
      expect(patches()).toEqual([
        { downloads: { schedule: [{ ...window, bytesPerSecond: 500_000 }] } },
      ]),
    );
  });

  it('says what holds now', async () => {
    const always = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', bytesPerSecond: 0 };
    await openSettings({ schedule: [always] });
    expect(screen.getByRole('status', { name: 'What holds now' }).textContent).toBe(
      'Now: paused by the weekly schedule.',
    );
  });
});

describe('S4 lists and rates', () => {
  it('keeps one mirror a row and forgets empty ones', async () => {
    const patches = await openSettings();
    fireEvent.click(screen.getByRole('button', { name: 'Add to Mirrors' }));
    const field = await screen.findByRole('textbox', { name: 'Mirrors 1' });
    fireEvent.blur(field);
    expect(patches()).toEqual([]);
    fireEvent.change(field, { target: { value: ' https://mirror.example ' } });
    fireEvent.blur(field);
    await waitFor(() => expect(patches()).toHaveLength(1));
    fireEvent.click(screen.getByRole('button', { name: 'Remove Mirrors 1' }));
    await waitFor(() =>
      expect(patches()).toEqual([
        { hub: { mirrors: ['https://mirror.example'] } },
        { hub: { mirrors: [] } },
      ]),
    );
  });

  it('takes a pasted comma for a decimal sign', async () => {
    const patches = await openSettings();
    const field = screen.getByLabelText('Speed limit');
    fireEvent.paste(field, { clipboardData: { getData: () => '0,5 MB/s' } });
    fireEvent.blur(field);
    await waitFor(() =>
      expect(patches()).toEqual([{ downloads: { limitBytesPerSecond: 500_000 } }]),
    );
  });

  it('shows a speed limit in megabytes a second', async () => {
    const patches = await openSettings({ limitBytesPerSecond: 2_500_000 });
    const field = screen.getByLabelText('Speed limit');
    expect(field).toHaveProperty('value', '2.5 MB/s');
    fireEvent.change(field, { target: { value: '3' } });
    fireEvent.blur(field);
    await waitFor(() =>
      expect(patches()).toEqual([{ downloads: { limitBytesPerSecond: 3_000_000 } }]),
    );
  });
});
