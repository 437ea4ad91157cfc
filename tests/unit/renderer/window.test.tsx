import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { OperationInput } from '../../../src-shared/contract/operations.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import {
  aDownload,
  aHit,
  aModel,
  anEvent,
  aRepository,
  aSettingsSnapshot,
  aVariant,
} from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

const searchBox = () => screen.getByRole('textbox', { name: 'Search or paste a model reference' });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

function goTo(name: string) {
  fireEvent.click(within(screen.getByRole('navigation')).getByRole('button', { name }));
}

function search(text: string) {
  fireEvent.change(searchBox(), { target: { value: text } });
  fireEvent.submit(searchBox());
}

describe('the library', () => {
  it('says what to do first when it is empty', async () => {
    renderApp(createFakeBridge());
    expect(await screen.findByText('No models yet')).toBeTruthy();
    press('Paste a reference');
    await waitFor(() => expect(document.activeElement).toBe(searchBox()));
  });

  it('shows the progress of a download in its row as it happens', async () => {
    const model = aModel({ availability: 'partial' });
    const bridge = createFakeBridge({ 'models.list': () => ({ items: [model] }) });
    renderApp(bridge);
    const row = await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' });
    bridge.emit(anEvent(1, 'download.progress', { download: aDownload() }));
    expect(await within(row).findByText('12.3 MB/s, 2 min 2 s left')).toBeTruthy();
  });

  it('tells two variants of one repository apart', async () => {
    const items = ['Q4_K_M', 'Q8_0'].map((variant) =>
      aModel({ id: `hf:acme/tiny-chat-GGUF:${variant}`, variant }),
    );
    renderApp(createFakeBridge({ 'models.list': () => ({ items }) }));
    expect(await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'More actions for Tiny Chat Q8_0' })).toBeTruthy();
  });

  it('R5.4 removes a model only after saying what that frees and how', async () => {
    const bridge = createFakeBridge({
      'models.list': () => ({ items: [aModel()] }),
      'models.remove': () => ({ freedBytes: 2 * 10 ** 9, undoUntil: null }),
    });
    renderApp(bridge);
    fireEvent.click(
      await screen.findByRole('button', { name: 'More actions for Tiny Chat Q4_K_M' }),
    );
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove…' }));
    fireEvent.click(await screen.findByRole('radio', { name: /Delete the files permanently/ }));
    press('Delete 2.00 GB');
    await screen.findByText('Tiny Chat Q4_K_M deleted, 2.00 GB freed');
    expect(bridge.inputsOf('models.remove')).toEqual([{ id: aModel().id, toTrash: false }]);
  });

  it('shows why it cannot be read, with the buttons of the error', async () => {
    let plugged = false;
    const bridge = createFakeBridge({
      'models.list': () => {
        if (!plugged) throw new AppError('LIBRARY_MISSING', { folder: '/media/ada/Disk' });
        return { items: [aModel()] };
      },
    });
    renderApp(bridge);
    await screen.findByText('Library folder is gone');
    plugged = true;
    press('Try again');
    expect(await screen.findByRole('row', { name: 'Tiny Chat Q4_K_M' })).toBeTruthy();
  });
});

describe('Discover', () => {
  it('opens a repository for a pasted reference and downloads a variant of it', async () => {
    const bridge = createFakeBridge({ 'models.track': () => aModel() });
    renderApp(bridge);
    search('https://huggingface.co/acme/tiny-chat-GGUF');
    fireEvent.click(await screen.findByRole('button', { name: 'Download Q4_K_M' }));
    await waitFor(() =>
      expect(bridge.inputsOf('models.track')).toEqual([{ ref: 'hf:acme/tiny-chat-GGUF:Q4_K_M' }]),
    );
    const model = aModel();
    bridge.emit(anEvent(1, 'model.status', { modelId: model.id, model }));
    expect(await screen.findByRole('button', { name: 'In library: show Q4_K_M' })).toBeTruthy();
  });

  it.each(['Q9_K', 'missing.gguf', '*.onnx'])(
    'says that a variant “%s” is not among those shown',
    async (variant) => {
      renderApp(createFakeBridge());
      search(`hf:acme/tiny-chat-GGUF:${variant}`);
      await screen.findByText(`There is no variant “${variant}”; these are there.`);
      expect(screen.getByRole('button', { name: 'Download Q4_K_M' })).toBeTruthy();
    },
  );

  it.each(['q4_k_m', 'tiny-chat-Q4_K_M.gguf'])('marks the one that “%s” names', async (variant) => {
    const repository = aRepository({ variants: [aVariant()] });
    renderApp(createFakeBridge({ 'hub.repository': () => repository }));
    search(`hf:acme/tiny-chat-GGUF:${variant}`);
    await screen.findByText('Asked for');
    expect(screen.queryByText(/There is no variant/)).toBeNull();
  });

  it('asks for no token of Hugging Face where Civitai wants money or time', async () => {
    const repository = aRepository({
      ref: 'civitai:301',
      gated: true,
      access: 'early-access',
      earlyAccessUntil: '2999-12-31',
    });
    renderApp(createFakeBridge({ 'hub.repository': () => repository }));
    search('civitai:301');
    await screen.findByText('In early access until 31 December 2999');
    expect(screen.queryByLabelText('Hugging Face access token')).toBeNull();
    expect(screen.queryByText(/Your token is known/)).toBeNull();
  });

  it('asks for the next page and joins it to what is shown', async () => {
    const bridge = createFakeBridge({
      'hub.search': ({ cursor }) =>
        cursor
          ? { items: [aHit({ ref: 'hf:a/two', name: 'two' })] }
          : { items: [aHit({ ref: 'hf:a/one', name: 'one' })], nextCursor: 'next' },
    });
    renderApp(bridge);
    goTo('Discover');
    fireEvent.click(await screen.findByRole('button', { name: 'Show more' }));
    await screen.findByRole('button', { name: 'Open two' });
    expect(screen.getByRole('button', { name: 'Open one' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('says so when nothing was found, and clears the filters', async () => {
    const bridge = createFakeBridge();
    renderApp(bridge);
    goTo('Discover');
    await screen.findByText('Nothing found');
    fireEvent.click(screen.getByRole('switch', { name: 'Fits this machine' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
    await waitFor(() =>
      expect(bridge.inputsOf('hub.search')).toMatchObject([
        { fits: false },
        { fits: true },
        { fits: false },
      ]),
    );
  });

  it('stores a token unencrypted only with consent, then looks again', async () => {
    let signedIn = false;
    const bridge = createFakeBridge({
      'hub.repository': () =>
        aRepository({ gated: true, access: signedIn ? 'open' : 'needs-token' }),
      'settings.setToken': ({ allowPlainText }) => {
        if (!allowPlainText) throw new AppError('SECRET_STORE_PLAIN', {});
        signedIn = true;
        return { stored: 'plain-text' };
      },
    });
    renderApp(bridge);
    search('acme/tiny-chat-GGUF');
    const field = await screen.findByLabelText('Hugging Face access token');
    expect(screen.getByRole('button', { name: 'Download Q4_K_M' })).toHaveProperty(
      'disabled',
      true,
    );
    fireEvent.change(field, { target: { value: ' hf_secret ' } });
    press('Save token');
    fireEvent.click(await screen.findByRole('button', { name: 'Store it unencrypted' }));
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Download Q4_K_M' })).toHaveProperty(
        'disabled',
        false,
      ),
    );
    expect(bridge.inputsOf('settings.setToken')).toEqual([
      { source: 'hf', token: 'hf_secret', allowPlainText: false },
      { source: 'hf', token: 'hf_secret', allowPlainText: true },
    ]);
  });
});

describe('Downloads', () => {
  const manage = async (downloads: ReturnType<typeof aDownload>[]) => {
    const bridge = createFakeBridge({ 'downloads.list': () => ({ items: downloads }) });
    renderApp(bridge);
    goTo('Downloads');
    await screen.findByRole('list', { name: 'Downloads' });
    return () => bridge.inputsOf('downloads.manage') as OperationInput<'downloads.manage'>[];
  };

  it('R5.1 asks whether to keep what has arrived before it cancels', async () => {
    const inputs = await manage([aDownload()]);
    press('Cancel Tiny Chat Q4_K_M');
    fireEvent.click(await screen.findByRole('button', { name: 'Keep the part' }));
    expect(inputs()).toEqual([
      { action: 'cancel', modelId: aDownload().modelId, deletePartial: false },
    ]);
  });

  it('cancels at once when nothing has arrived', async () => {
    const inputs = await manage([aDownload({ receivedBytes: 0 })]);
    press('Cancel Tiny Chat Q4_K_M');
    expect(inputs()).toEqual([{ action: 'cancel', modelId: aDownload().modelId }]);
  });

  it('R5.2 changes places with the neighbour above', async () => {
    const inputs = await manage([
      aDownload({ id: 'a', modelId: 'hf:a/a', name: 'A', position: 3 }),
      aDownload({ id: 'b', modelId: 'hf:b/b', name: 'B', position: 7 }),
    ]);
    press('Change the order of B');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Move up' }));
    expect(inputs()).toEqual([{ action: 'prioritize', modelId: 'hf:b/b', position: 3 }]);
  });

  it('R5.1 pauses all', async () => {
    const inputs = await manage([aDownload()]);
    press('Pause all');
    expect(inputs()).toEqual([{ action: 'pause' }]);
  });
});

describe('Settings', () => {
  it('S4 saves a number in its stored unit and shows why it is refused', async () => {
    const bridge = createFakeBridge({
      'settings.patch': () => {
        throw new AppError('INPUT_INVALID', { problem: 'downloads.stallTimeoutMs: too big' });
      },
    });
    renderApp(bridge);
    goTo('Settings');
    const field = await screen.findByLabelText('Patience with a silent connection');
    fireEvent.change(field, { target: { value: '900' } });
    fireEvent.blur(field);
    await screen.findByText(/^Enter a number from 1 to 600 s/);
    expect(bridge.inputsOf('settings.patch')).toEqual([{ downloads: { stallTimeoutMs: 900_000 } }]);
  });

  it('locks what is set from outside and says by whom', async () => {
    const snapshot = aSettingsSnapshot({ 'hub.endpoint': 'environment' });
    renderApp(createFakeBridge({ 'settings.get': () => snapshot }));
    goTo('Settings');
    expect(await screen.findByLabelText('Hub address')).toHaveProperty('disabled', true);
    expect(screen.getByText('Set by HF_ENDPOINT')).toBeTruthy();
  });

  it('puts a changed setting back to its default', async () => {
    const snapshot = aSettingsSnapshot({ 'downloads.concurrent': 'user' });
    snapshot.values.downloads.concurrent = 5;
    const bridge = createFakeBridge({
      'settings.get': () => snapshot,
      'settings.patch': () => aSettingsSnapshot(),
    });
    renderApp(bridge);
    goTo('Settings');
    fireEvent.click(
      await screen.findByRole('button', {
        name: 'Put Models at the same time back to its default',
      }),
    );
    expect(bridge.inputsOf('settings.patch')).toEqual([{ downloads: { concurrent: null } }]);
    await waitFor(() =>
      expect(screen.getByLabelText('Models at the same time')).toHaveProperty('value', '2'),
    );
  });
});

describe('alerts', () => {
  it('are shown on every screen until dismissed', async () => {
    const error = toErrorReport(
      new AppError('DISK_FULL', { neededBytes: 10 ** 9, freeBytes: 0, folder: '/m' }),
    );
    const alert = { id: 'a1', at: '2026-01-10T10:00:00.000Z', error };
    const bridge = createFakeBridge({ 'alerts.list': () => ({ items: [alert] }) });
    renderApp(bridge);
    goTo('Settings');
    fireEvent.click(await screen.findByRole('button', { name: 'Dismiss: Not enough space' }));
    await waitFor(() => expect(screen.queryByText('Not enough space')).toBeNull());
    expect(bridge.inputsOf('alerts.dismiss')).toEqual([{ id: 'a1' }]);
  });
});
