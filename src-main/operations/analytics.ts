import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Analytics } from '../engines/analytics/analytics.ts';
import { toCsv } from '../engines/analytics/export.ts';
import type { Publish } from '../engines/ports.ts';

interface AnalyticsPorts {
  readonly analytics: Analytics;
  readonly publish: Publish;
  /** Whether the person wants uses to be recorded. */
  readonly isOn: () => boolean;
}

export function createAnalyticsOperations({ analytics, publish, isOn }: AnalyticsPorts) {
  return {
    'analytics.get': ({ from, to }) =>
      analytics.usage({ ...(from && { from }), ...(to && { to }) }),
    'analytics.record': async (event) => {
      const recorded = isOn();
      if (recorded) {
        analytics.record(event);
        publish('analytics.updated', { modelId: event.modelId, lastUsedAt: event.startedAt });
      }
      return { recorded };
    },
    'analytics.export': async ({ format }) => {
      const events = await analytics.events();
      const text = format === 'csv' ? toCsv(events) : `${JSON.stringify(events, null, 2)}\n`;
      return { format, text };
    },
    'analytics.erase': async () => {
      await analytics.erase();
      return {};
    },
  } satisfies Partial<OperationHandlers>;
}
