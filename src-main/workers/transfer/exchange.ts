/** One request for bytes, and who takes the answer; the same for both ways of fetching. */
import type { ResponseHead } from './http-head.ts';

export interface Exchange {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** @returns whether the body is wanted; @throws to refuse the answer */
  onHead(head: ResponseHead): boolean;
  /** Takes bytes as they follow each other; the memory is reused afterwards. @throws to end it */
  onBytes(bytes: Uint8Array): void;
  /** After each read. @returns milliseconds to rest before the next */
  onRead(bytes: number): number;
  /** Most bytes to read at once. */
  window(): number;
  /** Waits as {@link Exchange.onRead} said; the returned function forgets it. */
  rest(waitMs: number, wake: () => void): () => void;
  /** Once, at the end. Bytes before it have all been handed over. */
  onEnd(error: Error | null): void;
}

/** Something under way. Ending it calls `onEnd` with the reason, unless it is over. */
export interface Running {
  end(reason: Error): void;
}

/** The answer's body is not delimited or coded in a way the fast path can take. */
export class OddAnswer extends Error {}

/** A kept connection turned out to be closed before anything was answered: nothing was lost. */
export class StaleConnection extends Error {}
