/** What the fallback engine needs from the outside. */
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { Clock, Hardware, Log, Publish } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import type { EffectivenessRecord } from './effectiveness.ts';

/** A model that a server on this computer offers: it is there, and nothing is known of its files. */
export interface OfferedModel {
  readonly id: string;
  readonly name: string;
  readonly task?: string | undefined;
  readonly contextTokens?: number | undefined;
}

/** How a model did on this computer. */
export interface Measured {
  /** Tokens per second; `null` when it was never measured. */
  readonly rate: number | null;
  readonly successes: number;
  readonly failures: number;
  /** Milliseconds since the epoch; `null` when no use was recorded. */
  readonly lastUsedAt: number | null;
}

/** What makes what was worked out before untrue. */
export type FallbackChange = 'models' | 'measured' | 'settings' | 'runtimes';

export interface FallbackPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  readonly catalogue: Catalogue;
  /** Resolves once it is known which files are here: until then every model seems to be missing. */
  readonly looked: () => Promise<void>;
  /** All of the library: the same objects as long as nothing changed. */
  readonly models: () => readonly ModelStatus[];
  /** Of servers on this computer. */
  readonly offered: () => readonly OfferedModel[];
  /** Whether something here could run the model, were all of its files here. */
  readonly canRun: (model: ModelStatus) => boolean;
  /** The model that a name, an alias or a reference means; the text itself where it means none. */
  readonly resolve: (text: string) => string;
  /** Until the model could answer, were it fetched from now on; `null` when that cannot be told. */
  readonly etaMs: (modelId: string) => number | null;
  readonly hardware: () => Promise<Hardware>;
  readonly freeDiskBytes: () => Promise<number | null>;
  /** By model id. */
  readonly measured: () => Promise<ReadonlyMap<string, Measured>>;
  readonly settings: () => Settings['fallback'];
  readonly store: {
    get(): EffectivenessRecord;
    update(change: (record: EffectivenessRecord) => EffectivenessRecord): void;
  };
  /** @returns ends it */
  readonly onChange: (listener: (change: FallbackChange) => void) => () => void;
}
