/** What was found in which bytes, so that they are scanned once; written down by the hundred. */
import type { Clock } from '../ports.ts';
import type { SafetyReport } from './ports.ts';
import { type HealthRecord, withSafety } from './record.ts';

interface SafetyMemoryPorts {
  readonly clock: Clock;
  /** Version of the scanner: what an earlier one found is not believed. */
  readonly scanner: () => number;
  readonly store: {
    get(): HealthRecord;
    update(change: (record: HealthRecord) => HealthRecord): void;
  };
}

type Known = Pick<SafetyReport, 'verdict' | 'scanner' | 'sentence'>;

const BATCH = 200;
const WRITE_MS = 1_000;

export function createSafetyMemory({ clock, scanner, store }: SafetyMemoryPorts) {
  let fresh = new Map<string, Known>();
  let cancelWrite: (() => void) | undefined;

  function flush(): void {
    cancelWrite?.();
    cancelWrite = undefined;
    if (fresh.size === 0) return;
    const reports = fresh;
    fresh = new Map();
    store.update((record) => withSafety(record, reports));
  }

  return {
    known: (sha256: string): Known | undefined => {
      const report = fresh.get(sha256) ?? store.get().safety[sha256];
      return report?.scanner === scanner() ? report : undefined;
    },
    remember: (sha256: string, { verdict, scanner: by, sentence }: SafetyReport): void => {
      fresh.set(sha256, { verdict, scanner: by, sentence });
      if (fresh.size >= BATCH) flush();
      else cancelWrite ??= clock.after(WRITE_MS, flush);
    },
    flush,
  };
}
