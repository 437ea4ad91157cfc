import { createPathMatcher } from './path-pattern.ts';
import type { OriginName } from './request-log.ts';
import { createSeededRandom } from './seeded-random.ts';

/**
 * What goes wrong with an answer.
 *
 * - `fin`, `rst`: the connection is closed, politely or not, after `afterBytes` (default: half).
 * - `stall`: silence after `afterBytes`, until released or the client gives up.
 * - `trickle`: from `afterBytes` (default 0) on at most `bytesPerSecond` (default 1024).
 * - `status`: an error answer with `status` (default 503), `retryAfter`, `rateLimitResetSeconds`.
 * - `ignore-range`: 200 and the whole file. `200-with-content-range`: the right part, but as 200.
 * - `wrong-range`: 206 whose Content-Range has another `start`, another `total`, or is `missing`.
 * - `short`, `long`: the body lacks, or has beyond its range, `byteCount` bytes (default 16).
 * - `no-length`: right bytes, chunked, without Content-Length.
 * - `gzip`: compressed although identity was asked for.
 * - `html`: a sign-in page with status 200 (`body`, `contentType` to say something else).
 * - `lfs-pointer`: the pointer text in place of the large file.
 * - `etag-flip`: another ETag (on a redirect: another linked ETag) for each request.
 * - `bitflip`: one bit is wrong, at `offset` of the file, or `afterBytes` into the body.
 * - `expire`: once the file's bytes sent reach `afterBytes` (default 0), every signed URL issued for
 *   it so far is refused with 403. Happens once unless `times` says otherwise.
 */
export type FaultKind =
  | 'fin'
  | 'rst'
  | 'stall'
  | 'trickle'
  | 'status'
  | 'ignore-range'
  | 'wrong-range'
  | '200-with-content-range'
  | 'short'
  | 'long'
  | 'no-length'
  | 'gzip'
  | 'html'
  | 'lfs-pointer'
  | 'etag-flip'
  | 'bitflip'
  | 'expire';

/** Plain data, so that it can be sent to a hub in another process. */
export interface FaultPlan {
  readonly kind: FaultKind;
  /** Default: wherever content or JSON is answered. A redirect is hit only by `hub`. */
  readonly origin?: OriginName;
  /** Body bytes of one answer that are sent unharmed first. */
  readonly afterBytes?: number;
  /** How many requests are hit. Default: all of them (`expire`: one). */
  readonly times?: number;
  /** Only each n-th matching request is hit. */
  readonly everyNth?: number;
  /** Chance from 0 to 1 that a matching request is hit, from the hub's seed. */
  readonly probability?: number;
  /** `fin`, `rst`, `stall`: before the status line. */
  readonly beforeHeaders?: boolean;
  readonly status?: number;
  /** Seconds as a number, or the header's text (an HTTP date). */
  readonly retryAfter?: number | string;
  readonly rateLimitResetSeconds?: number;
  readonly bytesPerSecond?: number;
  /** `bitflip`: offset in the file; requests that do not cover it are not counted. */
  readonly offset?: number;
  readonly byteCount?: number;
  /** `short`, `long`: how the wrong body is delimited. Default `chunked`. */
  readonly framing?: 'chunked' | 'length';
  readonly wrong?: 'start' | 'total' | 'missing';
  readonly body?: string;
  readonly contentType?: string;
}

/** A request at the moment a fault may be chosen for it. */
export interface FaultOccasion {
  readonly origin: OriginName;
  readonly step: 'api' | 'redirect' | 'delivery';
  readonly method: string;
  readonly path: string;
  /** `namespace/name/folder/file`, when the request is about one. */
  readonly file: string | null;
  readonly hasRange: boolean;
  /** Bytes `[start, end)` of the file the answer will carry; null when not a delivery. */
  readonly span: { readonly start: number; readonly end: number } | null;
  /** Body bytes of this file this origin has sent so far, over all requests. */
  readonly fileBytesSent: () => number;
}

export interface FaultTable {
  /** Replaces the pattern's earlier plans. Earlier patterns and plans are tried first. */
  set(pattern: string, plans: FaultPlan | readonly FaultPlan[]): void;
  /** Without a pattern: all. */
  clear(pattern?: string): void;
  next(occasion: FaultOccasion): FaultPlan | null;
}

interface FaultRule {
  readonly plan: FaultPlan;
  readonly matches: (path: string) => boolean;
  readonly random: () => number;
  seen: number;
  hits: number;
}

const NEEDS_RANGE: ReadonlySet<FaultKind> = new Set([
  'ignore-range',
  'wrong-range',
  '200-with-content-range',
]);
const WITHOUT_BODY: ReadonlySet<FaultKind> = new Set(['status', 'html', 'etag-flip', 'expire']);
const ON_REDIRECT: ReadonlySet<FaultKind> = new Set([
  'fin',
  'rst',
  'stall',
  'status',
  'html',
  'lfs-pointer',
  'etag-flip',
]);

export function createFaultTable(seed: number): FaultTable {
  const rules = new Map<string, readonly FaultRule[]>();
  let created = 0;
  return {
    set(pattern, plans) {
      const matches = createPathMatcher(pattern);
      const toRule = (plan: FaultPlan): FaultRule => {
        created += 1;
        return { plan, matches, random: createSeededRandom(seed + created), seen: 0, hits: 0 };
      };
      rules.set(pattern, [plans].flat().map(toRule));
    },
    clear(pattern) {
      if (pattern === undefined) rules.clear();
      else rules.delete(pattern);
    },
    next(occasion) {
      const all = [...rules.values()].flat();
      return all.find((rule) => isInScope(rule, occasion) && isHit(rule))?.plan ?? null;
    },
  };
}

function isInScope({ plan, matches }: FaultRule, occasion: FaultOccasion): boolean {
  const { origin, step, method, path, file, hasRange, span, fileBytesSent } = occasion;
  if (!(matches(path) || (file !== null && matches(file)))) return false;
  if (plan.origin === undefined ? step === 'redirect' : plan.origin !== origin) return false;
  if (step !== 'delivery' && !ON_REDIRECT.has(plan.kind)) return false;
  if (method === 'HEAD' && !WITHOUT_BODY.has(plan.kind) && !plan.beforeHeaders) return false;
  if (NEEDS_RANGE.has(plan.kind) && !hasRange) return false;
  if (plan.kind === 'expire') return origin === 'cdn' && fileBytesSent() >= (plan.afterBytes ?? 0);
  if (plan.kind !== 'bitflip' || plan.offset === undefined || span === null) return true;
  return plan.offset >= span.start && plan.offset < span.end;
}

/** Counts the request, so it must be asked once for each. */
function isHit(rule: FaultRule): boolean {
  const { everyNth, probability, kind } = rule.plan;
  const times = rule.plan.times ?? (kind === 'expire' ? 1 : Number.POSITIVE_INFINITY);
  if (rule.hits >= times) return false;
  rule.seen += 1;
  if (everyNth !== undefined && rule.seen % everyNth !== 0) return false;
  if (probability !== undefined && rule.random() >= probability) return false;
  rule.hits += 1;
  return true;
}
