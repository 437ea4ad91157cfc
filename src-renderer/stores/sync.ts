import type { EventData, LarderEvent } from '../../src-shared/contract/events.ts';
import type { LarderBridge } from '../../src-shared/contract/ipc.ts';
import { startEventFeed } from '../bridge/event-feed.ts';
import { announcementOf, announcementOfHealth } from './announcement.ts';
import type { Stores } from './create-stores.ts';
import { loadedValue } from './loadable.ts';
import type { SettingsState } from './settings-store.ts';

/** Fills the stores and keeps them current. @returns the function that ends it */
export function startSync(stores: Stores, onEvents: LarderBridge['onEvents']): () => void {
  const stopFollowing = followLibraryFolder(stores);
  const history = followHistory(stores);
  const stopFeed = startEventFeed({
    subscribe: onEvents,
    loadSnapshot: async () => {
      const { models, downloads, health, inventory, libraries, settings, alerts, system } = stores;
      const { requests, questions, runtimes } = stores;
      const all = [settings, models, downloads, health, alerts, system, inventory, libraries];
      const asking = [requests, questions, runtimes];
      const loads = [...all, ...asking].map((store) => store.getState().load());
      await Promise.all(loads);
    },
    apply: (event) => applyEvent(stores, event, history),
  });
  return () => {
    stopFeed();
    stopFollowing();
    history.stop();
  };
}

function applyEvent(stores: Stores, event: LarderEvent, history: History): void {
  switch (event.type) {
    case 'model.status':
      stores.models.getState().put(event.data.modelId, event.data.model);
      return;
    case 'download.progress':
      putDownload(stores, event, event.data.download.id);
      return;
    case 'download.state':
      applyDownloadState(stores, event);
      return;
    case 'health.report':
      applyHealth(stores, event.data, history);
      return;
    case 'inventory.state':
      applyInventory(stores, event.data);
      return;
    case 'library.state':
      stores.libraries.getState().put(event.data.items);
      if (loadedValue(stores.storage.getState().storage)) void stores.storage.getState().load();
      return;
    case 'analytics.updated':
      applyUse(stores, event.data);
      return;
    case 'health.alert':
      stores.alerts.getState().put(event.data.alertId, event.data.alert);
      return;
    case 'request.state':
      applyRequest(stores, event.data);
      return;
    case 'recovery.attempt':
      if (loadedValue(stores.recovery.getState().recovery)) void stores.recovery.getState().load();
      return;
    case 'fallback.question':
      stores.questions.getState().put(event.data.questionId, event.data.question);
      return;
    case 'settings.changed':
      stores.settings.getState().put(event.data);
      void stores.system.getState().load();
      void stores.runtimes.getState().load();
      return;
  }
}

/** Figures are asked for where they are shown; that of the last use is in the event. */
function applyUse(
  { usage }: Stores,
  { modelId, lastUsedAt }: EventData<'analytics.updated'>,
): void {
  const { usage: figures, load, putLastUse } = usage.getState();
  putLastUse(modelId, lastUsedAt);
  if (loadedValue(figures)) void load();
}

/** Those of *Try it* are shown there as well; one that had to wait is told of wherever the person is by then. */
function applyRequest(
  { requests, conversation, navigation, notices }: Stores,
  { requestId, request }: EventData<'request.state'>,
): void {
  const known = loadedValue(requests.getState().requests);
  const before = known?.find(({ id }) => id === requestId);
  requests.getState().put(requestId, request);
  if (!request) return;
  conversation.getState().put(request);
  const { turns } = conversation.getState();
  const isOurs = turns.some((turn) => turn.request?.id === requestId);
  const isNews = before?.state.kind !== 'done' && request.state.kind === 'done';
  const hasWaited = request.strategy === 'queued' || request.strategy === 'waited';
  if (isOurs && isNews && hasWaited && navigation.getState().screen !== 'try') {
    notices.getState().note('The model has arrived and answered: see Try it');
  }
}

type History = ReturnType<typeof followHistory>;

/**
 * What happened to the models is in the history, which no event carries. It comes with the whole report, which
 * takes long with thousands of models: it is asked for where it is shown, once something has ended.
 */
function followHistory({ navigation, health }: Stores) {
  let isOld = false;
  const catchUp = () => {
    if (!isOld || navigation.getState().screen !== 'health') return;
    isOld = false;
    void health.getState().load();
  };
  const stop = navigation.subscribe(catchUp);
  const age = () => {
    isOld = true;
    catchUp();
  };
  return { age, stop };
}

function applyHealth(
  { health, notices }: Stores,
  { modelId, health: model, summary }: EventData<'health.report'>,
  history: History,
): void {
  const known = loadedValue(health.getState().health)?.items;
  const before = known?.find((item) => item.modelId === modelId);
  health.getState().put(modelId, model, summary);
  const words = model && announcementOfHealth(before, model);
  if (words) notices.getState().announce(words);
  if (words || before?.verdict !== model?.verdict) history.age();
}

/** What a scan found is asked for when it is done with looking, and when all of it is known. */
function applyInventory({ inventory }: Stores, news: EventData<'inventory.state'>): void {
  const before = loadedValue(inventory.getState().inventory)?.scan.state;
  inventory.getState().put(news);
  if (before !== news.scan.state) void inventory.getState().load();
}

/** Another library folder holds other models, whoever changed it. */
function followLibraryFolder({ settings, models, downloads, health }: Stores): () => void {
  const folderIn = (state: SettingsState) => loadedValue(state.settings)?.values.library.folder;
  return settings.subscribe((state, before) => {
    const known = folderIn(before);
    if (known === undefined || known === folderIn(state)) return;
    void models.getState().load();
    void downloads.getState().load();
    void health.getState().load();
  });
}

type DownloadEvent = Extract<LarderEvent, { type: 'download.state' | 'download.progress' }>;

function putDownload(stores: Stores, { at, data }: DownloadEvent, downloadId: string): void {
  stores.downloads.getState().put(downloadId, data.download, Date.parse(at));
}

function applyDownloadState(
  stores: Stores,
  event: Extract<LarderEvent, { type: 'download.state' }>,
): void {
  const { downloadId, download } = event.data;
  const known = loadedValue(stores.downloads.getState().downloads);
  const before = known?.find(({ id }) => id === downloadId);
  const words = download && announcementOf(before, download);
  if (words) stores.notices.getState().announce(words);
  if (before?.state.kind !== download?.state.kind) void stores.system.getState().load();
  putDownload(stores, event, downloadId);
}
