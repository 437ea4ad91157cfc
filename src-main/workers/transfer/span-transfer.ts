/** One transfer: a single exchange whose bytes go where they belong in the part file. */
import { closeSync, constants, openSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { type Offer, readAnswer, refuseImpostor } from '../../engines/download/answer.ts';
import type { PieceState } from '../../engines/download/pieces.ts';
import type { TransferOffer, TransferRequest } from '../../engines/ports.ts';
import { parseRetryAfter } from '../../platform/http-errors.ts';
import type { Running } from './exchange.ts';
import { sendFollowing } from './follow.ts';
import { plainLength, type ResponseHead } from './http-head.ts';
import { SpanWriter } from './span-writer.ts';
import type { TransferTools } from './tools.ts';

export interface TransferReport {
  offered(offer: TransferOffer): void;
  ended(error: Error | null): void;
}

export interface SpanTransfer {
  /** What pieces hold since this was asked last. */
  takeNews(): PieceState[];
  /** @returns where the span ends now */
  shorten(to: number): number;
  stop(): void;
}

/** Ends a transfer of which nothing more is wanted. */
class Enough extends Error {}

export function startSpanTransfer(
  tools: TransferTools,
  request: TransferRequest,
  report: TransferReport,
): SpanTransfer {
  const { path, span, sizeBytes, mode } = request;
  const flags = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(request.partPath, flags);
  const whole = { from: 0, to: sizeBytes };
  let writer = new SpanWriter({ ...request, file, ...(mode === 'whole' && { span: whole }) });
  /** Where the answer ends, if it says so. */
  let announcedTo: number | undefined;
  const range = mode === 'range' ? { range: `bytes=${span.from}-${span.to - 1}` } : {};

  /** The answer is of another length: its first bytes may tell what it is. */
  let suspicion: AppError | undefined;

  function onHead(head: ResponseHead, url: URL): boolean {
    let offer: Offer;
    try {
      offer = readHead(head, request, url);
    } catch (error) {
      if (!isOtherLength(head, error)) throw error;
      suspicion = error;
      return true;
    }
    if (offer.kind === 'span') {
      announcedTo = offer.to;
      report.offered(offer);
      return true;
    }
    report.offered({ kind: 'whole' });
    announcedTo = plainLength(head) === null ? undefined : sizeBytes;
    if (mode === 'whole') return true;
    if (span.from !== 0 || !request.present) return false;
    writer = new SpanWriter({ ...request, file, span: whole, crc32: 0 });
    return true;
  }

  function onBytes(bytes: Uint8Array): void {
    if (suspicion || writer.position === 0) refuseImpostor(path, bytes);
    if (suspicion) throw suspicion;
    writer.write(bytes);
    // A body that ends here by itself leaves the connection to the next.
    if (writer.isFull && writer.position !== announcedTo) throw new Enough();
  }

  /** Whether all that was to come did. A range may be answered by less than was asked for. */
  const isDone = () => writer.isFull || writer.position === announcedTo;

  function onEnd(error: Error | null): void {
    closeSync(file);
    if (isDone() || error instanceof Enough) report.ended(null);
    else report.ended(error ?? suspicion ?? new AppError('TRANSFER_CUT', { path }));
  }

  let running: Running;
  try {
    running = sendFollowing(tools, request, range, { onHead, onBytes, onEnd });
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return {
    takeNews: () => writer.takeNews(),
    shorten: (to) => {
      const end = writer.shorten(to);
      if (writer.isFull) running.end(new Enough());
      return end;
    },
    stop: () => running.end(new Enough()),
  };
}

/** Said of an answer whose body could still be looked at. */
export const isOtherLength = ({ status }: ResponseHead, error: unknown): error is AppError =>
  status === 200 && error instanceof AppError && error.code === 'CONTENT_CHANGED';

function readHead(head: ResponseHead, request: TransferRequest, url: URL): Offer {
  const { path, sizeBytes, span, mode, location } = request;
  const { redirected, validator } = location;
  const asked = {
    path,
    sizeBytes,
    host: url.host,
    redirected,
    validator,
    span: mode === 'range' ? span : null,
  };
  const retryAfterMs = parseRetryAfter(head.headers, Date.now());
  return readAnswer({ ...head, retryAfterMs }, asked);
}
