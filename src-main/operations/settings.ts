import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Libraries } from '../library/libraries.ts';
import type { Secrets } from '../stores/secrets.ts';
import type { SettingsStore } from '../stores/settings.ts';

interface SettingsOperationPorts {
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  /** Resolves when the library in force is the one the settings name. */
  readonly libraries: Pick<Libraries, 'settled'>;
  /** Called after the token changed. */
  readonly onToken: () => Promise<void>;
}

export function createSettingsOperations(ports: SettingsOperationPorts) {
  const { settings, secrets, onToken } = ports;
  return {
    'settings.get': async () => settings.get(),
    'settings.patch': async (patch) => {
      const answer = settings.patch(patch);
      await ports.libraries.settled();
      return answer;
    },
    'settings.schema': async () => settings.schema(),
    'settings.setToken': async ({ token, allowPlainText }) => {
      const answer = await secrets.set(token, { allowPlainText });
      await onToken();
      return answer;
    },
  } satisfies Partial<OperationHandlers>;
}
