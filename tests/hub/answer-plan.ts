import type { FaultPlan } from './fault-plan.ts';

/** What a file server answers to one request, before any byte is sent. */
export interface AnswerPlan {
  readonly status: 200 | 206 | 412 | 416;
  /** Bytes `[start, end)` of the file. Empty for an error. */
  readonly start: number;
  readonly end: number;
  /** Content-Range, when there is one. */
  readonly contentRange: string | null;
}

interface RangeRequest {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifMatch: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
  readonly sizeBytes: number;
  readonly validators: Validators;
  readonly now: number;
}

/** What tells one version of a file from another. */
export interface Validators {
  /** Quoted; `W/` before it when weak. */
  readonly etag: string | null;
  /** An HTTP date. */
  readonly lastModified: string | null;
}

/** A date tells versions apart only once another change can no longer fall into the same second. */
const STRONG_AFTER_MS = 1000;

/** One range is served, several are answered with the whole file. @see RFC 9110 §13 and §14 */
export function planAnswer(request: RangeRequest): AnswerPlan {
  const { sizeBytes } = request;
  const none = { start: 0, end: 0 };
  if (!meetsPrecondition(request)) return { status: 412, ...none, contentRange: null };
  const whole: AnswerPlan = { status: 200, start: 0, end: sizeBytes, contentRange: null };
  const range = parseRange(request.range, sizeBytes);
  if (range === null || !meetsIfRange(request)) return whole;
  if (range.start >= range.end) {
    return { status: 416, ...none, contentRange: `bytes */${sizeBytes}` };
  }
  return { status: 206, ...range, contentRange: contentRangeOf(range, sizeBytes) };
}

/** If-Unmodified-Since counts only where If-Match is missing. */
function meetsPrecondition({ ifMatch, ifUnmodifiedSince, validators }: RangeRequest): boolean {
  const { etag, lastModified } = validators;
  if (ifMatch === '*') return true;
  if (ifMatch !== undefined) return isStrong(etag) && ifMatch.split(/,\s*/).includes(etag);
  const limit = Date.parse(ifUnmodifiedSince ?? '');
  if (Number.isNaN(limit) || lastModified === null) return true;
  return Date.parse(lastModified) <= limit;
}

function meetsIfRange({ ifRange, validators, now }: RangeRequest): boolean {
  const { etag, lastModified } = validators;
  if (ifRange === undefined) return true;
  if (/^(W\/)?"/.test(ifRange)) return isStrong(etag) && ifRange === etag;
  if (lastModified === null || now - Date.parse(lastModified) < STRONG_AFTER_MS) return false;
  return Date.parse(ifRange) === Date.parse(lastModified);
}

function isStrong(etag: string | null): etag is string {
  return etag !== null && !etag.startsWith('W/');
}

/** The same answer with a lie about the range in it. */
export function bendAnswer(
  plan: AnswerPlan,
  fault: FaultPlan | null,
  sizeBytes: number,
): AnswerPlan {
  if (plan.status !== 206) return plan;
  if (fault?.kind === '200-with-content-range') return { ...plan, status: 200 };
  if (fault?.kind === 'ignore-range') {
    return { status: 200, start: 0, end: sizeBytes, contentRange: null };
  }
  if (fault?.kind !== 'wrong-range') return plan;
  if (fault.wrong === 'missing') return { ...plan, contentRange: null };
  if (fault.wrong === 'total')
    return { ...plan, contentRange: contentRangeOf(plan, sizeBytes + 1) };
  const start = plan.start > 0 ? plan.start - 1 : Math.min(plan.start + 1, plan.end - 1);
  return { ...plan, start, contentRange: contentRangeOf({ start, end: plan.end }, sizeBytes) };
}

/** Null: no range, or one that is to be ignored. `start >= end`: cannot be satisfied. */
function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') return { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes };
  if (last === '') return { start: Number(first), end: sizeBytes };
  if (Number(last) < Number(first)) return null;
  return { start: Number(first), end: Math.min(Number(last) + 1, sizeBytes) };
}

function contentRangeOf(range: { start: number; end: number }, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
}
