/** What the main thread and the transfer worker say to each other. Plain data only. */
import type { PieceState } from '../../engines/download/pieces.ts';
import type {
  Digests,
  SmallTransferRequest,
  TransferOffer,
  TransferRequest,
} from '../../engines/ports.ts';

export interface TransferWorkerData {
  readonly userAgent: string;
  /** PEM of every trusted issuer; empty means those that Node brings. */
  readonly certificates: readonly string[];
  /** `got`: nothing goes the fast way. For tests and diagnosis. */
  readonly way: 'fast' | 'got';
}

export type TransferCommand =
  | { readonly kind: 'start'; readonly id: number; readonly request: TransferRequest }
  | { readonly kind: 'small'; readonly id: number; readonly request: SmallTransferRequest }
  | { readonly kind: 'shorten'; readonly id: number; readonly to: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'limit'; readonly name: string; readonly bytesPerSecond: number | null };

/** An error on its way between threads. */
export type SentError =
  | {
      readonly kind: 'coded';
      readonly code: string;
      readonly params: unknown;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'file'; readonly code: string; readonly message: string }
  | { readonly kind: 'other'; readonly message: string };

export type TransferNews =
  | { readonly kind: 'offered'; readonly id: number; readonly offer: TransferOffer }
  | { readonly kind: 'shortened'; readonly id: number; readonly to: number }
  | { readonly kind: 'pieces'; readonly id: number; readonly states: readonly PieceState[] }
  | { readonly kind: 'ended'; readonly id: number; readonly error?: SentError }
  | { readonly kind: 'fetched'; readonly id: number; readonly digests: Digests };
