import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { drawFrom, type RateBucket, sliceBytes } from './rates.ts';
import type { OpenRecord, RequestLog } from './request-log.ts';

/** One request and its answer, with the record that is kept of them. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** The TCP connection below `socket`; the same one without TLS. */
  readonly rawSocket: Socket;
  readonly method: string;
  readonly url: URL;
  /** Path and query as received. */
  readonly target: string;
  readonly record: OpenRecord;
  readonly log: RequestLog;
}

export type AnswerHeaders = Readonly<Record<string, string | number>>;

/** Headers every answer of the hub carries. */
export function createRequestId(): string {
  return `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`;
}

export function beginAnswer(exchange: Exchange, status: number, headers: AnswerHeaders): void {
  exchange.response.writeHead(status, { ...headers });
  exchange.record.status = status;
  exchange.log.changed();
}

/** A small answer, already in memory. Nothing but its headers when HEAD was asked. */
export function answerWhole(
  exchange: Exchange,
  status: number,
  answer: { readonly headers: AnswerHeaders; readonly body: string | Uint8Array },
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  beginAnswer(exchange, status, { ...answer.headers, 'content-length': body.length });
  if (exchange.method === 'HEAD') {
    exchange.response.end();
    return;
  }
  exchange.response.end(body, () => {
    exchange.record.bodyBytes += body.length;
    exchange.log.changed();
  });
}

/**
 * Sends body bytes as fast as the client reads and the buckets allow; never holds more than one
 * chunk. Returns false when the client has gone.
 *
 * @param buckets asked again before each slice, so that limits can change while bytes flow
 */
export async function sendBody(
  exchange: Exchange,
  chunks: AsyncIterable<Uint8Array>,
  buckets: () => readonly RateBucket[],
): Promise<boolean> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const drawn = buckets();
      const slice = chunk.subarray(at, at + Math.min(chunk.length - at, sliceBytes(drawn)));
      await drawFrom(drawn, slice.length);
      if (!(await writeSlice(exchange, slice))) return false;
      at += slice.length;
    }
  }
  return true;
}

/** Resolves when the client has gone, whoever ended it. */
export function untilClosed(response: ServerResponse): Promise<void> {
  if (response.closed || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => response.once('close', resolve));
}

function writeSlice({ response, record, log }: Exchange, slice: Uint8Array): Promise<boolean> {
  if (response.destroyed || response.socket === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (isSent: boolean): void => {
      response.off('close', onClose);
      resolve(isSent);
    };
    const onClose = (): void => settle(false);
    response.once('close', onClose);
    response.write(slice, (error) => {
      if (!error) {
        record.bodyBytes += slice.length;
        log.changed();
      }
      settle(!error);
    });
  });
}
