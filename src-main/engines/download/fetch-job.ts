/** What fetching one file takes. */
import type { FileProgressState } from '../../../src-shared/domain/download.ts';
import type { Manifest, SourceFile } from '../../../src-shared/domain/model.ts';
import type { Hasher, ModelSource, PartFile, PartStore, ProxyFor, Reuse } from '../ports.ts';
import type { FetchPiecesPorts, FlightsNow } from './fetch-pieces.ts';
import type { RetryPolicy } from './retry.ts';

export interface FetchPorts extends FetchPiecesPorts {
  readonly reuse: Reuse;
  readonly source: ModelSource;
  readonly parts: PartStore;
  readonly hasher: Hasher;
  readonly proxyFor: ProxyFor;
}

export interface FetchJob {
  readonly downloadId: string;
  readonly manifest: Manifest;
  readonly file: SourceFile;
  /** Whether an earlier run left something of it. */
  readonly hasPart: boolean;
  readonly signal: AbortSignal;
  readonly limits: readonly string[];
  readonly retry: () => RetryPolicy;
  readonly stallTimeoutMs: () => number;
  readonly onState: (state: FileProgressState) => void;
  /** Bytes in the part file and bytes digested, after each change. */
  readonly onProgress: (presentBytes: number, hashedBytes: number, arrivedBytes: number) => void;
  /** What is in flight changed. */
  readonly onFlights: (part: PartFile, news: FlightNews) => void;
}

export interface FlightNews extends FlightsNow {
  /** Pieces that were there and are fetched again. */
  readonly again: ReadonlySet<number>;
}
