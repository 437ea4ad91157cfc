/**
 * What the computer and its owner allow downloads to do right now. Decided here, measured in
 * `platform/conditions.ts`.
 */
import type { Hold } from '../../../src-shared/domain/download.ts';
import { speedAt } from '../../../src-shared/domain/speed-schedule.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';

export interface Facts {
  /** About to sleep, asleep, or awake for too short a time to have a network again. */
  readonly asleep: boolean;
  /** `false` is certain; `true` only means that something might be reached. */
  readonly online: boolean;
  readonly onBattery: boolean;
  /** The connection is paid by volume; `false` also when the system does not tell. */
  readonly metered: boolean;
}

export interface Conditions {
  current(): Facts;
  /** Calls back after a change of {@link Conditions.current}; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

export type HoldSettings = Pick<
  Settings['downloads'],
  'schedule' | 'limitBytesPerSecond' | 'onBattery' | 'onMetered'
>;

export interface HoldContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The bytes come from this very computer: no network is needed, and nothing is paid. */
  readonly localOnly: boolean;
}

/** What keeps all downloads waiting, whatever their turn; the weightiest reason first. Pure. */
export function holdOf(facts: Facts, settings: HoldSettings, context: HoldContext): Hold | null {
  const { now, localOnly } = context;
  if (facts.asleep) return { kind: 'asleep' };
  if (!facts.online && !localOnly) return { kind: 'offline' };
  const { paused, changesAt } = speedAt(settings.schedule, settings.limitBytesPerSecond, now);
  if (paused) {
    return {
      kind: 'schedule',
      until: changesAt === null ? null : new Date(changesAt).toISOString(),
    };
  }
  if (facts.onBattery && settings.onBattery === 'pause') return { kind: 'on-battery' };
  if (facts.metered && settings.onMetered === 'pause' && !localOnly) return { kind: 'metered' };
  return null;
}
