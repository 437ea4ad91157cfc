/**
 * The other way to run an exchange: with got, which takes what the fast path does not — bodies in chunks,
 * compressed, or ended by closing — and goes through proxies. Its retries and redirects are off: the
 * engine owns those.
 */
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SecureContext } from 'node:tls';
import got, { type Agents } from 'got';
import { agentsThrough } from '../../platform/agents.ts';
import { flattenHeaders } from '../../platform/headers.ts';
import type { Exchange, Running } from './exchange.ts';

export interface GotOptions {
  readonly proxy: string | undefined;
  readonly secureContext: () => SecureContext;
}

export function runWithGot(exchange: Exchange, { proxy, secureContext }: GotOptions): Running {
  const stream = got.stream(exchange.url, {
    headers: { ...exchange.headers },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { lookup: 10_000, connect: 10_000, secureConnect: 15_000 },
    agent: proxy === undefined ? directly(secureContext) : agentsOf(proxy, secureContext()),
  });
  let isOver = false;
  let stopResting: (() => void) | undefined;

  const end = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    stopResting?.();
    stream.destroy();
    exchange.onEnd(error);
  };
  const attempt = (work: () => void) => {
    try {
      if (!isOver) work();
    } catch (error) {
      end(error as Error);
    }
  };

  stream.once('response', (response: IncomingMessage) =>
    attempt(() => {
      const headers = flattenHeaders(response.headers);
      const head = { status: response.statusCode ?? 0, headers, keepsAlive: true };
      if (!exchange.onHead(head)) end(new Error('the answer was not wanted'));
    }),
  );
  stream.on('data', (chunk: Uint8Array) =>
    attempt(() => {
      exchange.onBytes(chunk);
      const waitMs = exchange.onRead(chunk.byteLength);
      if (waitMs <= 0 || isOver) return;
      stream.pause();
      stopResting = exchange.rest(waitMs, () => stream.resume());
    }),
  );
  stream.once('end', () => end(null));
  stream.on('error', end);
  stream.once('close', () => end(new Error('the connection was closed')));
  return { end };
}

const agents = new Map<string, Agents>();

/** Connections are kept for each proxy. */
function agentsOf(proxy: string, secureContext: SecureContext): Agents {
  const known = agents.get(proxy) ?? agentsThrough(proxy, secureContext);
  agents.set(proxy, known);
  return known;
}

let direct: Agents | undefined;

function directly(secureContext: () => SecureContext): Agents {
  direct ??= { https: new HttpsAgent({ keepAlive: true, secureContext: secureContext() }) };
  return direct;
}
