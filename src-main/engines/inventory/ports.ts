import type { App, FoundFile } from '../../../src-shared/domain/inventory.ts';
import type { Manifest, Origin } from '../../../src-shared/domain/model.ts';
import type { Clock, Hasher, Log, Publish } from '../ports.ts';

/** Files that belong together, as a program keeps them. */
export interface FoundRepository {
  /** As the program calls it. */
  readonly name: string;
  readonly files: readonly FoundFile[];
  /** Paths of files it should have and has not. */
  readonly lacks: readonly string[];
  /** Where it came from, when the program has kept that. */
  readonly origin?: Origin;
}

/** A folder of another program. */
export interface Place {
  readonly app: App;
  /** Absolute. */
  readonly folder: string;
}

/** What is remembered from one day to the next. */
export interface InventoryRecord {
  /** Folders that a person added. */
  readonly chosen: readonly string[];
  /** SHA-256 by file, as long as the file is the same. */
  readonly digests: Readonly<Record<string, string>>;
}

export interface InventoryStore {
  get(): InventoryRecord;
  update(change: (record: InventoryRecord) => InventoryRecord): void;
}

export interface InventoryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  readonly store: InventoryStore;
  /** Places that are there now. */
  readonly findPlaces: () => Promise<readonly Place[]>;
  /** Reads a place the way its program lays it out. @throws the reason of the signal */
  readonly read: (place: Place, signal: AbortSignal) => AsyncIterable<FoundRepository>;
  readonly hasher: Pick<Hasher, 'follow'>;
  readonly manifests: () => readonly Manifest[];
  /** Whether the disk has nothing better to do than being read for a file of this size. */
  readonly isQuiet: (sizeBytes: number) => boolean;
}
