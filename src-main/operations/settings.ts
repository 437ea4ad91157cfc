import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Secrets } from '../stores/secrets.ts';
import type { SettingsStore } from '../stores/settings.ts';

interface SettingsOperationPorts {
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  /** Called after the token changed. */
  readonly onToken: () => Promise<void>;
}

export function createSettingsOperations({ settings, secrets, onToken }: SettingsOperationPorts) {
  return {
    'settings.get': async () => settings.get(),
    'settings.patch': async (patch) => settings.patch(patch),
    'settings.schema': async () => settings.schema(),
    'settings.setToken': async ({ token, allowPlainText }) => {
      const answer = await secrets.set(token, { allowPlainText });
      await onToken();
      return answer;
    },
  } satisfies Partial<OperationHandlers>;
}
