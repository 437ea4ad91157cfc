/** Alerts beside the window: a notification for each that is new, and how many there are in the tray. */
import type { Alert } from '../../../src-shared/domain/alert.ts';
import type { EventBus } from '../../transports/events.ts';

export interface News {
  readonly title: string;
  readonly body: string;
}

export interface AlertNewsWiring {
  readonly bus: EventBus;
  readonly alerts: () => readonly Alert[];
  /** Whether a person looks at the window, which shows alerts itself. */
  readonly isSeen: () => boolean;
  readonly notify: (news: News) => void;
  readonly showCount: (count: number) => void;
}

/** One cause is told once, however often it is raised; again only after it was gone. */
export function followAlerts({ bus, alerts, isSeen, notify, showCount }: AlertNewsWiring): void {
  const told = new Set(alerts().map(({ id }) => id));
  showCount(told.size);
  bus.subscribe((event) => {
    if (event.type !== 'health.alert') return;
    const { alertId, alert } = event.data;
    if (alert && !told.has(alertId) && !isSeen()) {
      notify({ title: alert.error.title, body: alert.error.detail });
    }
    if (alert) told.add(alertId);
    else told.delete(alertId);
    showCount(alerts().length);
  });
}
