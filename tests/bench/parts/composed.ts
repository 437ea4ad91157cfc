/** The whole program in this process, without Electron: what the desktop would give it stands still. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseCommandLine } from '../../../src-main/app/command-line.ts';
import { compose } from '../../../src-main/app/compose.ts';
import type { Surroundings } from '../../../src-main/app/surroundings.ts';
import { GOOD_SENSORS } from '../../../src-main/platform/conditions.ts';
import { createLog } from '../../../src-main/platform/log.ts';
import { NO_STORED_SETTINGS } from '../../../src-main/stores/stored-settings.ts';
import type { Envelope } from '../../../src-shared/contract/envelope.ts';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../../src-shared/contract/operations.ts';

export type Composed = Awaited<ReturnType<typeof composeHere>>;

/** Makes it; it is not started. @param folder its user data, its library, and the home of other programs */
export async function composeHere(folder: string, environment: Record<string, string> = {}) {
  const larder = await compose(surroundingsIn(folder, environment));
  return {
    larder,
    /** The value of a call that has to succeed. */
    value: async <N extends OperationName>(name: N, input: OperationInput<N>) => {
      const answer = (await larder.dispatch.call(name, input)) as Envelope<OperationOutput<N>>;
      if (answer.ok) return answer.value;
      throw new Error(`${name}: ${answer.error.code}: ${answer.error.detail}`);
    },
    /** Resolves with the first event from now on that is as described. */
    until: (condition: (event: LarderEvent) => boolean) =>
      new Promise<LarderEvent>((resolve) => {
        const stop = larder.bus.subscribe((event) => {
          if (!condition(event)) return;
          stop();
          resolve(event);
        });
      }),
  };
}

function surroundingsIn(folder: string, environment: Record<string, string>): Surroundings {
  mkdirSync(folder, { recursive: true });
  let stored = NO_STORED_SETTINGS;
  const nothing = async () => {};
  return {
    version: '0.0.0',
    electron: null,
    userDataFolder: folder,
    commandLine: parseCommandLine([`--user-data-dir=${folder}`], folder),
    environment: { HF_ENDPOINT: 'http://127.0.0.1:9', ...environment },
    openSettingsFile: async () => ({
      read: () => stored,
      write: (changed) => {
        stored = changed;
      },
    }),
    cipher: {
      kind: async () => 'plain-text',
      encrypt: async (text) => text,
      decrypt: async (text) => text,
    },
    desktop: {
      openFolder: nothing,
      revealItem: nothing,
      openPage: nothing,
      moveToTrash: nothing,
      chooseFolder: async () => null,
    },
    machine: { sensors: GOOD_SENSORS, keepAwake: () => {}, idleMs: () => 0 },
    homeFolder: folder,
    log: createLog({ folder: path.join(folder, 'logs'), now: () => Date.now() }),
  };
}
