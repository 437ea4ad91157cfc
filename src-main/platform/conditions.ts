/**
 * What the system says of power and network, made fit to act on.
 *
 * ```
 *          suspend                        resume, or the clock jumped
 *  awake ──────────▶ asleep ─────────────────────────────────────────▶ waking
 *    ▲ └─────────────── the clock jumped ────────────────────────────────▲ │
 *    └──────────────── 2 s online, or 30 s without a network ──────────────┘
 * ```
 * Sleep is told at once. Everything else has to last two seconds, so that a change from Wi-Fi to a cable
 * stops nothing.
 */
import type { Conditions, Facts } from '../engines/download/conditions.ts';
import type { Clock } from '../engines/ports.ts';

export type SensorEvent = 'suspend' | 'resume' | 'changed';

/** Readings cost nothing, are taken often, and may be wrong for a moment. */
export interface Sensors {
  online(): boolean;
  onBattery(): boolean;
  metered(): boolean;
  /** `changed` means that a reading may differ; the returned function ends it. */
  listen(listener: (event: SensorEvent) => void): () => void;
}

/** Where nothing can be asked: tests, plain Node. */
export const GOOD_SENSORS: Sensors = {
  online: () => true,
  onBattery: () => false,
  metered: () => false,
  listen: () => () => {},
};

export interface ClosableConditions extends Conditions {
  close(): void;
}

/** No system has an event for everything. */
const TICK_MS = 5_000;
const SETTLE_MS = 2_000;
/** A tick this much late, or early, means that the computer slept, or was given another time. */
const JUMP_MS = 30_000;
/** A wake-up without a network is over all the same: being offline is then the better reason. */
const WAKING_MS = 30_000;
/** Still running this long after it was said to sleep: the news of the wake-up was lost. */
const ASLEEP_MS = 60_000;

export function createConditions(sensors: Sensors, clock: Clock): ClosableConditions {
  const listeners = new Set<() => void>();
  let phase: 'awake' | 'asleep' | 'waking' = 'awake';
  let phaseSince = clock.now();
  let tickedAt = clock.now();
  let told: Facts = read();
  let cancelTick = clock.after(TICK_MS, tick);
  let cancelSettle: (() => void) | undefined;
  const stopListening = sensors.listen(hear);

  function read(): Facts {
    return {
      asleep: phase !== 'awake',
      online: sensors.online(),
      onBattery: sensors.onBattery(),
      metered: sensors.metered(),
    };
  }

  function hear(event: SensorEvent): void {
    if (event === 'suspend') enter('asleep');
    else if (event === 'resume') enter('waking');
    settle();
  }

  function tick(): void {
    const now = clock.now();
    const hasJumped = Math.abs(now - tickedAt - TICK_MS) > JUMP_MS;
    tickedAt = now;
    cancelTick = clock.after(TICK_MS, tick);
    const isForgotten = phase === 'asleep' && now - phaseSince > ASLEEP_MS;
    if (hasJumped || isForgotten) enter('waking');
    settle();
  }

  function enter(next: typeof phase): void {
    phase = next;
    phaseSince = clock.now();
    forget();
    tell({ ...told, asleep: phase !== 'awake' });
  }

  /** Looks again in two seconds, when there is something to find out. */
  function settle(): void {
    if (phase === 'asleep') return;
    const facts = read();
    const isWaiting = phase === 'waking' && (facts.online || isWakingLong());
    if (!isWaiting && (phase === 'waking' || isSame(facts, told))) forget();
    else cancelSettle ??= clock.after(SETTLE_MS, settled);
  }

  function settled(): void {
    cancelSettle = undefined;
    if (phase === 'waking' && (sensors.online() || isWakingLong())) phase = 'awake';
    if (phase === 'awake') tell(read());
  }

  const isWakingLong = () => clock.now() - phaseSince >= WAKING_MS;

  function forget(): void {
    cancelSettle?.();
    cancelSettle = undefined;
  }

  function tell(facts: Facts): void {
    const isNews = !isSame(facts, told);
    told = facts;
    if (isNews) for (const listener of [...listeners]) listener();
  }

  return {
    current: () => told,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      stopListening();
      cancelTick();
      forget();
      listeners.clear();
    },
  };
}

function isSame(a: Facts, b: Facts): boolean {
  const isSameNetwork = a.online === b.online && a.metered === b.metered;
  return isSameNetwork && a.asleep === b.asleep && a.onBattery === b.onBattery;
}
