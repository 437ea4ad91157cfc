import type { EventData, LarderEvent } from '../../src-shared/contract/events.ts';
import type { LarderBridge } from '../../src-shared/contract/ipc.ts';
import type { ModelHealth } from '../../src-shared/domain/health.ts';
import { startEventFeed } from '../bridge/event-feed.ts';
import { announcementOf, announcementOfHealth, checkedWords } from './announcement.ts';
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
    apply: (events) => applyEvents(stores, events, history),
  });
  return () => {
    stopFeed();
    stopFollowing();
    history.stop();
  };
}

/** When thousands of models are checked, each batch tells of hundreds: they are put in together. */
function applyEvents(stores: Stores, events: readonly LarderEvent[], history: History): void {
  const reports = events.flatMap((event) => (event.type === 'health.report' ? [event.data] : []));
  applyHealth(stores, reports, history);
  for (const event of events) applyEvent(stores, event);
}

function applyEvent(stores: Stores, event: LarderEvent): void {
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
    case 'runtime.state':
      stores.runtimes.getState().put(event.data.items);
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

/** So many are told one by one. */
const MOST_ANNOUNCED = 3;

function applyHealth(
  { health, notices }: Stores,
  reports: readonly EventData<'health.report'>[],
  history: History,
): void {
  const last = reports.at(-1);
  if (!last) return;
  const known = loadedValue(health.getState().health)?.items ?? [];
  const before = new Map(known.map((item) => [item.modelId, item]));
  const changes = new Map<string, ModelHealth | null>();
  for (const { modelId, health: model } of reports) if (modelId) changes.set(modelId, model);
  health.getState().put(changes, last.summary);
  const changed = [...changes].map(([modelId, model]) => ({ before: before.get(modelId), model }));
  const words = changed.flatMap(
    (one) => (one.model && announcementOfHealth(one.before, one.model)) ?? [],
  );
  if (words.length > MOST_ANNOUNCED) notices.getState().announce(checkedWords(words.length));
  else if (words.length > 0) notices.getState().announce(words.join(' '));
  const isNews =
    words.length > 0 || changed.some((one) => one.before?.verdict !== one.model?.verdict);
  if (isNews) history.age();
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
