/** When a request that waits will be answered. Pure. */

export interface WaitFacts {
  /** Until the bytes are here and proven; `null` when that cannot be told. */
  readonly downloadMs: number | null;
  readonly sizeBytes: number;
  /** How long its last loads took; none for a model that was never loaded. */
  readonly loadMs: number | undefined;
}

/** What an ordinary disk gives while a model is read into memory. */
const LOAD_BYTES_PER_MS = 500_000;
const START_MS = 500;

/** The download at its present speed, and loading: proving happens while bytes arrive. */
export function waitEtaMs({ downloadMs, sizeBytes, loadMs }: WaitFacts): number | null {
  if (downloadMs === null) return null;
  return Math.round(downloadMs + (loadMs ?? START_MS + sizeBytes / LOAD_BYTES_PER_MS));
}
