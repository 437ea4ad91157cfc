/** The local API as the settings say, with its address and its token in the user-data folder. */
import path from 'node:path';
import type { Clock, Log } from '../../engines/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { Dispatch } from '../../transports/dispatch.ts';
import type { EventBus } from '../../transports/events.ts';
import { type ApiControl, createApiControl } from '../../transports/http/api-control.ts';
import { createApiFile } from '../../transports/http/api-file.ts';
import { readApiToken } from '../../transports/http/api-token.ts';
import type { Gateway } from '../../transports/http/gateway.ts';
import { createHttpApi } from '../../transports/http/http-api.ts';

interface LocalApiWiring {
  readonly settings: SettingsStore;
  readonly dispatch: Dispatch;
  readonly gateway: Gateway;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly alerts: Alerts;
  readonly userDataFolder: string;
  /** Of the app. */
  readonly version: string;
}

export function createLocalApi(wiring: LocalApiWiring): ApiControl {
  const { userDataFolder } = wiring;
  return createApiControl({
    ...wiring,
    createApi: (token) => createHttpApi({ ...wiring, token }),
    file: createApiFile(path.join(userDataFolder, 'api.json'), process.pid),
    token: () => readApiToken(path.join(userDataFolder, 'api-token')),
  });
}
