/** What answers each operation of the contract. */
import type { OperationHandlers } from '../../../src-shared/contract/operations.ts';
import type { Fallback } from '../../engines/fallback/fallback.ts';
import type { Health } from '../../engines/health/health.ts';
import { createAnalyticsOperations } from '../../operations/analytics.ts';
import { audited, createAuditOperations } from '../../operations/audit.ts';
import { createAvailabilityOperations } from '../../operations/availability.ts';
import { createDownloadOperations } from '../../operations/downloads.ts';
import { createFallbackOperations } from '../../operations/fallback.ts';
import { createGenerationOperations } from '../../operations/generation.ts';
import { createHealthOperations } from '../../operations/health.ts';
import { createHubOperations } from '../../operations/hub.ts';
import { createImportOperations } from '../../operations/import.ts';
import { createLibraryOperations } from '../../operations/libraries.ts';
import { chooseFiles, createModelOperations, startDownload } from '../../operations/models.ts';
import { type PreviewPorts, previewDownload } from '../../operations/preview.ts';
import { createRecoveryOperations } from '../../operations/recovery.ts';
import { createSettingsOperations } from '../../operations/settings.ts';
import { createStorageOperations } from '../../operations/storage.ts';
import { createSystemOperations } from '../../operations/system.ts';
import type { AuditLog } from '../../stores/audit-log.ts';
import type { Recovering } from './recovery.ts';

type PortsOf<F extends (ports: never) => unknown> = Parameters<F>[0];

export type HandlersWiring = PortsOf<typeof createModelOperations> &
  PortsOf<typeof createAnalyticsOperations> &
  PortsOf<typeof createGenerationOperations> &
  PortsOf<typeof createHubOperations> &
  PortsOf<typeof createImportOperations> &
  PortsOf<typeof createLibraryOperations> &
  PortsOf<typeof createSettingsOperations> &
  PortsOf<typeof createSystemOperations> &
  Omit<PortsOf<typeof createAvailabilityOperations>, 'track' | 'startDownload'> &
  Omit<PortsOf<typeof createStorageOperations>, 'remove'> &
  Omit<PreviewPorts, 'now'> & {
    readonly audit: AuditLog;
    readonly health: Health;
    readonly recovering: Pick<Recovering, 'statistics'>;
    readonly fallback: Fallback;
  };

export function createHandlers(wiring: HandlersWiring): OperationHandlers {
  const { audit, catalog, clock } = wiring;
  const models = audited(createModelOperations(wiring), audit);
  const { 'models.remove': remove, 'models.track': track } = models;
  const start = (modelId: string) => startDownload(wiring, modelId);
  return {
    ...models,
    ...createAvailabilityOperations({ ...wiring, track, startDownload: start }),
    ...createDownloadOperations({
      ...wiring,
      startDownload: start,
      findModel: catalog.find,
      chooseFiles: (id, choice) => chooseFiles(wiring, id, choice),
      preview: (ref) => previewDownload({ ...wiring, now: clock.now }, ref),
    }),
    ...createHealthOperations(wiring.health),
    ...createGenerationOperations(wiring),
    ...createRecoveryOperations(wiring.recovering),
    ...createFallbackOperations(wiring.fallback),
    ...createStorageOperations({ ...wiring, remove }),
    ...audited(createImportOperations(wiring), audit),
    ...createLibraryOperations(wiring),
    ...audited(createAnalyticsOperations(wiring), audit),
    ...audited(createSettingsOperations(wiring), audit),
    ...createAuditOperations(audit),
    ...createHubOperations(wiring),
    ...createSystemOperations(wiring),
  };
}
