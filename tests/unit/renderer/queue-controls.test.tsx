import { createEvent, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aFile, anEvent, aSettingsSnapshot } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

function goTo(name: string) {
  fireEvent.click(within(screen.getByRole('navigation')).getByRole('button', { name }));
}

async function showQueue(...downloads: ReturnType<typeof aDownload>[]) {
  const bridge = createFakeBridge({ 'downloads.list': () => ({ items: downloads }) });
  const app = renderApp(bridge);
  goTo('Downloads');
  await screen.findByRole('list', { name: 'Downloads' });
  return { bridge, ...app, orders: () => bridge.inputsOf('downloads.manage') };
}

const [A, B] = [
  aDownload({ id: 'a', modelId: 'hf:a/a', name: 'A', position: 3 }),
  aDownload({ id: 'b', modelId: 'hf:b/b', name: 'B', position: 7, state: { kind: 'queued' } }),
];

/** What a drag carries, which happy-dom does not have. */
function aDataTransfer() {
  const data = new Map<string, string>();
  return {
    effectAllowed: 'none',
    get types() {
      return [...data.keys()];
    },
    setData: (type: string, value: string) => void data.set(type, value),
    getData: (type: string) => data.get(type) ?? '',
    setDragImage: () => {},
  };
}

describe('R5.2 the order of the queue', () => {
  it('follows the mouse', async () => {
    const { orders } = await showQueue(A, B);
    const dataTransfer = aDataTransfer();
    const card = screen.getByRole('listitem', { name: 'A' });
    const send = (element: HTMLElement, kind: 'dragStart' | 'dragOver' | 'drop') => {
      const event = createEvent[kind](element);
      Object.defineProperty(event, 'dataTransfer', { value: dataTransfer });
      fireEvent(element, event);
      return event;
    };
    send(screen.getByRole('button', { name: 'Reorder B' }), 'dragStart');
    expect(send(card, 'dragOver').defaultPrevented).toBe(true);
    send(card, 'drop');
    expect(orders()).toEqual([{ action: 'prioritize', modelId: 'hf:b/b', position: 3 }]);
  });

  it('follows the keyboard', async () => {
    const { orders } = await showQueue(A, B);
    const handle = screen.getByRole('button', { name: 'Reorder A' });
    fireEvent.keyDown(handle, { key: 'ArrowDown' });
    fireEvent.keyDown(handle, { key: 'ArrowUp', altKey: true });
    fireEvent.keyDown(handle, { key: 'ArrowDown', altKey: true });
    expect(orders()).toEqual([{ action: 'prioritize', modelId: 'hf:a/a', position: 7 }]);
  });

  it('lets one be the next', async () => {
    const { orders } = await showQueue(A, B);
    fireEvent.click(screen.getByRole('button', { name: 'Change the order of B' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'This one next' }));
    expect(orders()).toEqual([{ modelId: 'hf:b/b', action: 'next' }]);
  });
});

describe('the speed of all downloads', () => {
  it('is summed up and limited above the queue', async () => {
    const snapshot = aSettingsSnapshot();
    snapshot.values.downloads.limitBytesPerSecond = 2_000_000;
    const bridge = createFakeBridge({
      'downloads.list': () => ({ items: [A] }),
      'settings.patch': () => snapshot,
    });
    renderApp(bridge);
    goTo('Downloads');
    const header = await screen.findByRole('region', { name: 'Speed of all downloads' });
    expect(within(header).getByText('12.3 MB/s')).toBeTruthy();
    fireEvent.click(await within(header).findByRole('button', { name: 'Speed limit: No limit' }));
    fireEvent.click(await screen.findByRole('button', { name: '2 MB/s' }));
    await within(header).findByRole('button', { name: 'Speed limit: 2 MB/s' });
    expect(bridge.inputsOf('settings.patch')).toEqual([
      { downloads: { limitBytesPerSecond: 2_000_000 } },
    ]);
  });

  const twoSamples = () =>
    [1, 2]
      .map((seq) => anEvent(seq, 'download.progress', { download: A }))
      .map((event, i) => ({ ...event, at: `2026-01-10T09:00:0${i}.000Z` }));

  it('is drawn once there are two samples', async () => {
    const { bridge } = await showQueue(A, { ...B, state: { kind: 'running' } });
    expect(screen.queryByRole('img', { name: /^Speed of all downloads/ })).toBeNull();
    bridge.emit(...twoSamples());
    await screen.findByRole('img', { name: /^Speed of all downloads/ });
    expect(screen.getByRole('img', { name: /^Speed of A/ })).toBeTruthy();
  });

  it('is not drawn twice where one download runs alone', async () => {
    const { bridge } = await showQueue(A, { ...B, state: { kind: 'paused' } });
    bridge.emit(...twoSamples());
    await screen.findByRole('img', { name: /^Speed of A/ });
    expect(screen.queryByRole('img', { name: /^Speed of all downloads/ })).toBeNull();
  });

  it('says that nothing is running rather than a speed of nothing', async () => {
    await showQueue({ ...A, state: { kind: 'paused' } });
    const header = screen.getByRole('region', { name: 'Speed of all downloads' });
    expect(within(header).getByText('Nothing is running')).toBeTruthy();
  });

  it('R5.3 tells at which number the limit holds a download', async () => {
    const snapshot = aSettingsSnapshot();
    snapshot.values.downloads.limitBytesPerSecond = 5_000_000;
    const items = [{ ...A, bottleneck: 'global-limit' as const }];
    renderApp(
      createFakeBridge({
        'downloads.list': () => ({ items }),
        'settings.get': () => snapshot,
      }),
    );
    goTo('Downloads');
    expect(await screen.findByText(/Held at 5 MB\/s by the speed limit in settings/)).toBeTruthy();
  });
});

describe('a file that waits for its next attempt', () => {
  it('R1.1 counts down beside others that go on', async () => {
    const error = toErrorReport(new AppError('TRANSFER_CUT', { path: 'b' }));
    const at = new Date(Date.now() + 9_500).toISOString();
    const retrying = { kind: 'retrying', at, attempt: 1, of: 3, error } as const;
    const files = [aFile({ path: 'a' }), aFile({ path: 'b', state: retrying, connections: 0 })];
    await showQueue({ ...A, files });
    fireEvent.click(screen.getByRole('button', { name: 'Files of A' }));
    expect(screen.getByText(/^Connection lost, retrying in \d+ s \(1 of 3\)$/)).toBeTruthy();
  });
});

describe('the shelf', () => {
  const done = aDownload({
    id: 'c',
    modelId: 'hf:c/c',
    name: 'C',
    state: { kind: 'done', finishedAt: '2026-01-10T10:00:00.000Z' },
  });

  it('counts what has failed, however many run', async () => {
    const error = toErrorReport(new AppError('TRANSFER_CUT', { path: 'b' }));
    const failed = { ...B, state: { kind: 'failed' as const, error } };
    renderApp(createFakeBridge({ 'downloads.list': () => ({ items: [failed] }) }));
    const name = 'Downloads: 1, 0 running, 1 failed, 25 %';
    const shelf = await screen.findByRole('button', { name });
    expect(within(shelf).getByText('1')).toBeTruthy();
  });

  it('lists what runs and what has finished, until dismissed', async () => {
    const bridge = createFakeBridge({ 'downloads.list': () => ({ items: [A, B, done] }) });
    renderApp(bridge);
    const shelf = await screen.findByRole('button', { name: 'Downloads: 2, 1 running, 25 %' });
    fireEvent.click(shelf);
    const content = within(await screen.findByRole('dialog'));
    expect(content.getByText('A')).toBeTruthy();
    expect(content.getByText('C')).toBeTruthy();
    fireEvent.click(content.getByRole('button', { name: 'Dismiss C' }));
    fireEvent.click(content.getByRole('button', { name: 'Dismiss finished' }));
    await waitFor(() =>
      expect(bridge.inputsOf('downloads.manage')).toEqual([
        { action: 'dismiss', modelId: 'hf:c/c' },
        { action: 'dismiss' },
      ]),
    );
  });
});

describe('a dry run', () => {
  it('is shown before a download is started', async () => {
    const bridge = createFakeBridge();
    renderApp(bridge);
    const box = screen.getByRole('textbox', { name: 'Search or paste a model reference' });
    fireEvent.change(box, { target: { value: 'acme/tiny-chat-GGUF' } });
    fireEvent.submit(box);
    fireEvent.click(
      await screen.findByRole('button', { name: 'What will be fetched for Q4_K_M?' }),
    );
    await screen.findByText('3 files, 4.10 GB; 1.20 GB already here; fits');
    expect(screen.getByText('copied from another program')).toBeTruthy();
    expect(bridge.inputsOf('downloads.preview')).toEqual([
      { ref: 'hf:acme/tiny-chat-GGUF:Q4_K_M' },
    ]);
  });
});
