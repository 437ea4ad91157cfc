import type { OperationHandlers, OperationOutput } from '../../src-shared/contract/operations.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { AppError, toAppError } from '../../src-shared/errors.ts';
import type { Hardware, ModelSource } from '../engines/ports.ts';
import type { Catalog } from '../library/catalog.ts';
import type { Libraries } from '../library/libraries.ts';
import type { Alerts } from '../stores/alerts.ts';
import type { Secrets } from '../stores/secrets.ts';
import type { SettingsStore } from '../stores/settings.ts';
import type { Desktop } from './ports.ts';

export interface AboutThisInstallation {
  readonly version: string;
  readonly electron: string | null;
  readonly userDataFolder: string;
  readonly logFolder: string;
}

interface SystemOperationPorts {
  readonly about: AboutThisInstallation;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  readonly alerts: Alerts;
  readonly libraries: Libraries;
  readonly catalog: Catalog;
  readonly source: ModelSource;
  readonly desktop: Desktop;
  readonly hardware: () => Promise<Hardware>;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly libraryFolder: () => string;
  readonly apiUrl: () => string | null;
  /** Named checks beyond the library, e.g. one a store. @throws what is wrong */
  readonly checks: ReadonlyArray<readonly [name: string, check: () => Promise<unknown>]>;
}

export function createSystemOperations(ports: SystemOperationPorts) {
  return {
    'health.live': async () => ({ status: 'ok' }) as const,
    'health.ready': () => checkAll(ports),
    'system.info': () => describeInstallation(ports),
    'folders.open': async ({ place, modelId, reveal }) => {
      const path = folderOf(ports, place, modelId);
      await (reveal ? ports.desktop.revealItem(path) : ports.desktop.openFolder(path));
      return { path };
    },
    'folders.choose': async ({ title }) => ({ path: await ports.desktop.chooseFolder(title) }),
    'links.open': async ({ modelId, ref }) => {
      const url = pageOf(ports, modelId, ref);
      await ports.desktop.openPage(url);
      return { url };
    },
    'alerts.list': async () => ({ items: [...ports.alerts.list()] }),
    'alerts.dismiss': async ({ id }) => {
      ports.alerts.dismiss(id);
      return {};
    },
  } satisfies Partial<OperationHandlers>;
}

async function checkAll(ports: SystemOperationPorts): Promise<OperationOutput<'health.ready'>> {
  const all = [
    ['library', () => ports.libraries.current().assertThere()] as const,
    ...ports.checks,
  ];
  const checks = await Promise.all(
    all.map(async ([name, check]) => {
      try {
        await check();
        return { name, ok: true, detail: 'ok' };
      } catch (error) {
        return { name, ok: false, detail: toAppError(error).message };
      }
    }),
  );
  return { status: checks.every(({ ok }) => ok) ? 'ok' : 'degraded', checks };
}

async function describeInstallation(
  ports: SystemOperationPorts,
): Promise<OperationOutput<'system.info'>> {
  const { about, secrets, settings } = ports;
  return {
    version: about.version,
    electron: about.electron,
    platform: `${process.platform} ${process.arch}`,
    userDataFolder: about.userDataFolder,
    libraryFolder: ports.libraryFolder(),
    hub: { endpoint: settings.get().values.hub.endpoint, token: secrets.origin() },
    secrets: await secrets.protection(),
    api: { url: ports.apiUrl() },
    hardware: {
      ...(await ports.hardware()),
      freeDiskBytes: await ports.freeDiskBytes(),
    },
  };
}

function folderOf(
  ports: SystemOperationPorts,
  place: 'library' | 'model' | 'user-data' | 'logs',
  modelId: string | undefined,
): string {
  switch (place) {
    case 'library':
      return ports.libraryFolder();
    case 'user-data':
      return ports.about.userDataFolder;
    case 'logs':
      return ports.about.logFolder;
    case 'model':
      if (!modelId) throw new AppError('INPUT_INVALID', { problem: 'modelId: missing' });
      return ports.catalog.view(modelId).folder;
  }
}

function pageOf({ catalog, source }: SystemOperationPorts, modelId?: string, ref?: string): string {
  if (modelId) return source.pageUrl(parseReference(catalog.find(modelId).ref));
  if (ref) return source.pageUrl(parseReference(ref));
  throw new AppError('INPUT_INVALID', { problem: 'modelId or ref: one is needed' });
}
