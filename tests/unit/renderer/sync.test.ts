import { describe, expect, it, vi } from 'vitest';
import { createStores } from '../../../src-renderer/stores/create-stores.ts';
import { loadedValue } from '../../../src-renderer/stores/loadable.ts';
import { startSync } from '../../../src-renderer/stores/sync.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aDownload, aModel, anEvent, aSettingsSnapshot } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';

async function startSynced(...[answers]: Parameters<typeof createFakeBridge>) {
  const bridge = createFakeBridge(answers);
  const stores = createStores(bridge.larder);
  startSync(stores, bridge.larder.onEvents);
  await vi.waitFor(() => expect(stores.models.getState().models.status).not.toBe('loading'));
  await new Promise((resolve) => setTimeout(resolve));
  const models = () => loadedValue(stores.models.getState().models)?.map(({ id }) => id);
  const downloads = () => loadedValue(stores.downloads.getState().downloads)?.map(({ id }) => id);
  return { bridge, stores, models, downloads };
}

describe('S2 stores follow the events', () => {
  it('adds, replaces and removes a model', async () => {
    const { bridge, stores, models } = await startSynced();
    const model = aModel({ id: 'hf:a/b' });
    bridge.emit(anEvent(1, 'model.status', { modelId: model.id, model }));
    bridge.emit(
      anEvent(2, 'model.status', { modelId: model.id, model: { ...model, sentence: 'Changed.' } }),
    );
    expect(loadedValue(stores.models.getState().models)?.[0]?.sentence).toBe('Changed.');
    bridge.emit(anEvent(3, 'model.status', { modelId: model.id, model: null }));
    expect(models()).toEqual([]);
  });

  it('keeps models sorted by name, numbers as people count', async () => {
    const items = ['Model 10', 'model 2', 'Alpha'].map((name) => aModel({ id: name, name }));
    const { models } = await startSynced({ 'models.list': () => ({ items }) });
    expect(models()).toEqual(['Alpha', 'model 2', 'Model 10']);
  });

  it('keeps downloads in queue order with finished ones last', async () => {
    const { bridge, downloads } = await startSynced();
    const finishedAt = '2026-01-10T10:00:00.000Z';
    const all = [
      aDownload({ id: 'done', position: 0, state: { kind: 'done', finishedAt } }),
      aDownload({ id: 'second', position: 2 }),
      aDownload({ id: 'first', position: 1 }),
    ];
    bridge.emit(...all.map((download, i) => anEvent(i + 1, 'download.progress', { download })));
    expect(downloads()).toEqual(['first', 'second', 'done']);
  });

  it('takes over changed settings', async () => {
    const { bridge, stores } = await startSynced();
    const snapshot = aSettingsSnapshot();
    snapshot.values.appearance.theme = 'dark';
    bridge.emit(anEvent(1, 'settings.changed', snapshot));
    expect(loadedValue(stores.settings.getState().settings)?.values.appearance.theme).toBe('dark');
  });

  it('asks for the models again when the library folder changes', async () => {
    const { bridge } = await startSynced();
    const snapshot = aSettingsSnapshot();
    bridge.emit(anEvent(1, 'settings.changed', snapshot));
    expect(bridge.inputsOf('models.list')).toHaveLength(1);
    const moved = { ...snapshot.values, library: { folder: '/media/ada/Disk', others: [] } };
    bridge.emit(anEvent(2, 'settings.changed', { ...snapshot, values: moved }));
    expect(bridge.inputsOf('models.list')).toHaveLength(2);
  });

  it('tells screen readers in a sentence when a download fails', async () => {
    const { bridge, stores } = await startSynced();
    const error = toErrorReport(new AppError('TOKEN_INVALID', {}));
    const download = aDownload({ state: { kind: 'failed', error } });
    const { id: downloadId, modelId } = download;
    bridge.emit(anEvent(1, 'download.state', { downloadId, modelId, download }));
    expect(stores.notices.getState().announcement).toContain(error.detail);
  });

  it('keeps what it shows when asking again fails', async () => {
    let healthy = true;
    const { stores, models } = await startSynced({
      'models.list': () => {
        if (healthy) return { items: [aModel({ id: 'hf:a/b' })] };
        throw new AppError('LIBRARY_MISSING', { folder: '/gone' });
      },
    });
    healthy = false;
    await stores.models.getState().load();
    expect(models()).toEqual(['hf:a/b']);
  });

  it('shows the failure when there is nothing yet', async () => {
    const { stores } = await startSynced({
      'models.list': () => {
        throw new AppError('LIBRARY_MISSING', { folder: '/gone' });
      },
    });
    expect(stores.models.getState().models).toMatchObject({
      status: 'failed',
      error: { code: 'LIBRARY_MISSING' },
    });
  });
});
