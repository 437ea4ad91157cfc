/** How often each recovery helped: `recovery.json` in the user-data folder. */
import { type RecoveryRecord, recoveryRecordSchema } from '../engines/recovery/recovery.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;

export async function openRecoveryDocument(path: string, alerts: Pick<Alerts, 'raise'>) {
  const document = await openDocument<RecoveryRecord>({
    path,
    schema: recoveryRecordSchema,
    version: VERSION,
    defaults: { pairs: {}, attempts: [] },
    delayMs: 1_000,
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing recovery.json' }),
  });
  return {
    get: (): RecoveryRecord => document.data,
    update: (change: (record: RecoveryRecord) => RecoveryRecord): void => document.update(change),
    flush: document.flush,
  };
}
