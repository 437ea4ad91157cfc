/** What other programs keep on this computer: found at the start, identified while nothing else needs the disk. */
import type { Conditions } from '../../engines/download/conditions.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import { createInventory } from '../../engines/inventory/inventory.ts';
import type { InventoryPorts } from '../../engines/inventory/ports.ts';
import { findPlaces } from '../../library/others/known-places.ts';
import { readPlace } from '../../platform/inventory-reader.ts';
import type { Surroundings } from '../surroundings.ts';

interface InventoryWiring
  extends Pick<InventoryPorts, 'clock' | 'log' | 'publish' | 'store' | 'hasher' | 'manifests'> {
  readonly surroundings: Pick<Surroundings, 'environment' | 'homeFolder' | 'machine'>;
  readonly engine: () => Pick<DownloadEngine, 'list'>;
  readonly conditions: Conditions;
}

/** Read in less than a second by most disks. */
const READ_ANYTIME_BYTES = 64 * 2 ** 20;
/** Nobody waits for the disk by then. */
const IDLE_MS = 60_000;

export function createOthers(wiring: InventoryWiring) {
  const { surroundings, conditions } = wiring;
  const { environment, homeFolder } = surroundings;
  const stopping = new AbortController();
  const inventory = createInventory({
    ...wiring,
    findPlaces: () => findPlaces(environment, homeFolder, process.platform),
    read: readPlace,
    isQuiet: (sizeBytes) => {
      const downloads = wiring.engine().list();
      const isBusy = downloads.some(({ state }) => state.kind === 'running');
      const isFree = sizeBytes <= READ_ANYTIME_BYTES || surroundings.machine.idleMs() >= IDLE_MS;
      return isFree && !isBusy && !conditions.current().onBattery;
    },
  });
  return {
    inventory,
    signal: stopping.signal,
    close: async (): Promise<void> => {
      stopping.abort(new Error('Larder ends'));
      await inventory.stop();
    },
  };
}
