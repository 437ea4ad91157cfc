import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on loopback that ends with its test. @returns its address, without a slash at the end */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

/** Listens on a free port of loopback until the test is over. */
export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** The bytes a request asks for; all of them without a `Range`. */
function spanOf({ headers }: IncomingMessage, sizeBytes: number) {
  const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return from === undefined
    ? null
    : { from: Number(from), to: Math.min(Number(last) + 1, sizeBytes) };
}

/** Answers with a part of `bytes`, or all of it, as the request asks. */
export function sendRange(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  headers: OutgoingHttpHeaders = {},
): void {
  const span = spanOf(request, bytes.byteLength);
  const { from, to } = span ?? { from: 0, to: bytes.byteLength };
  response.writeHead(span ? 206 : 200, {
    ...headers,
    'content-length': to - from,
    ...(span && { 'content-range': `bytes ${from}-${to - 1}/${bytes.byteLength}` }),
  });
  response.end(bytes.subarray(from, to));
}
