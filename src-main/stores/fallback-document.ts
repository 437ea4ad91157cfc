/** How models did that stood in for others: `fallback.json` in the user-data folder. */
import {
  type EffectivenessRecord,
  effectivenessSchema,
  NO_EFFECTIVENESS,
} from '../engines/fallback/effectiveness.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;
/** A count that is lost matters little. */
const WRITE_MS = 5_000;

export async function openFallbackDocument(path: string, alerts: Pick<Alerts, 'raise'>) {
  const document = await openDocument<EffectivenessRecord>({
    path,
    schema: effectivenessSchema,
    version: VERSION,
    defaults: NO_EFFECTIVENESS,
    delayMs: WRITE_MS,
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing fallback.json' }),
  });
  return {
    get: (): EffectivenessRecord => document.data,
    update: (change: (record: EffectivenessRecord) => EffectivenessRecord): void =>
      document.update(change),
    flush: document.flush,
  };
}
