import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type AnswerPlan, bendAnswer, planAnswer, type Validators } from './answer-plan.ts';
import type { HubContent } from './content.ts';
import {
  type AnswerHeaders,
  answerWhole,
  beginAnswer,
  type Exchange,
  sendBody,
} from './exchange.ts';
import { answerWithFault, type FaultSurroundings, interrupt, xmlError } from './fault-answer.ts';
import type { FaultPlan, FaultTable } from './fault-plan.ts';
import { createBucket, type Rates } from './rates.ts';

/** One file ready to be sent by either origin. */
interface Delivery extends FaultSurroundings, Partial<Validators> {
  readonly content: HubContent;
  /** False: any range is answered with the whole file. Default true. */
  readonly acceptRanges?: boolean;
  /** What a part is answered with. Default 206. */
  readonly partStatus?: 200 | 206;
  /** `namespace/name/folder/file`. */
  readonly file: string;
  /** Compress for clients that accept it, as the hub does with texts. */
  readonly mayCompress: boolean;
}

interface DeliveryTools {
  readonly faults: FaultTable;
  readonly rates: Rates;
  /** Called when an `expire` fault is due. The answer to this request is then the caller's. */
  readonly onExpire?: () => void;
}

interface Sending {
  readonly exchange: Exchange;
  readonly delivery: Delivery;
  readonly fault: FaultPlan | null;
  readonly plan: AnswerPlan;
  readonly rates: Rates;
}

const DEFAULT_WRONG_BYTES = 16;
const DEFAULT_TRICKLE_BYTES_PER_SECOND = 1024;

/** Answers with the file or the asked range of it, harmed as the fault table says. */
export async function deliver(
  exchange: Exchange,
  delivery: Delivery,
  tools: DeliveryTools,
): Promise<void> {
  const { request, record } = exchange;
  const { sizeBytes } = delivery.content;
  const honest = planAnswer({
    range: delivery.acceptRanges === false ? undefined : request.headers.range,
    ifRange: header(exchange, 'if-range'),
    ifMatch: header(exchange, 'if-match'),
    ifUnmodifiedSince: header(exchange, 'if-unmodified-since'),
    validators: { etag: delivery.etag ?? null, lastModified: delivery.lastModified ?? null },
    sizeBytes,
    now: Date.now(),
  });
  const fault = nextFault(exchange, delivery, tools.faults, honest);
  record.fault = fault?.kind ?? null;
  if (fault?.kind === 'expire') {
    tools.onExpire?.();
    return;
  }
  if (fault && (await answerWithFault(exchange, fault, delivery))) return;
  const bent = bendAnswer(honest, fault, sizeBytes);
  const plan = bent.status === 206 ? { ...bent, status: delivery.partStatus ?? 206 } : bent;
  if (plan.status === 412 || plan.status === 416) answerPreconditionError(exchange, delivery, plan);
  else await sendFile({ exchange, delivery, fault, plan, rates: tools.rates });
}

function nextFault(
  exchange: Exchange,
  { file }: Delivery,
  faults: FaultTable,
  span: AnswerPlan,
): FaultPlan | null {
  const { record, method, log } = exchange;
  const { origin, path } = record;
  const fileBytesSent = () =>
    log.bytesSent((other) => other.file === file && other.origin === origin);
  const occasion = { origin, path, file, method, span, fileBytesSent };
  return faults.next({ ...occasion, step: 'delivery', hasRange: span.status === 206 });
}

function answerPreconditionError(exchange: Exchange, delivery: Delivery, plan: AnswerPlan): void {
  const [code, text] =
    plan.status === 416
      ? ['InvalidRange', 'The requested range is not satisfiable']
      : ['PreconditionFailed', 'The file is another one now'];
  answerWhole(exchange, plan.status, {
    headers: {
      ...delivery.headers,
      'content-type': 'application/xml',
      ...(plan.contentRange === null ? {} : { 'content-range': plan.contentRange }),
    },
    body: xmlError(code ?? '', text ?? ''),
  });
}

async function sendFile(sending: Sending): Promise<void> {
  const { exchange, fault } = sending;
  const bounds = bodyBounds(sending);
  const compressed = fault?.kind === 'gzip' || wantsCompression(sending);
  beginAnswer(exchange, sending.plan.status, fileHeaders(sending, bounds, compressed));
  if (exchange.method === 'HEAD') {
    exchange.response.end();
    return;
  }
  exchange.response.flushHeaders();
  const isSent = compressed ? await sendCompressed(sending) : await sendInTwoParts(sending, bounds);
  if (isSent) exchange.response.end();
}

/** Which bytes are really sent, and how many invented ones follow them. */
function bodyBounds({ plan, fault }: Sending): { start: number; end: number; extra: number } {
  const count = fault?.byteCount ?? DEFAULT_WRONG_BYTES;
  const end = fault?.kind === 'short' ? Math.max(plan.start, plan.end - count) : plan.end;
  return { start: plan.start, end, extra: fault?.kind === 'long' ? count : 0 };
}

function fileHeaders(
  { delivery, fault, plan }: Sending,
  bounds: { start: number; end: number; extra: number },
  compressed: boolean,
): AnswerHeaders {
  const isWrongLength = fault?.kind === 'short' || fault?.kind === 'long';
  const isChunked =
    compressed || fault?.kind === 'no-length' || (isWrongLength && fault.framing !== 'length');
  const etag = etagOf(delivery, fault, compressed);
  return {
    ...delivery.headers,
    ...(etag === null ? {} : { etag }),
    ...(delivery.lastModified ? { 'last-modified': delivery.lastModified } : {}),
    'accept-ranges': delivery.acceptRanges === false ? 'none' : 'bytes',
    ...(plan.contentRange === null ? {} : { 'content-range': plan.contentRange }),
    ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    ...(isChunked ? {} : { 'content-length': bounds.end - bounds.start + bounds.extra }),
  };
}

function etagOf(
  { etag = null }: Delivery,
  fault: FaultPlan | null,
  compressed: boolean,
): string | null {
  if (fault?.kind === 'etag-flip') return flipEtag(etag);
  return compressed && etag !== null ? `W/${etag.replace(/^W\//, '')}` : etag;
}

async function sendInTwoParts(
  sending: Sending,
  bounds: { start: number; end: number; extra: number },
): Promise<boolean> {
  const { exchange, delivery, fault, rates } = sending;
  const buckets = () => rates.bucketsFor(exchange.socket, delivery.file);
  const cut = cutOffset(fault, bounds);
  // Asked for before the first byte: who sees the last byte before a stall may release it at once.
  const released = fault?.kind === 'stall' ? delivery.released() : Promise.resolve();
  const read = (start: number, end: number) =>
    flipBit(delivery.content.read(start, end), start, flippedOffset(fault, bounds));
  if (!(await sendBody(exchange, read(bounds.start, cut), buckets))) return false;
  if (cut === bounds.end && bounds.extra === 0) return true;
  if (fault?.kind === 'fin' || fault?.kind === 'rst' || fault?.kind === 'stall') {
    if (await interrupt(exchange, fault.kind, released)) return false;
  }
  const drip = createBucket(
    fault?.kind === 'trickle' ? (fault.bytesPerSecond ?? DEFAULT_TRICKLE_BYTES_PER_SECOND) : null,
  );
  const rest = withExtra(read(cut, bounds.end), bounds.extra);
  return sendBody(exchange, rest, () => [...buckets(), drip]);
}

/** Where the fault sets in: an offset in the file. */
function cutOffset(
  fault: FaultPlan | null,
  { start, end }: { start: number; end: number },
): number {
  switch (fault?.kind) {
    case 'fin':
    case 'rst':
    case 'stall':
      return Math.min(end, start + (fault.afterBytes ?? Math.floor((end - start) / 2)));
    case 'trickle':
      return Math.min(end, start + (fault.afterBytes ?? 0));
    default:
      return end;
  }
}

function flippedOffset(
  fault: FaultPlan | null,
  { start, end }: { start: number; end: number },
): number | null {
  if (fault?.kind !== 'bitflip') return null;
  return fault.offset ?? start + (fault.afterBytes ?? Math.floor((end - start) / 2));
}

async function* flipBit(chunks: AsyncIterable<Uint8Array>, start: number, offset: number | null) {
  let base = start;
  for await (const chunk of chunks) {
    const index = offset === null ? -1 : offset - base;
    base += chunk.length;
    if (index < 0 || index >= chunk.length) {
      yield chunk;
      continue;
    }
    const harmed = Uint8Array.from(chunk);
    harmed[index] = (harmed[index] ?? 0) ^ 1;
    yield harmed;
  }
}

async function* withExtra(chunks: AsyncIterable<Uint8Array>, extra: number) {
  yield* chunks;
  if (extra > 0) yield new Uint8Array(extra).fill(0x2e);
}

function sendCompressed({ exchange, delivery, plan, rates }: Sending): Promise<boolean> {
  const packed = Readable.from(delivery.content.read(plan.start, plan.end)).pipe(createGzip());
  return sendBody(exchange, packed, () => rates.bucketsFor(exchange.socket, delivery.file));
}

function wantsCompression({ exchange, delivery, plan, fault }: Sending): boolean {
  if (!delivery.mayCompress || fault !== null || plan.status !== 200) return false;
  return /\bgzip\b/.test(header(exchange, 'accept-encoding') ?? '');
}

let flips = 0;

/** An ETag nobody has seen before. */
export function flipEtag(etag: string | null): string {
  flips += 1;
  const text = etag?.replace(/^W\/|"/g, '') ?? '';
  return `"${flips.toString(16).padStart(8, '0')}${text.slice(8)}"`;
}

function header({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
