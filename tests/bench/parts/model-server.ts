/** A server that speaks as much of the OpenAI API as streams need, at a speed that is asked for in the prompt. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const EVENT = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'word ' } }] })}\n\n`;

interface Wish {
  readonly tokens: number;
  /** 0 is as fast as it goes. */
  readonly everyMs: number;
}

/** Prints its address, and serves until its input ends. */
export async function serveModel(): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'bench' }] }));
      return;
    }
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const body = JSON.parse(text) as { messages: { content: string }[] };
      const { tokens, everyMs } = JSON.parse(body.messages[0]?.content ?? '{}') as Wish;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let sent = 0;
      const next = () => {
        sent += 1;
        response.write(EVENT);
        if (sent === tokens) response.end('data: [DONE]\n\n');
        else if (everyMs > 0) setTimeout(next, everyMs);
        else setImmediate(next);
      };
      next();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  server.closeAllConnections();
  server.close();
}
