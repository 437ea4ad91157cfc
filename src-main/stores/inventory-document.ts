/** Folders that were added, and digests that were measured: `inventory.json` in the user-data folder. */
import { z } from 'zod';
import type { InventoryRecord } from '../engines/inventory/ports.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;

const recordSchema = z.object({
  chosen: z.array(z.string()),
  digests: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

export async function openInventoryDocument(path: string, alerts: Pick<Alerts, 'raise'>) {
  const document = await openDocument<InventoryRecord>({
    path,
    schema: recordSchema,
    version: VERSION,
    defaults: { chosen: [], digests: {} },
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing inventory.json' }),
  });
  return {
    get: (): InventoryRecord => document.data,
    update: (change: (record: InventoryRecord) => InventoryRecord): void => document.update(change),
    flush: document.flush,
  };
}
