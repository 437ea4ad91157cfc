import { createStore } from 'zustand/vanilla';
import type { Alert } from '../../src-shared/domain/alert.ts';
import type { Client } from '../bridge/client.ts';

export interface AlertsState {
  /** Newest first. */
  readonly alerts: readonly Alert[];
  readonly load: () => Promise<void>;
  readonly put: (alertId: string, alert: Alert | null) => void;
  readonly dismiss: (alertId: string) => Promise<void>;
}

export function createAlertsStore(call: Client) {
  return createStore<AlertsState>()((set, get) => ({
    alerts: [],
    load: async () => {
      const answer = await call('alerts.list', {});
      if (answer.ok) set({ alerts: newestFirst(answer.value.items) });
    },
    put: (alertId, alert) =>
      set(({ alerts }) => {
        const others = alerts.filter(({ id }) => id !== alertId);
        return { alerts: alert ? newestFirst([...others, alert]) : others };
      }),
    dismiss: async (alertId) => {
      const answer = await call('alerts.dismiss', { id: alertId });
      if (answer.ok) get().put(alertId, null);
    },
  }));
}

const newestFirst = (alerts: readonly Alert[]) =>
  alerts.toSorted((a, b) => b.at.localeCompare(a.at));
