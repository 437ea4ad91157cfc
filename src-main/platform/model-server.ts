/** HTTP with servers that speak the OpenAI API: a question that is answered at once, and one whose answer flows. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import got from 'got';
import type { AskServer } from '../runtimes/openai/ports.ts';
import type { AgentsFor } from './agents.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const CONNECT_MS = 5_000;

/** @param agentsFor proxies and trust, for servers elsewhere */
export function createAskServer(options: {
  readonly userAgent: string;
  readonly agentsFor?: AgentsFor;
}): AskServer {
  return async ({ url, key, body, signal, patienceMs }, hear) => {
    const agent = await options.agentsFor?.(url);
    const stream = got.stream(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': options.userAgent,
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      decompress: false,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { connect: CONNECT_MS, ...(patienceMs && { request: patienceMs }) },
      signal,
      ...(agent && { agent }),
    });
    try {
      const [response] = (await once(stream, 'response')) as [IncomingMessage];
      const status = response.statusCode ?? 0;
      const flows = /^text\/event-stream/i.test(response.headers['content-type'] ?? '');
      if (!flows || status !== 200 || !hear) return { status, text: await readText(stream) };
      const parser = createParser({ onEvent: ({ data }) => hear(data) });
      const decoder = new TextDecoder();
      for await (const chunk of stream)
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      return { status, text: null };
    } finally {
      // Closing early is reported as an error by some streams, and would end the process unheard.
      stream.on('error', () => {}).destroy();
    }
  };
}

async function readText(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    chunks.push(bytes);
    if (length > MAX_TEXT_BYTES) throw new Error('the answer is too long');
  }
  return Buffer.concat(chunks).toString('utf8');
}
