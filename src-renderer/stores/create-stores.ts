import type { StoreApi } from 'zustand/vanilla';
import type { LarderCalls } from '../../src-shared/contract/ipc.ts';
import { type Client, createClient } from '../bridge/client.ts';
import { type AlertsState, createAlertsStore } from './alerts-store.ts';
import { type ConversationState, createConversationStore } from './conversation-store.ts';
import { createDialogsStore, type DialogsState } from './dialogs-store.ts';
import { createDownloadsStore, type DownloadsState } from './downloads-store.ts';
import { createHealthStore, type HealthState } from './health-store.ts';
import { createInventoryStore, type InventoryState } from './inventory-store.ts';
import { createLibrariesStore, type LibrariesState } from './libraries-store.ts';
import { createModelsStore, type ModelsState } from './models-store.ts';
import { createNavigationStore, type NavigationState } from './navigation-store.ts';
import { createNoticesStore, type NoticesState } from './notices-store.ts';
import { createQuestionsStore, type QuestionsState } from './questions-store.ts';
import { createRecoveryStore, type RecoveryState } from './recovery-store.ts';
import { createRepositoryStore, type RepositoryState } from './repository-store.ts';
import { createRequestsStore, type RequestsState } from './requests-store.ts';
import { createRuntimesStore, type RuntimesState } from './runtimes-store.ts';
import { createSearchStore, type SearchState } from './search-store.ts';
import { createSettingsStore, type SettingsState } from './settings-store.ts';
import { createStorageStore, type StorageState } from './storage-store.ts';
import { createSystemStore, type SystemState } from './system-store.ts';
import { createUsageStore, type UsageState } from './usage-store.ts';

export interface StoreStates {
  readonly models: ModelsState;
  readonly downloads: DownloadsState;
  readonly health: HealthState;
  readonly inventory: InventoryState;
  readonly libraries: LibrariesState;
  readonly storage: StorageState;
  readonly usage: UsageState;
  readonly requests: RequestsState;
  readonly questions: QuestionsState;
  readonly runtimes: RuntimesState;
  readonly conversation: ConversationState;
  readonly recovery: RecoveryState;
  readonly settings: SettingsState;
  readonly system: SystemState;
  readonly alerts: AlertsState;
  readonly search: SearchState;
  readonly repository: RepositoryState;
  readonly navigation: NavigationState;
  readonly notices: NoticesState;
  readonly dialogs: DialogsState;
}

export type StoreApis = { readonly [S in keyof StoreStates]: StoreApi<StoreStates[S]> };

/** All that the window knows, and the way to the main process. */
export interface Stores extends StoreApis {
  readonly call: Client;
}

export function createStores(calls: LarderCalls): Stores {
  const call = createClient(calls);
  return {
    call,
    models: createModelsStore(call),
    downloads: createDownloadsStore(call),
    health: createHealthStore(call),
    inventory: createInventoryStore(call),
    libraries: createLibrariesStore(call),
    storage: createStorageStore(call),
    usage: createUsageStore(call),
    requests: createRequestsStore(call),
    questions: createQuestionsStore(call),
    runtimes: createRuntimesStore(call),
    conversation: createConversationStore(call),
    recovery: createRecoveryStore(call),
    settings: createSettingsStore(call),
    system: createSystemStore(call),
    alerts: createAlertsStore(call),
    search: createSearchStore(call),
    repository: createRepositoryStore(call),
    navigation: createNavigationStore(),
    notices: createNoticesStore(),
    dialogs: createDialogsStore(),
  };
}
