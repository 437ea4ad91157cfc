/** Which files we read, and when: what we read ourselves is not a use. */
import type { FindVirus, Inspector } from '../engines/health/ports.ts';
import type { Clock, Hasher } from '../engines/ports.ts';

interface Span {
  readonly from: number;
  /** `Infinity` while it is read. */
  to: number;
}

export type OwnReads = ReturnType<typeof createOwnReads>;

/** The clock of a volume may be behind, and its times rounded. */
const TOLERANCE_MS = 2_000;
/** Looks are closer together than that. */
const KEEP_MS = 3_600_000;

export function createOwnReads(clock: Clock) {
  /** In the order of the last beginning. */
  const reads = new Map<string, readonly Span[]>();

  function forgetOld(): void {
    const oldest = clock.now() - KEEP_MS;
    for (const [place, spans] of reads) {
      if (spans.some(({ to }) => to >= oldest)) return;
      reads.delete(place);
    }
  }

  /** @returns what ends it; ending it again does nothing */
  function begin(place: string): () => void {
    forgetOld();
    const span: Span = { from: clock.now(), to: Number.POSITIVE_INFINITY };
    const recent = (reads.get(place) ?? []).filter(({ to }) => to >= span.from - KEEP_MS);
    reads.delete(place);
    reads.set(place, [...recent, span]);
    return () => {
      span.to = Math.min(span.to, clock.now());
    };
  }

  return {
    begin,
    /** Reads these files as long as the promise is open. */
    during: async <T>(places: readonly string[], reading: () => Promise<T>): Promise<T> => {
      const ends = places.map(begin);
      try {
        return await reading();
      } finally {
        for (const end of ends) end();
      }
    },
    /** Whether we were reading the file at that moment. */
    wasOurs: (place: string, at: number): boolean =>
      (reads.get(place) ?? []).some(
        ({ from, to }) => at >= from - TOLERANCE_MS && at <= to + TOLERANCE_MS,
      ),
  };
}

export function notedHasher<T extends Hasher>(hasher: T, { begin, during }: OwnReads): T {
  return {
    ...hasher,
    follow: (place, options) => {
      const end = begin(place);
      const run = hasher.follow(place, options);
      return {
        get hashedBytes() {
          return run.hashedBytes;
        },
        advance: run.advance,
        finish: (length) => run.finish(length).finally(end),
        cancel: () => {
          run.cancel();
          end();
        },
      };
    },
    checksums: (place, spans) => during([place], () => hasher.checksums(place, spans)),
  };
}

export function notedInspector<T extends Inspector>(inspector: T, { during }: OwnReads): T {
  return {
    ...inspector,
    form: (place, options) => during([place], () => inspector.form(place, options)),
    safety: (place, options) => during([place], () => inspector.safety(place, options)),
    model: (files) =>
      during(
        files.map(({ path }) => path),
        () => inspector.model(files),
      ),
  };
}

export const notedVirusScan =
  (scan: FindVirus, { during }: OwnReads): FindVirus =>
  (place) =>
    during([place], () => scan(place));
