/**
 * Uses by whatever program, from the moment a model's files were last read, where the volume keeps it. The least
 * certain sign: a backup reads as well, and many volumes note one reading a day. What we read ourselves does not
 * count, nor what is known as a use anyway.
 */
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Clock } from '../ports.ts';
import type { Signal } from './signals.ts';

/** A file of a model, and when it was last read. */
export interface FileReading {
  readonly modelId: string;
  /** Every path we may have read it by; the first is its place in the library. */
  readonly places: readonly [string, ...string[]];
  /** Another one when the file was replaced or written. */
  readonly fileId: string;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

interface ReadingPorts {
  /** Whether we were reading this path at that moment. */
  readonly wasOurs: (place: string, at: number) => boolean;
  /** When the model was used last, as far as it is known. */
  readonly lastUse: (modelId: string) => number | undefined;
}

const HOUR_MS = 3_600_000;

/** Models that others read since the look before, each once, and when. */
export function readByOthers(
  now: readonly FileReading[],
  before: readonly FileReading[],
  { wasOurs, lastUse }: ReadingPorts,
): Map<string, number> {
  const known = new Map(before.map((reading) => [reading.places[0], reading]));
  const read = new Map<string, number>();
  for (const { modelId, places, fileId, readAt } of now) {
    const earlier = known.get(places[0]);
    if (earlier?.fileId !== fileId || readAt <= earlier.readAt) continue;
    if (places.some((place) => wasOurs(place, readAt))) continue;
    if (Math.abs(readAt - (lastUse(modelId) ?? 0)) < HOUR_MS) continue;
    read.set(modelId, Math.max(readAt, read.get(modelId) ?? 0));
  }
  return read;
}

interface FileTimesPorts extends ReadingPorts {
  readonly clock: Clock;
  readonly isOn: () => boolean;
  /** Of volumes that keep such times. */
  readonly readings: () => Promise<readonly FileReading[]>;
}

/** Hundreds of files are looked at each time. */
const LOOK_MS = 10 * 60_000;

export function createFileTimesSignal(ports: FileTimesPorts): Signal {
  const { clock, isOn, readings } = ports;
  let before: { readonly at: number; readonly readings: readonly FileReading[] } | null = null;
  return {
    name: 'file times',
    isOn,
    look: async () => {
      const at = clock.now();
      if (before && Math.abs(at - before.at) < LOOK_MS) return [];
      const now = await readings();
      const read = readByOthers(now, before?.readings ?? [], ports);
      before = { at, readings: now };
      return [...read].map(
        ([modelId, readAt]): UsageEvent => ({
          modelId,
          startedAt: new Date(readAt).toISOString(),
          success: true,
          app: 'another program',
        }),
      );
    },
    forget: () => {
      before = null;
    },
  };
}
