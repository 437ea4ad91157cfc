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
  /** Quoted, strong. */
  readonly etag: string;
  readonly sizeBytes: number;
}

/** One range is served, several are answered with the whole file. @see RFC 9110 §13 and §14 */
export function planAnswer(request: RangeRequest): AnswerPlan {
  const { sizeBytes, etag, ifRange, ifMatch } = request;
  const none = { start: 0, end: 0 };
  if (ifMatch !== undefined && ifMatch !== '*' && !ifMatch.split(/,\s*/).includes(etag)) {
    return { status: 412, ...none, contentRange: null };
  }
  const whole: AnswerPlan = { status: 200, start: 0, end: sizeBytes, contentRange: null };
  const range = parseRange(request.range, sizeBytes);
  if (range === null || (ifRange !== undefined && ifRange !== etag)) return whole;
  if (range.start >= range.end) {
    return { status: 416, ...none, contentRange: `bytes */${sizeBytes}` };
  }
  return { status: 206, ...range, contentRange: contentRangeOf(range, sizeBytes) };
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
