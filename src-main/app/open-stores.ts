/** Opens everything that is kept in the user-data folder. Damage becomes an alert, never a failed start. */
import path from 'node:path';
import { waitingRequestSchema } from '../engines/generation/waiting-room.ts';
import type { Clock, Publish } from '../engines/ports.ts';
import { localTimeOf } from '../platform/local-time.ts';
import { openAlerts } from '../stores/alerts.ts';
import { openAuditLog } from '../stores/audit-log.ts';
import { openCatalogue } from '../stores/catalogue-file.ts';
import { openFallbackDocument } from '../stores/fallback-document.ts';
import { openHealthDocument } from '../stores/health-document.ts';
import { openInventoryDocument } from '../stores/inventory-document.ts';
import { openQueueDocument } from '../stores/queue-document.ts';
import { openRecoveryDocument } from '../stores/recovery-document.ts';
import { createRegistryDocument } from '../stores/registry-document.ts';
import { openRequestDocuments } from '../stores/request-documents.ts';
import { openSecrets } from '../stores/secrets.ts';
import { createSettingsStore } from '../stores/settings.ts';
import { openUsageDocuments } from '../stores/usage-documents.ts';
import { type Surroundings, settingsOf } from './surroundings.ts';

export async function openStores(surroundings: Surroundings, clock: Clock, publish: Publish) {
  const { commandLine, environment, userDataFolder, openSettingsFile, cipher } = surroundings;
  const inUserData = (name: string) => path.join(userDataFolder, name);
  const alerts = await openAlerts({ path: inUserData('alerts.json'), clock, publish });
  const file = await openSettingsFile((error) => alerts.raise(error, { cause: 'settings' }));
  const settings = createSettingsStore({
    file,
    environment,
    commandLine: settingsOf(commandLine),
    publish,
  });
  for (const problem of settings.problems) alerts.raise(problem, { cause: problem.message });
  const secrets = await openSecrets({
    path: inUserData('secrets.json'),
    cipher,
    environment,
    alerts,
  });
  const queue = await openQueueDocument(inUserData('downloads.json'), alerts);
  const registry = createRegistryDocument(inUserData('library.json'), alerts);
  const inventory = await openInventoryDocument(inUserData('inventory.json'), alerts);
  const usage = openUsageDocuments({
    folder: inUserData('analytics'),
    clock,
    toLocal: localTimeOf,
    alerts,
  });
  const recovery = await openRecoveryDocument(inUserData('recovery.json'), alerts);
  const waitingRequests = await openRequestDocuments({
    path: inUserData('requests.json'),
    folder: inUserData('requests'),
    item: waitingRequestSchema,
    cipher,
    alerts,
  });
  const health = await openHealthDocument(inUserData('health.json'), alerts);
  const standIns = await openFallbackDocument(inUserData('fallback.json'), alerts);
  const catalogue = await openCatalogue(inUserData('catalogue.json'), alerts);
  const audit = await openAuditLog({
    path: inUserData('audit.log'),
    clock,
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing audit.log' }),
  });
  return {
    alerts,
    audit,
    catalogue,
    /** How models did that stood in for others. */
    standIns,
    health,
    inventory,
    usage,
    settings,
    secrets,
    queue,
    registry,
    recovery,
    waitingRequests,
    /** @throws AppError `DATA_FILE_UNUSABLE` when one of them cannot be written */
    flush: async (): Promise<void> => {
      await Promise.all([
        queue.flush(),
        registry.flush(),
        health.flush(),
        standIns.flush(),
        inventory.flush(),
        usage.flush(),
        recovery.flush(),
        waitingRequests.flush(),
        audit.flush(),
        alerts.flush(),
      ]);
    },
  };
}
