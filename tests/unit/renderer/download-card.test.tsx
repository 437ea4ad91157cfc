import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ComponentProps } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DownloadCard } from '../../../src-renderer/components/download-card.tsx';
import type { Download } from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aFile, GB } from './support/builders.ts';

afterEach(cleanup);

const NOW = Date.parse('2026-01-10T10:00:00.000Z');
const nothing = () => {};

function show(download: Download, props: Partial<ComponentProps<typeof DownloadCard>> = {}) {
  render(
    <MantineProvider env="test">
      <DownloadCard
        download={download}
        now={NOW}
        pace={null}
        speeds={[]}
        canMoveUp
        canMoveDown={false}
        onManage={nothing}
        onCancel={nothing}
        onMove={nothing}
        onDropped={nothing}
        onAction={nothing}
        {...props}
      />
    </MantineProvider>,
  );
  return screen
    .getAllByRole('button')
    .map((button) => button.getAttribute('aria-label') ?? button.textContent);
}

const openFiles = () =>
  fireEvent.click(screen.getByRole('button', { name: 'Files of Tiny Chat Q4_K_M' }));

async function setLimit(text: string, onManage: ComponentProps<typeof DownloadCard>['onManage']) {
  show(aDownload(), { onManage });
  fireEvent.click(screen.getByRole('button', { name: 'Speed limit of Tiny Chat Q4_K_M' }));
  const own = await screen.findByRole('textbox', { name: 'Another limit in MB/s' });
  fireEvent.change(own, { target: { value: text } });
  fireEvent.click(screen.getByRole('button', { name: 'Set limit' }));
}

const error = toErrorReport(
  new AppError('ACCESS_GATED', { repository: 'acme/tiny-chat', signedIn: false }),
);

describe('R2.1 a download in the list', () => {
  it('shows speed, time left and bytes while it runs', () => {
    const buttons = show(aDownload());
    expect(screen.getByText('12.3 MB/s, 2 min 2 s left')).toBeTruthy();
    expect(screen.getByText('500 MB of 2.00 GB, 25 %')).toBeTruthy();
    expect(buttons).toContain('Pause Tiny Chat Q4_K_M');
    expect(buttons).not.toContain('Resume Tiny Chat Q4_K_M');
  });

  it('R1.1 counts down to the next attempt instead of calling it failed', () => {
    const retrying = aFile({
      state: {
        kind: 'retrying',
        at: new Date(NOW + 8_000).toISOString(),
        attempt: 2,
        of: 3,
        error: toErrorReport(new AppError('TRANSFER_CUT', { path: 'a' })),
      },
    });
    show(aDownload({ files: [retrying] }));
    expect(screen.getByText('Retrying in 8 s (2 of 3)')).toBeTruthy();
    expect(screen.queryByText(/failed/i)).toBeNull();
  });

  it('gives one reason while it waits for the next attempt, not two', () => {
    const error = toErrorReport(new AppError('TRANSFER_CUT', { path: 'a' }));
    const at = new Date(NOW + 8_000).toISOString();
    const files = [aFile({ state: { kind: 'retrying', at, attempt: 2, of: 3, error } })];
    show(aDownload({ files }), { pace: 'The connection breaks often' });
    expect(screen.getByText(error.detail)).toBeTruthy();
    expect(screen.queryByText('What sets the pace?')).toBeNull();
  });

  it('draws no bar and counts no bytes where nothing has been fetched', () => {
    const files = [aFile({ receivedBytes: 0, state: { kind: 'waiting' } })];
    show(aDownload({ state: { kind: 'queued' }, receivedBytes: 0, files }));
    expect(screen.getByText('2.00 GB')).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('shows how far the verification is once all has arrived', () => {
    const files = [aFile({ receivedBytes: 2 * GB, state: { kind: 'verifying' } })];
    show(aDownload({ receivedBytes: 2 * GB, verifiedBytes: GB, files }));
    expect(screen.getByText('Verifying, 50 %')).toBeTruthy();
    const bar = screen.getByRole('progressbar', { name: 'Progress of Tiny Chat Q4_K_M' });
    expect(bar.getAttribute('aria-valuenow')).toBe('50');
  });

  it('offers to resume what is paused', () => {
    const buttons = show(aDownload({ state: { kind: 'paused' } }));
    expect(buttons).toContain('Resume Tiny Chat Q4_K_M');
    expect(buttons).not.toContain('Pause Tiny Chat Q4_K_M');
  });

  it('R1.4 says in a sentence what failed and hands on the button that is pressed', () => {
    const onAction = vi.fn();
    show(aDownload({ state: { kind: 'failed', error } }), { onAction });
    expect(screen.getByText(error.detail)).toBeTruthy();
    screen.getByRole('button', { name: 'Add an access token' }).click();
    expect(onAction).toHaveBeenCalledWith('sign-in');
  });

  it('only offers to clear what is finished', () => {
    const finishedAt = new Date(NOW).toISOString();
    const buttons = show(aDownload({ state: { kind: 'done', finishedAt }, receivedBytes: 2 * GB }));
    expect(buttons).toEqual(['Clear Tiny Chat Q4_K_M']);
  });

  it('names each file with its bytes and state once opened', () => {
    const waiting = aFile({ path: 'b.json', state: { kind: 'waiting' }, connections: 0 });
    show(aDownload({ files: [aFile({ path: 'a.gguf' }), waiting] }));
    expect(screen.queryByText('a.gguf')).toBeNull();
    openFiles();
    expect(screen.getByText('a.gguf')).toBeTruthy();
    expect(screen.getByText('waiting')).toBeTruthy();
    expect(screen.getByText('downloading · 4 connections to cdn.huggingface.co')).toBeTruthy();
  });

  it('shows the pieces of a file, in words too, with one legend', () => {
    show(aDownload({ files: [aFile({ path: 'a.gguf' }), aFile({ path: 'b.gguf' })] }));
    openFiles();
    const bar = screen.getByRole('progressbar', { name: 'Progress of a.gguf' });
    expect(bar.getAttribute('aria-valuetext')).toBe('25 % done, 4 parts in flight');
    expect(screen.getAllByRole('note', { name: 'What the bars show' })).toHaveLength(1);
  });

  it('R5.4 leaves a file out, but never the last one', () => {
    const onManage = vi.fn();
    const files = ['a', 'b'].map((path) => aFile({ path }));
    show(aDownload({ files }), { onManage });
    openFiles();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Include b' }));
    expect(onManage).toHaveBeenCalledWith({ action: 'exclude', paths: ['b'] });
    cleanup();
    const [a, b] = files.map((file, index) =>
      index === 1 ? { ...file, state: { kind: 'excluded' as const } } : file,
    );
    show(aDownload({ files: [a, b].flatMap((file) => file ?? []) }), { onManage });
    expect(screen.getByText('2 files, 0 verified, 1 file left out (2.00 GB)')).toBeTruthy();
    openFiles();
    expect(screen.getByRole('checkbox', { name: 'Include a' })).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Include b' }));
    expect(onManage).toHaveBeenLastCalledWith({ action: 'include', paths: ['b'] });
  });

  it('says what it waits for', () => {
    const at = new Date(NOW);
    at.setDate(at.getDate() + 1);
    at.setHours(7, 0);
    const hold = { kind: 'start-at', at: at.toISOString() } as const;
    show(aDownload({ state: { kind: 'queued' }, startAt: hold.at, hold }));
    expect(screen.getByText('Waits until tomorrow 07:00')).toBeTruthy();
  });

  it('asks what sets the pace only where there is an answer', () => {
    show(aDownload(), { pace: 'This server allows only one connection' });
    expect(screen.getByText('What sets the pace?')).toBeTruthy();
    expect(screen.getByText(/This server allows only one connection/)).toBeTruthy();
    cleanup();
    show(aDownload());
    expect(screen.queryByText('What sets the pace?')).toBeNull();
  });

  it('draws its speed with the top of the axis', () => {
    const speeds = [1, 2].map((second) => ({ at: second * 1000, bytesPerSecond: 12_300_000 }));
    show(aDownload(), { speeds });
    const graph = screen.getByRole('img', { name: /^Speed of Tiny Chat Q4_K_M/ });
    expect(graph.getAttribute('aria-label')).toContain('now 12.3 MB/s');
    expect(screen.getByText('20 MB/s')).toBeTruthy();
  });

  it('R5.3 sets and lifts a speed limit of its own', async () => {
    const onManage = vi.fn();
    show(aDownload({ limitBytesPerSecond: 5_000_000 }), { onManage });
    expect(screen.getByText('At most 5 MB/s')).toBeTruthy();
    const button = screen.getByRole('button', { name: 'Speed limit of Tiny Chat Q4_K_M' });
    fireEvent.click(button);
    fireEvent.click(await screen.findByRole('button', { name: 'No limit' }));
    expect(onManage).toHaveBeenLastCalledWith({ action: 'limit', bytesPerSecond: null });
    fireEvent.click(button);
    const own = await screen.findByRole('textbox', { name: 'Another limit in MB/s' });
    fireEvent.change(own, { target: { value: '1.5' } });
    fireEvent.click(screen.getByRole('button', { name: 'Set limit' }));
    expect(onManage).toHaveBeenLastCalledWith({ action: 'limit', bytesPerSecond: 1_500_000 });
  });

  it.each([
    ['0,5', 500_000],
    ['2 MB/s', 2_000_000],
  ])('R5.3 takes “%s” for a limit', async (text, bytesPerSecond) => {
    const onManage = vi.fn();
    await setLimit(text, onManage);
    expect(onManage).toHaveBeenLastCalledWith({ action: 'limit', bytesPerSecond });
  });

  it.each(['fast', '1.2.3', '0', '-1'])('R5.3 refuses “%s” for a limit', async (text) => {
    const onManage = vi.fn();
    await setLimit(text, onManage);
    expect(screen.getByText(/^Enter a number of MB\/s, at least 0\.01/)).toBeTruthy();
    expect(onManage).not.toHaveBeenCalled();
  });

  it('offers the next evening for a start', async () => {
    const onManage = vi.fn();
    show(aDownload(), { onManage });
    fireEvent.click(screen.getByRole('button', { name: 'Start time of Tiny Chat Q4_K_M' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Set start time' }));
    const at = new Date(onManage.mock.calls[0]?.[0].at);
    expect(at.getHours()).toBe(22);
    expect(at.getTime()).toBeGreaterThan(Date.now());
  });

  it('sets and forgets a start time', async () => {
    const onManage = vi.fn();
    show(aDownload({ startAt: '2026-01-11T07:00:00.000Z' }), { onManage });
    const button = screen.getByRole('button', { name: 'Start time of Tiny Chat Q4_K_M' });
    fireEvent.click(button);
    fireEvent.change(await screen.findByLabelText('Do not start before'), {
      target: { value: '2026-01-12T22:00' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Set start time' }));
    const at = new Date(2026, 0, 12, 22).toISOString();
    expect(onManage).toHaveBeenLastCalledWith({ action: 'start-at', at });
    fireEvent.click(button);
    fireEvent.click(await screen.findByRole('button', { name: 'Start without waiting' }));
    expect(onManage).toHaveBeenLastCalledWith({ action: 'start-at', at: null });
  });
});
