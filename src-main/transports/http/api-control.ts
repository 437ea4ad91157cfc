/** Starts, stops and restarts the local API as the settings say, while the app runs. */
import { toAppError } from '../../../src-shared/errors.ts';
import type { Log } from '../../engines/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { ApiFile } from './api-file.ts';
import type { HttpApi } from './http-api.ts';

const ALERT_CAUSE = 'local-api';

export interface ApiControlOptions {
  readonly settings: Pick<SettingsStore, 'get' | 'onChange'>;
  /** Makes one API for one start. */
  readonly createApi: (token: string) => HttpApi;
  readonly file: ApiFile;
  /** What callers have to show; the same each time, so that programs can keep it. */
  readonly token: () => Promise<string>;
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  readonly log: Log;
}

export interface ApiControl {
  /**
   * Follows the settings from now on. Resolves when the API runs, or is known not to: a failure
   * becomes an alert, and the app goes on without the API.
   */
  start(): Promise<void>;
  /** Resolves when every change of the settings so far has been followed. */
  settled(): Promise<void>;
  /** Stops for good and removes `api.json`. */
  stop(): Promise<void>;
  /** `null` while the API does not run. */
  url(): string | null;
  /** `null` while the API does not run. */
  token(): string | null;
}

interface RunningApi {
  readonly api: HttpApi;
  readonly url: string;
  readonly token: string;
}

export function createApiControl(options: ApiControlOptions): ApiControl {
  const { settings, createApi, file, alerts, log } = options;
  let running: RunningApi | null = null;
  let following: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void) | undefined;

  /** Changes are followed one after the other. */
  function follow(step: () => Promise<void>): Promise<void> {
    following = following.then(step).catch((error: unknown) => {
      const problem = toAppError(error);
      alerts.raise(problem, { cause: ALERT_CAUSE });
      log.error('local API failed', { problem: problem.message });
    });
    return following;
  }

  async function restart(): Promise<void> {
    await shutDown();
    alerts.settle(ALERT_CAUSE);
    const { enabled, port } = settings.get().values.api;
    if (enabled) await startUp(port);
  }

  async function startUp(port: number): Promise<void> {
    const token = await options.token();
    const api = createApi(token);
    try {
      const { url } = await api.start(port);
      await file.write({ url, token });
      running = { api, url, token };
      log.info('local API started', { url });
    } catch (error) {
      await api.stop();
      throw error;
    }
  }

  async function shutDown(): Promise<void> {
    const stopping = running;
    running = null;
    if (!stopping) return;
    try {
      await file.remove();
    } finally {
      await stopping.api.stop();
    }
  }

  return {
    start() {
      unsubscribe ??= settings.onChange((changed) => {
        if (changed.some((key) => key.startsWith('api.'))) follow(restart);
      });
      return follow(restart);
    },
    settled: () => following,
    stop() {
      unsubscribe?.();
      return follow(shutDown);
    },
    url: () => running?.url ?? null,
    token: () => running?.token ?? null,
  };
}
