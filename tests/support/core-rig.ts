/** The whole program without Electron: the real composition, stores and transports in one process. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { parseCommandLine } from '../../src-main/app/command-line.ts';
import { compose } from '../../src-main/app/compose.ts';
import type { Clock } from '../../src-main/engines/ports.ts';
import type { Desktop } from '../../src-main/operations/ports.ts';
import { GOOD_SENSORS, type Sensors } from '../../src-main/platform/conditions.ts';
import { createLog } from '../../src-main/platform/log.ts';
import type { StartProcess } from '../../src-main/runtimes/process.ts';
import type { Cipher } from '../../src-main/stores/secrets.ts';
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type { LarderEvent } from '../../src-shared/contract/events.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../src-shared/contract/operations.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../src-shared/domain/health.ts';

interface CoreOptions {
  readonly userData: string;
  readonly hubUrl?: string;
  readonly args?: readonly string[];
  readonly cipher?: Cipher;
  readonly environment?: Readonly<Record<string, string>>;
  readonly sensors?: Sensors;
  readonly clock?: Clock;
  readonly startProcess?: StartProcess;
}

export type Core = Awaited<ReturnType<typeof startCore>>;

const PLAIN: Cipher = {
  kind: async () => 'plain-text',
  encrypt: async (text) => text,
  decrypt: async (text) => text,
};

export async function startCore(options: CoreOptions) {
  const { userData, hubUrl, args = [], cipher = PLAIN } = options;
  await mkdir(userData, { recursive: true });
  // Keeps the electron package, which electron-store loads, from looking for its binary.
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', userData);
  const settingsFile = await import('../../src-main/platform/electron-settings-file.ts');
  const opened: string[] = [];
  /** Whether the computer was to be kept awake, each time it was said. */
  const awake: boolean[] = [];
  const larder = await compose({
    version: '0.0.0',
    electron: null,
    userDataFolder: userData,
    commandLine: parseCommandLine([`--user-data-dir=${userData}`, ...args], userData),
    environment: { ...(hubUrl && { HF_ENDPOINT: hubUrl }), ...options.environment },
    openSettingsFile: (onDamage) =>
      settingsFile.openElectronSettingsFile({ folder: userData, onDamage }),
    cipher,
    desktop: recordingDesktop(opened),
    machine: {
      sensors: options.sensors ?? GOOD_SENSORS,
      keepAwake: (on) => awake.push(on),
      idleMs: () => 0,
      ...(options.startProcess && { startProcess: options.startProcess }),
    },
    homeFolder: userData,
    ...(options.clock && { clock: options.clock }),
    log: createLog({ folder: path.join(userData, 'logs'), now: () => Date.now() }),
  });
  const events: LarderEvent[] = [];
  const waiting = new Set<() => void>();
  larder.bus.subscribe((event) => {
    events.push(event);
    for (const check of [...waiting]) check();
  });
  await larder.start();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= larder.stop());
  onTestFinished(stop);

  const call = async <N extends OperationName>(name: N, input: OperationInput<N>) =>
    (await larder.dispatch.call(name, input)) as Envelope<OperationOutput<N>>;

  /** The value of a call that has to succeed. */
  const value = async <N extends OperationName>(name: N, input: OperationInput<N>) => {
    const answer = await call(name, input);
    if (answer.ok) return answer.value;
    throw new Error(`${name}: ${answer.error.code}: ${answer.error.detail}`);
  };

  /** Resolves with the first download event that is as described, the ones already heard included. */
  const untilDownload = (condition: (download: Download) => boolean) =>
    new Promise<Download>((resolve) => {
      const check = () => {
        const found = events
          .flatMap((event) =>
            event.type === 'download.state' && event.data.download ? [event.data.download] : [],
          )
          .find(condition);
        if (!found) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });

  /** Resolves once an event of the kind has been heard. */
  const untilEvent = (condition: (event: LarderEvent) => boolean) =>
    new Promise<LarderEvent>((resolve) => {
      const check = () => {
        const found = events.find(condition);
        if (!found) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });

  /** Resolves once the health of a model is as described. */
  const untilHealth = async (modelId: string, condition: (health: ModelHealth) => boolean) => {
    const isSo = async () => (await value('models.health', { modelId })).items.some(condition);
    for (let seen = events.length; !(await isSo()); seen = events.length) {
      await untilEvent((event) => event.type === 'health.report' && events.indexOf(event) >= seen);
    }
  };

  const alerts = async () => (await value('alerts.list', {})).items.map(({ error }) => error.code);
  return {
    larder,
    call,
    value,
    events,
    alerts,
    untilDownload,
    untilEvent,
    untilHealth,
    opened,
    awake,
    stop,
  };
}

/** Says what would have been opened; the trash is a real removal. */
function recordingDesktop(opened: string[]): Desktop {
  const record = async (place: string) => {
    opened.push(place);
  };
  return {
    openFolder: record,
    revealItem: record,
    openPage: record,
    moveToTrash: (file) => rm(file),
    chooseFolder: async () => null,
  };
}
