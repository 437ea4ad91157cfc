/** Opens response bodies with got, without its retries, redirects or buffering: the engine owns those. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import got, { type Agents } from 'got';
import type { BodyResponse, OpenBody } from '../engines/ports.ts';
import { translateNetworkError } from './http.ts';

interface BodyOptions {
  readonly userAgent: string;
  /** Agents for a URL, when a proxy is in the way. */
  readonly agentsFor?: (url: string) => Agents | undefined;
}

export function createOpenBody({ userAgent, agentsFor }: BodyOptions): OpenBody {
  return (url, { headers, signal }) =>
    new Promise<BodyResponse>((resolve, reject) => {
      const agent = agentsFor?.(url);
      const stream = got.stream(url, {
        headers: { 'user-agent': userAgent, ...headers },
        followRedirect: false,
        throwHttpErrors: false,
        retry: { limit: 0 },
        timeout: { lookup: 10_000, connect: 10_000, secureConnect: 15_000 },
        signal,
        ...(agent && { agent }),
      });
      stream.on('error', (error: Error) => reject(translateNetworkError(error, url)));
      stream.once('response', (response: IncomingMessage) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: flatten(response.headers),
          body: readAll(stream),
          abort: (reason) => stream.destroy(reason),
        });
      });
    });
}

/** Chunks waiting to be taken beyond which the connection is told to wait. */
const QUEUE_LIMIT_BYTES = 2 ** 20;

/**
 * The chunks of a body. Unlike a stream's own iterator it hands out all that had arrived before it
 * fails: a connection that breaks costs no byte.
 */
function readAll(stream: Readable): AsyncIterable<Uint8Array> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let end: { readonly error: Error | null } | undefined;
  let wake = () => {};
  stream.on('data', (chunk: Uint8Array) => {
    queue.push(chunk);
    queuedBytes += chunk.byteLength;
    if (queuedBytes > QUEUE_LIMIT_BYTES) stream.pause();
    wake();
  });
  const finish = (error: Error | null) => {
    end ??= { error };
    wake();
  };
  stream.once('end', () => finish(null));
  stream.on('error', finish);
  stream.once('close', () => finish(null));

  async function* chunks() {
    for (;;) {
      const chunk = queue.shift();
      if (chunk) {
        queuedBytes -= chunk.byteLength;
        if (queuedBytes === 0) stream.resume();
        yield chunk;
      } else if (end) {
        if (end.error) throw end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return chunks();
}

function flatten(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
