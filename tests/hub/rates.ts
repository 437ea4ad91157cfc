import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createPathMatcher } from './path-pattern.ts';

/** Null or left out: unlimited. */
export interface HubRates {
  readonly perConnectionBytesPerSecond?: number | null;
  readonly totalBytesPerSecond?: number | null;
  /** The first so many connections that carry file bytes from now on crawl, each for itself. */
  readonly crawl?: { readonly connections: number; readonly bytesPerSecond: number } | null;
  /** How many connections may be waiting for answers or receiving them, at each origin. */
  readonly maxConnections?: number | null;
  /** What the others are answered. Default 503. */
  readonly beyondStatus?: 503 | 429;
  /** Passes before each answer, as on a long way. Default none. */
  readonly delayMs?: number;
}

/** What is looked at before a request is answered. */
export interface Admission {
  readonly maxConnections: number;
  readonly beyondStatus: 503 | 429;
  readonly delayMs: number;
}

export interface Rates {
  readonly admission: () => Admission;
  /** Takes effect on running answers too. What is left out becomes unlimited. */
  set(rates: HubRates): void;
  /** Limits all connections that carry matching files, together. Null lifts the limit. */
  throttle(pattern: string, bytesPerSecond: number | null): void;
  /** The buckets one answer has to draw from; asked again before each slice. */
  bucketsFor(socket: Socket, file: string): readonly RateBucket[];
}

export interface RateBucket {
  bytesPerSecond: number | null;
  /** When the bytes taken so far are paid for, in the time of `performance.now()`. */
  paidUntilMs: number;
}

const MAXIMUM_SLICE_BYTES = 64 * 1024;
const SLICES_PER_SECOND = 20;
/** A late timer is made good up to this much, so that the mean rate holds. */
const CATCH_UP_MS = 50;

export function createBucket(bytesPerSecond: number | null): RateBucket {
  return { bytesPerSecond, paidUntilMs: 0 };
}

/** How many bytes to send before the next look at the buckets. */
export function sliceBytes(buckets: readonly RateBucket[]): number {
  const limits = buckets.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []);
  if (limits.length === 0) return Number.POSITIVE_INFINITY;
  const share = Math.floor(Math.min(...limits) / SLICES_PER_SECOND);
  return Math.max(1, Math.min(share, MAXIMUM_SLICE_BYTES));
}

/** Waits until every bucket allows `bytes` more. */
export async function drawFrom(buckets: readonly RateBucket[], bytes: number): Promise<void> {
  const now = performance.now();
  let waitMs = 0;
  for (const bucket of buckets) {
    if (bucket.bytesPerSecond === null) continue;
    bucket.paidUntilMs = Math.max(bucket.paidUntilMs, now - CATCH_UP_MS);
    waitMs = Math.max(waitMs, bucket.paidUntilMs - now);
    bucket.paidUntilMs += (bytes / bucket.bytesPerSecond) * 1000;
  }
  if (waitMs > 0) await pause(waitMs);
}

const NO_LIMITS: Admission = {
  maxConnections: Number.POSITIVE_INFINITY,
  beyondStatus: 503,
  delayMs: 0,
};

/** Connections are slow for as long as they live; those that come after the first few are not. */
function createCrawl(crawl: HubRates['crawl'] | null): (socket: Socket) => readonly RateBucket[] {
  if (!crawl) return () => [];
  const slow = new Map<Socket, RateBucket>();
  return (socket) => {
    if (!slow.has(socket) && slow.size < crawl.connections)
      slow.set(socket, createBucket(crawl.bytesPerSecond));
    const bucket = slow.get(socket);
    return bucket ? [bucket] : [];
  };
}

export function createRates(): Rates {
  const total = createBucket(null);
  const connections = new WeakMap<Socket, RateBucket>();
  const throttles = new Map<string, { matches: (file: string) => boolean; bucket: RateBucket }>();
  let perConnection: number | null = null;
  let admission = NO_LIMITS;
  let crawl = createCrawl(null);
  const bucketOf = (socket: Socket): RateBucket => {
    const bucket = connections.get(socket) ?? createBucket(null);
    bucket.bytesPerSecond = perConnection;
    connections.set(socket, bucket);
    return bucket;
  };
  return {
    admission: () => admission,
    set(rates) {
      const { maxConnections, beyondStatus = 503, delayMs = 0 } = rates;
      admission = {
        maxConnections: maxConnections ?? Number.POSITIVE_INFINITY,
        beyondStatus,
        delayMs,
      };
      crawl = createCrawl(rates.crawl ?? null);
      perConnection = rates.perConnectionBytesPerSecond ?? null;
      total.bytesPerSecond = rates.totalBytesPerSecond ?? null;
    },
    throttle(pattern, bytesPerSecond) {
      const matches = createPathMatcher(pattern);
      if (bytesPerSecond === null) throttles.delete(pattern);
      else throttles.set(pattern, { matches, bucket: createBucket(bytesPerSecond) });
    },
    bucketsFor(socket, file) {
      const own = [...throttles.values()].filter(({ matches }) => matches(file));
      return [total, bucketOf(socket), ...crawl(socket), ...own.map(({ bucket }) => bucket)];
    },
  };
}
