import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStores } from '../../../src-renderer/stores/create-stores.ts';
import type { ErrorContext } from '../../../src-renderer/stores/error-context.ts';
import { performAction } from '../../../src-renderer/stores/perform-action.ts';
import { type ActionKind, AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aSettingsSnapshot } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';

const modelId = 'hf:acme/tiny-chat-GGUF:Q4_K_M';
const error = toErrorReport(new AppError('NETWORK_OFFLINE', { host: 'huggingface.co' }));

function setUp(...[answers]: Parameters<typeof createFakeBridge>) {
  const bridge = createFakeBridge(answers);
  const stores = createStores(bridge.larder);
  const press = (kind: ActionKind, context: Partial<ErrorContext> = {}) =>
    performAction(stores, kind, { error, ...context });
  return { bridge, stores, press };
}

describe('R1.4 buttons of an error', () => {
  it('“Try again” does again what failed', () => {
    const { press } = setUp();
    const retry = vi.fn();
    press('retry', { retry, modelId });
    expect(retry).toHaveBeenCalledOnce();
  });

  it('“Try again” retries the download of a model', () => {
    const { press, bridge } = setUp();
    press('retry', { modelId });
    expect(bridge.inputsOf('downloads.manage')).toEqual([{ action: 'retry', modelId }]);
  });

  it('“Add an access token” asks for it, then goes on with what failed', () => {
    const { press, stores } = setUp();
    const retry = vi.fn();
    press('sign-in', { retry });
    stores.dialogs.getState().token?.afterwards?.();
    expect(retry).toHaveBeenCalledOnce();
  });

  it('“Open the model page” opens it by model or by reference', () => {
    const { press, bridge } = setUp();
    press('request-access', { modelId, reference: 'hf:acme/other' });
    press('request-access', { reference: 'hf:acme/other' });
    expect(bridge.inputsOf('links.open')).toEqual([{ modelId }, { ref: 'hf:acme/other' }]);
  });

  it('“Show its health” opens the health view at the model', () => {
    const { press, stores } = setUp();
    press('open-health', { modelId });
    expect(stores.navigation.getState()).toMatchObject({
      screen: 'health',
      healthTarget: { modelId },
    });
    stores.navigation.getState().go('library');
    press('open-health');
    expect(stores.navigation.getState()).toMatchObject({ screen: 'health', healthTarget: null });
  });

  it('“Free space” opens the view in which room is made', () => {
    const { press, stores } = setUp();
    press('free-space');
    expect(stores.navigation.getState().screen).toBe('storage');
  });

  it('“Choose another folder” saves the choice, then tries again', async () => {
    const { press, bridge } = setUp({
      'folders.choose': () => ({ path: '/media/ada/Disk' }),
      'settings.patch': () => aSettingsSnapshot(),
    });
    press('choose-library', { modelId });
    await vi.waitFor(() => expect(bridge.inputsOf('downloads.manage')).toHaveLength(1));
    expect(bridge.inputsOf('settings.patch')).toEqual([{ library: { folder: '/media/ada/Disk' } }]);
  });

  it('“Choose another folder” changes nothing when it is called off', async () => {
    const { press, bridge } = setUp();
    press('choose-library', { modelId });
    await vi.waitFor(() => expect(bridge.inputsOf('folders.choose')).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve));
    expect(bridge.calls.map(([name]) => name)).toEqual(['folders.choose']);
  });

  it('“Open the folder” opens the place the error is about', () => {
    const { press, bridge } = setUp();
    const damaged = new AppError('SETTINGS_DAMAGED', { keptAs: 'x', problem: 'y' });
    press('open-folder', { modelId });
    press('open-folder');
    press('open-folder', { error: toErrorReport(damaged) });
    const places = bridge.inputsOf('folders.open');
    expect(places).toEqual([
      { place: 'model', modelId },
      { place: 'library' },
      { place: 'user-data' },
    ]);
  });

  it('“Open settings” goes there', () => {
    const { press, stores } = setUp();
    press('open-settings');
    expect(stores.navigation.getState().screen).toBe('settings');
  });

  it('“Change the reference” puts it into the search box', () => {
    const { press, stores } = setUp();
    press('edit-reference', { reference: 'acme/typo' });
    expect(stores.navigation.getState()).toMatchObject({ searchText: 'acme/typo', searchFocus: 1 });
  });

  it('“Search the hub” searches for the name in the reference', () => {
    const { press, bridge } = setUp();
    press('search-hub', { reference: 'hf:acme/tiny-chat@v2:Q4_K_M' });
    press('search-hub', { reference: 'https://huggingface.co/acme/tiny_chat' });
    const words = bridge.inputsOf('hub.search');
    expect(words).toMatchObject([{ q: 'tiny chat' }, { q: 'tiny chat' }]);
  });

  it('“Download again” retries a failed download, and starts one where there is none', async () => {
    const failed = aDownload({ modelId, state: { kind: 'failed', error } });
    const { press, stores, bridge } = setUp({ 'downloads.list': () => ({ items: [failed] }) });
    await stores.downloads.getState().load();
    press('download-again', { modelId });
    press('download-again', { modelId: 'hf:acme/other' });
    expect(bridge.inputsOf('downloads.manage')).toEqual([
      { action: 'retry', modelId },
      { action: 'start', modelId: 'hf:acme/other' },
    ]);
  });

  it('“Close the other window” says what to do', () => {
    const { press, stores } = setUp();
    press('close-other');
    expect(stores.notices.getState().notices).toMatchObject([{ kind: 'note' }]);
  });

  describe('“Copy details”', () => {
    const writeText = vi.fn(async (_text: string) => {});
    beforeEach(() => {
      writeText.mockClear();
      Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    });

    it('copies the report as JSON', async () => {
      const { press } = setUp();
      press('copy-diagnostics', { modelId });
      await vi.waitFor(() => expect(writeText).toHaveBeenCalledOnce());
      expect(JSON.parse(writeText.mock.calls[0]?.[0] ?? '')).toMatchObject({ modelId, error });
    });
  });

  it('a failing command becomes a notice that can be tried again', async () => {
    let fails = true;
    const { press, stores, bridge } = setUp({
      'downloads.manage': () => {
        if (fails) throw new AppError('LIBRARY_MISSING', { folder: '/gone' });
        return { items: [] };
      },
    });
    press('retry', { modelId });
    await vi.waitFor(() => expect(stores.notices.getState().notices).toHaveLength(1));
    fails = false;
    const notice = stores.notices.getState().notices[0];
    if (notice?.kind !== 'problem') throw new Error('expected a problem');
    performAction(stores, 'retry', notice.context);
    expect(bridge.inputsOf('downloads.manage')).toHaveLength(2);
  });
});
