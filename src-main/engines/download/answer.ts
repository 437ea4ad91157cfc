/**
 * What an answer to a request for bytes really offers. The status alone proves nothing: bytes belong
 * to the asked range only when `Content-Range` says so.
 * @see RFC 9110 §14
 */
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Span } from './pieces.ts';
import { isOtherVersion } from './validators.ts';

export interface Asked {
  readonly path: string;
  /** Bytes that were asked for with `Range`; `null` when the whole file was. */
  readonly span: Span | null;
  readonly sizeBytes: number;
  readonly host: string;
  /** `true` when another host than the hub answers, to which a signed link led. */
  readonly redirected: boolean;
  /** What the server called the state of the file, when only that tells versions apart. */
  readonly validator?: string | undefined;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** From `Retry-After` and the like, `undefined` when nothing was said. */
  readonly retryAfterMs?: number | undefined;
}

/** `span`: from the first byte asked for up to `to`, which may be less than was asked. */
export type Offer = { readonly kind: 'span'; readonly to: number } | { readonly kind: 'whole' };

const RETRIED = new Set([408, 425, 429]);
/** What a storage host says of a link that is too old or was never signed for this. */
const LINK_REFUSED = new Set([400, 401, 403, 404, 410]);

/** @throws AppError that says what is wrong with the answer */
export function readAnswer(head: AnswerHead, asked: Asked): Offer {
  const { status } = head;
  if (status === 416) throw unsatisfiable(head, asked);
  if (status !== 200 && status !== 206) throw refusal(head, asked);
  if (isWebPage(head, asked)) {
    throw new AppError('NOT_A_MODEL_FILE', { path: asked.path, found: 'a web page' });
  }
  if (isOtherVersion(asked.validator, head.headers)) {
    throw new AppError('CONTENT_CHANGED', { path: asked.path });
  }
  const encoded = Boolean(head.headers['content-encoding']);
  const range = head.headers['content-range'];
  if (range !== undefined && !encoded) return readRange(range, head, asked);
  if (status === 206) throw new AppError('RANGE_WRONG', { path: asked.path });
  checkWholeLength(head, asked, encoded);
  return { kind: 'whole' };
}

/** Some servers name the range even of a whole file. */
function readRange(range: string, head: AnswerHead, { path, span: part, sizeBytes }: Asked): Offer {
  const span = part ?? { from: 0, to: sizeBytes };
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? [];
  const to = Number(last) + 1;
  const declared = head.headers['content-length'];
  const fits =
    Number(first) === span.from &&
    to > span.from &&
    to <= span.to &&
    (total === '*' || Number(total) === sizeBytes) &&
    (declared === undefined || Number(declared) === to - span.from);
  if (!fits || (part === null && to < sizeBytes)) throw new AppError('RANGE_WRONG', { path });
  return part === null ? { kind: 'whole' } : { kind: 'span', to };
}

function checkWholeLength({ headers }: AnswerHead, asked: Asked, encoded: boolean) {
  const declared = headers['content-length'];
  if (encoded || declared === undefined) return;
  if (Number(declared) !== asked.sizeBytes)
    throw new AppError('CONTENT_CHANGED', { path: asked.path });
}

/** Only bytes inside the file are ever asked for. */
function unsatisfiable({ headers }: AnswerHead, { path, sizeBytes }: Asked): AppError {
  const total = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  const isSameSize = total === undefined || Number(total) === sizeBytes;
  return new AppError(isSameSize ? 'RANGE_WRONG' : 'CONTENT_CHANGED', { path });
}

function refusal({ status, retryAfterMs }: AnswerHead, asked: Asked): AppError {
  const { host, path } = asked;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 511) return new AppError('NETWORK_SIGN_IN', { host });
  if (status === 429) return new AppError('RATE_LIMITED', { host }, wait);
  if (status >= 500 || RETRIED.has(status))
    return new AppError('SERVER_FAILED', { host, status }, wait);
  if (status === 407) return new AppError('PROXY_SIGN_IN', { host });
  if (status === 412) return new AppError('CONTENT_CHANGED', { path });
  if (asked.redirected && LINK_REFUSED.has(status)) return new AppError('LINK_EXPIRED', { path });
  if (status === 404 || status === 410) return new AppError('FILE_NOT_FOUND', { path });
  return new AppError('SERVER_REFUSED', { host, status });
}

function isWebPage({ headers }: AnswerHead, { path }: Asked): boolean {
  const type = headers['content-type'] ?? '';
  return /^(text\/html|application\/xhtml)/i.test(type) && !/\.x?html?$/i.test(path);
}

const IMPOSTORS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\s*<(!doctype html|html)/i, 'a web page'],
  [/^\s*<\?xml/i, 'an XML message'],
  [/^version https:\/\/git-lfs\.github\.com\/spec/, 'a pointer to the file'],
  [/^\s*\{\s*"(error|message)"/, 'an error message'],
];
const READABLE = /\.(html?|xhtml|xml|svg|json|txt|md|ya?ml)$/i;

/**
 * Looks at the first bytes of a file for what is certainly not it.
 * @throws AppError `NOT_A_MODEL_FILE`
 */
export function refuseImpostor(path: string, firstBytes: Uint8Array): void {
  if (READABLE.test(path)) return;
  const text = new TextDecoder('latin1').decode(firstBytes.subarray(0, 512));
  const found = IMPOSTORS.find(([pattern]) => pattern.test(text))?.[1];
  if (found) throw new AppError('NOT_A_MODEL_FILE', { path, found });
}
