import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DownloadCard } from '../../../src-renderer/components/download-card.tsx';
import type { Download } from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aFile, GB } from './support/builders.ts';

afterEach(cleanup);

const NOW = Date.parse('2026-01-10T10:00:00.000Z');
const nothing = () => {};

function show(download: Download, onAction: (kind: string) => void = nothing) {
  render(
    <MantineProvider env="test">
      <DownloadCard
        download={download}
        now={NOW}
        canMoveUp
        canMoveDown={false}
        onPause={nothing}
        onResume={nothing}
        onRetry={nothing}
        onCancel={nothing}
        onDismiss={nothing}
        onMoveUp={nothing}
        onMoveDown={nothing}
        onFirst={nothing}
        onAction={onAction}
      />
    </MantineProvider>,
  );
  return screen
    .getAllByRole('button')
    .map((button) => button.getAttribute('aria-label') ?? button.textContent);
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
    show(aDownload({ state: { kind: 'failed', error } }), onAction);
    expect(screen.getByText(error.detail)).toBeTruthy();
    screen.getByRole('button', { name: 'Add an access token' }).click();
    expect(onAction).toHaveBeenCalledWith('sign-in');
  });

  it('only offers to clear what is finished', () => {
    const finishedAt = new Date(NOW).toISOString();
    const buttons = show(aDownload({ state: { kind: 'done', finishedAt }, receivedBytes: 2 * GB }));
    expect(buttons).toEqual(['Clear Tiny Chat Q4_K_M']);
  });

  it('names each file with its bytes and state', () => {
    show(
      aDownload({
        files: [aFile({ path: 'a.gguf' }), aFile({ path: 'b.json', state: { kind: 'waiting' } })],
      }),
    );
    expect(screen.getByText('a.gguf')).toBeTruthy();
    expect(screen.getByText('waiting')).toBeTruthy();
  });
});
