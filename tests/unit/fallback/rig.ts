/** The fallback engine over models that a test names, on a clock that the test owns. */
import { onTestFinished } from 'vitest';
import {
  type EffectivenessRecord,
  NO_EFFECTIVENESS,
} from '../../../src-main/engines/fallback/effectiveness.ts';
import { createFallback } from '../../../src-main/engines/fallback/fallback.ts';
import type {
  FallbackChange,
  FallbackPorts,
  Measured,
} from '../../../src-main/engines/fallback/ports.ts';
import type { Publish } from '../../../src-main/engines/ports.ts';
import type { LarderEvent } from '../../../src-shared/contract/events.ts';
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings/schema.ts';
import { createForwardClock } from '../../support/forward-clock.ts';
import { catalogue, LAPTOP } from './builders.ts';

interface RigOptions extends Partial<FallbackPorts> {
  readonly models?: () => readonly ModelStatus[];
}

export function startFallback(options: RigOptions = {}) {
  const clock = createForwardClock();
  const listeners = new Set<(change: FallbackChange) => void>();
  const events: Pick<LarderEvent, 'type' | 'data'>[] = [];
  const publish: Publish = (type, data) =>
    events.push({ type, data } as Pick<LarderEvent, 'type' | 'data'>);
  let record: EffectivenessRecord = NO_EFFECTIVENESS;
  const fallback = createFallback({
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publish,
    catalogue,
    looked: async () => {},
    models: () => [],
    offered: () => [],
    canRun: () => true,
    resolve: (text) => text,
    etaMs: () => null,
    hardware: async () => LAPTOP,
    freeDiskBytes: async () => null,
    measured: async () => new Map<string, Measured>(),
    settings: () => DEFAULT_SETTINGS.fallback,
    store: {
      get: () => record,
      update: (change) => {
        record = change(record);
      },
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...options,
  });
  onTestFinished(() => fallback.close());
  return {
    fallback,
    clock,
    events,
    change: (what: FallbackChange) => {
      for (const listener of listeners) listener(what);
    },
    isHeard: () => listeners.size > 0,
  };
}
