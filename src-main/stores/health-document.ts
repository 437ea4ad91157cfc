/** What is known of the health of models: `health.json` in the user-data folder. */
import { EMPTY_RECORD, type HealthRecord, healthRecordSchema } from '../engines/health/record.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;
/** What a check found is found again. */
const WRITE_MS = 5_000;

export type HealthDocument = Awaited<ReturnType<typeof openHealthDocument>>;

export async function openHealthDocument(path: string, alerts: Pick<Alerts, 'raise'>) {
  const document = await openDocument<HealthRecord>({
    path,
    schema: healthRecordSchema,
    version: VERSION,
    defaults: EMPTY_RECORD,
    delayMs: WRITE_MS,
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing health.json' }),
  });
  return {
    get: (): HealthRecord => document.data,
    update: (change: (record: HealthRecord) => HealthRecord): void => document.update(change),
    flush: document.flush,
  };
}
