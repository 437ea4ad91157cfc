/** What one storm consists of, drawn from its seed alone. Pure. */
import type { FaultKind, FaultPlan } from '../hub/fault-plan.ts';
import { createSeededRandom } from '../hub/seeded-random.ts';

export const MiB = 2 ** 20;

/** What happens to the engine, or to what it left on the disk, once so many bytes were sent. */
export type Blow =
  | { readonly kind: 'kill' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'stop' }
  /** The journal is cut, or zeroed, from a share of its length on, after a kill. */
  | { readonly kind: 'torn-journal'; readonly share: number; readonly zeroed: boolean }
  /** A piece reads as zeros, after a kill. */
  | { readonly kind: 'lying-disk'; readonly share: number }
  /** All signed links are refused from now on. */
  | { readonly kind: 'expire' };

export interface StormPlan {
  readonly seed: number;
  readonly sizeBytes: number;
  readonly smallFiles: number;
  readonly way: 'fast' | 'got';
  readonly connections: number;
  readonly totalBytesPerSecond: number;
  readonly signedUrlTtlMs: number;
  readonly faults: readonly FaultPlan[];
  /** One after the other, each once `afterBytes` more have been sent. */
  readonly blows: readonly (Blow & { readonly afterBytes: number })[];
}

/** `expire` is a blow; `trickle` is only slow, and `bitflip` has its own chance below. */
const KINDS = [
  'fin',
  'rst',
  'stall',
  'status',
  'ignore-range',
  'wrong-range',
  '200-with-content-range',
  'short',
  'long',
  'no-length',
  'gzip',
  'html',
  'etag-flip',
] as const satisfies readonly FaultKind[];

const BLOWS = [
  'kill',
  'kill',
  'kill',
  'pause',
  'stop',
  'torn-journal',
  'lying-disk',
  'expire',
] as const;

export function planStorm(seed: number): StormPlan {
  const random = createSeededRandom(seed);
  const below = (limit: number) => Math.floor(limit * random());
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const sizeBytes = 6 * MiB + below(18 * MiB);

  const drawFault = (): FaultPlan => {
    const kind = pick(KINDS);
    const isWhole = kind === 'ignore-range' || kind === 'gzip' || kind === 'no-length';
    return {
      kind,
      ...(kind !== 'etag-flip' && random() < 0.2 && HUB_KINDS.has(kind)
        ? { origin: 'hub' as const }
        : { origin: 'cdn' as const }),
      probability: isWhole || kind === 'html' ? 0.05 : 0.02 + 0.25 * random(),
      times: 1 + below(isWhole || kind === 'html' ? 2 : 6),
      afterBytes: below(3 * MiB),
      byteCount: 1 + below(10_000),
      status: pick([503, 429, 500, 502]),
      ...(random() < 0.5 && { retryAfter: 0 }),
      wrong: pick(['start', 'total', 'missing'] as const),
      framing: pick(['chunked', 'length'] as const),
      beforeHeaders: random() < 0.3,
    };
  };
  const drawBlow = (): Blow & { afterBytes: number } => {
    const afterBytes = below(sizeBytes / 2);
    const kind = pick(BLOWS);
    if (kind === 'torn-journal')
      return { kind, afterBytes, share: random(), zeroed: random() < 0.5 };
    if (kind === 'lying-disk') return { kind, afterBytes, share: random() };
    return { kind, afterBytes };
  };
  const flip: FaultPlan = { kind: 'bitflip', origin: 'cdn', offset: below(sizeBytes), times: 1 };
  return {
    seed,
    sizeBytes,
    smallFiles: below(6),
    way: random() < 0.75 ? 'fast' : 'got',
    connections: 1 + below(8),
    totalBytesPerSecond: 15e6 + below(45e6),
    signedUrlTtlMs: random() < 0.2 ? 1_000 : 3_600_000,
    faults: [...Array.from({ length: below(4) }, drawFault), ...(random() < 0.15 ? [flip] : [])],
    blows: Array.from({ length: below(4) }, drawBlow),
  };
}

/** Kinds that may as well hit the questions where a file lies. */
const HUB_KINDS: ReadonlySet<FaultKind> = new Set(['fin', 'rst', 'stall', 'status', 'html']);

/** Failures a fault of the server may end in; each has to go away with its cause. */
export function allowedCodes({ faults }: StormPlan): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const { kind, origin } of faults) {
    if (kind === 'html')
      for (const code of ['NOT_A_MODEL_FILE', 'NETWORK_SIGN_IN']) codes.add(code);
    if (['fin', 'rst', 'short', 'long'].includes(kind))
      codes.add('TRANSFER_CUT').add('NETWORK_OFFLINE');
    // Asked for the whole file, a server that announces another length has another file.
    if (kind === 'short' || kind === 'long') codes.add('CONTENT_CHANGED');
    if (kind === 'stall') codes.add('TRANSFER_STALLED').add('NETWORK_OFFLINE');
    if (kind === 'status') codes.add('SERVER_FAILED').add('RATE_LIMITED');
    if (kind === 'wrong-range') codes.add('RANGE_WRONG');
    if (kind === 'gzip' || kind === 'ignore-range' || kind === 'no-length')
      codes.add('TRANSFER_CUT');
    if (kind === 'bitflip') codes.add('DIGEST_MISMATCH');
    if (origin === 'hub') codes.add('NETWORK_OFFLINE');
  }
  return codes;
}

/** Bytes that may be sent beyond the sizes of the files. */
export function refetchAllowance(plan: StormPlan): number {
  const { sizeBytes, faults, blows } = plan;
  // A stream that is cut loses what was on its way on each connection.
  const inFlight = 2 * MiB + plan.connections * MiB;
  let allowed = 2 * MiB;
  for (const { kind } of blows) {
    if (kind === 'kill' || kind === 'lying-disk') allowed += 16 * MiB + inFlight;
    else if (kind === 'torn-journal') allowed += sizeBytes + inFlight;
    else allowed += inFlight;
  }
  for (const { kind, times = 1 } of faults) {
    const isWhole = ['ignore-range', 'gzip', 'no-length', 'bitflip', 'wrong-range'].includes(kind);
    allowed += times * (isWhole ? sizeBytes + inFlight : inFlight);
  }
  return allowed;
}
