/** What the person should know and has not dismissed: `alerts.json`, one alert per cause. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Alert, alertSchema } from '../../src-shared/domain/alert.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Clock, Publish } from '../engines/ports.ts';
import { type DocumentDamage, openDocument } from './document.ts';

export interface AlertsOptions {
  /** Absolute path of `alerts.json`. */
  readonly path: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly publish: Publish;
  readonly onWriteFailed?: (error: AppError) => void;
}

export interface AlertCause {
  /** What the alert is about; raising the same cause again replaces its alert. */
  readonly cause: string;
  readonly modelId?: string;
}

export interface Alerts {
  /** Newest first. */
  list(): readonly Alert[];
  /** Shows an error until it is dismissed. The same again is no news: nothing is published then. */
  raise(error: AppError, about: AlertCause): Alert;
  /** Dismisses one alert; an unknown id is fine. */
  dismiss(id: string): void;
  /** The cause is gone, so its alert is no longer true. */
  settle(cause: string): void;
  /** @throws AppError `DATA_FILE_UNUSABLE` */
  flush(): Promise<void>;
}

/** The oldest alerts make room beyond this many. */
const MAX_ALERTS = 200;

const alertsSchema = z.object({ items: z.array(alertSchema) });

export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const { path, clock, publish, onWriteFailed } = options;
  const damages: DocumentDamage[] = [];
  const document = await openDocument({
    path,
    schema: alertsSchema,
    version: 1,
    defaults: { items: [] },
    onDamage: (damage) => damages.push(damage),
    now: () => clock.now(),
    ...(onWriteFailed && { onWriteFailed }),
  });

  function raise(error: AppError, { cause, modelId }: AlertCause): Alert {
    const id = alertId(cause);
    const known = document.data.items.find((alert) => alert.id === id);
    const report = toErrorReport(error);
    if (known && JSON.stringify(known.error) === JSON.stringify(report)) return known;
    const at = new Date(clock.now()).toISOString();
    const alert: Alert = { id, at, ...(modelId && { modelId }), error: report };
    const others = document.data.items.filter((other) => other.id !== id);
    document.update(() => ({ items: [alert, ...others].slice(0, MAX_ALERTS) }));
    publish('health.alert', { alertId: id, alert });
    return alert;
  }

  function dismiss(id: string): void {
    const remaining = document.data.items.filter((alert) => alert.id !== id);
    if (remaining.length === document.data.items.length) return;
    document.update(() => ({ items: remaining }));
    publish('health.alert', { alertId: id, alert: null });
  }

  for (const damage of damages) raise(...damageAlert(damage));
  return {
    list: () => document.data.items,
    raise,
    dismiss,
    settle: (cause) => dismiss(alertId(cause)),
    flush: () => document.flush(),
  };
}

/** The alert for a damaged document, as arguments of {@link Alerts.raise}. */
export function damageAlert(damage: DocumentDamage): [AppError, AlertCause] {
  return [new AppError('DOCUMENT_DAMAGED', damage), { cause: `document:${damage.name}` }];
}

/** Stable, so that a cause keeps its alert across restarts. */
function alertId(cause: string): string {
  return createHash('sha256').update(cause).digest('hex').slice(0, 16);
}
