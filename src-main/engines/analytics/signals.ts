/**
 * Uses that nobody reports, told by signs that programs leave. Each kind of sign is looked at every minute while the
 * person wants it, and at once when that changes; while it is off nothing is asked, and what was seen is forgotten.
 *
 * ```
 *  off ── switched on ──▶ watching ── a look ──▶ uses since the look before
 *   ▲                        │
 *   └───── switched off ─────┘
 * ```
 */
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Clock, Log } from '../ports.ts';

/** One kind of sign. */
export interface Signal {
  readonly name: string;
  readonly isOn: () => boolean;
  /** Uses since the look before; the first look finds none. What cannot be reached is silent. */
  look(): Promise<readonly UsageEvent[]>;
  /** The next look is the first again. */
  forget(): void;
}

interface SignalPorts {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly signals: readonly Signal[];
  readonly record: (event: UsageEvent) => void;
}

const LOOK_MS = 60_000;

export function createSignals({ clock, log, signals, record }: SignalPorts) {
  let cancel = () => {};
  let looking: Promise<void> | undefined;
  let isOver = false;

  async function lookAt(signal: Signal): Promise<void> {
    if (!signal.isOn()) return signal.forget();
    try {
      const events = await signal.look();
      // It may have been switched off meanwhile.
      if (!isOver && signal.isOn()) for (const event of events) record(event);
    } catch (error) {
      log.warn('a sign of use could not be read', { signal: signal.name, error: String(error) });
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const signal of signals) await lookAt(signal);
  }

  /** Joins the look that is under way. */
  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function watch(): void {
    cancel = clock.after(LOOK_MS, watch);
    void look();
  }

  return {
    start: watch,
    /** What is wanted has changed. */
    changed: async (): Promise<void> => {
      await looking;
      if (!isOver) await look();
    },
    close: async (): Promise<void> => {
      isOver = true;
      cancel();
      await looking;
    },
  };
}
