import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Delta } from '../../../src-main/engines/generation/ports.ts';
import { createAskServer } from '../../../src-main/platform/model-server.ts';
import { createFindServers } from '../../../src-main/runtimes/openai/find-servers.ts';
import { createServerRuntime } from '../../../src-main/runtimes/openai/openai-runtime.ts';
import { createForwardClock } from '../../support/forward-clock.ts';

type Answer = (request: { body: Record<string, unknown> }, response: ServerResponse) => void;
const ask = createAskServer({ userAgent: 'larder/test' });
const never = () => new AbortController().signal;
const MODELS = JSON.stringify({ object: 'list', data: [{ id: 'qwen3-8b' }] });

/** A server that lists one model, and answers everything else as told. */
async function startServer(answer: Answer, models = MODELS) {
  const asked: { url: string; body: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === '/v1/models') {
      response.setHeader('content-type', 'application/json');
      response.end(models);
      return;
    }
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    asked.push({ url: request.url ?? '', body });
    answer({ body }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    await stop();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const runtime = createServerRuntime({ id: 'openai:test', name: 'Test server', url, ask });
  const model = {
    kind: 'served',
    id: 'openai:test/qwen3-8b',
    runtimeId: 'openai:test',
    name: 'qwen3-8b',
  } as const;
  return { url, runtime, model, asked, stop };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const piece = (content: string) => event({ choices: [{ delta: { content } }] });
const beginStream = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });

const JOB = {
  kind: 'chat' as const,
  body: {
    model: 'whatever',
    messages: [{ role: 'user' as const, content: 'hi' }],
    larder: { fallback: 'never' as const },
    mirostat: 2,
  },
};

describe('a server that speaks the OpenAI API', () => {
  it('is asked what the program asked, under the name it knows, and its words pass on one by one', async () => {
    const { runtime, model, asked } = await startServer((_, response) => {
      beginStream(response);
      const whole = `${piece('ä')}${piece('b')}${event({ choices: [{ delta: {}, finish_reason: 'length' }] })}${event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } })}data: [DONE]\n\n`;
      const bytes = Buffer.from(whole);
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    const deltas: Delta[] = [];
    const generated = await runtime.generate(model, JOB, {
      signal: never(),
      onDelta: (delta) => deltas.push(delta),
    });
    expect(deltas).toEqual([{ content: 'ä' }, { content: 'b' }]);
    expect(generated).toEqual({ finishReason: 'length', promptTokens: 7, tokens: 2 });
    expect(asked[0]?.url).toBe('/v1/chat/completions');
    expect(asked[0]?.body).toMatchObject({ model: 'qwen3-8b', mirostat: 2, stream: true });
    expect(asked[0]?.body).not.toHaveProperty('larder');
  });

  it('may answer in one go although a stream was asked for', async () => {
    const { runtime, model } = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          choices: [{ message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 1, completion_tokens: 1 },
        }),
      );
    });
    const deltas: Delta[] = [];
    await runtime.generate(model, JOB, { signal: never(), onDelta: (delta) => deltas.push(delta) });
    expect(deltas).toEqual([{ content: 'whole' }]);
  });

  it.each([
    ['refuses the input', 400, 'INPUT_INVALID'],
    ['has no such model', 404, 'RUNTIME_FAILED'],
    ['is out of memory', 500, 'RUNTIME_FAILED'],
  ])('that %s says why', async (_, status, code) => {
    const { runtime, model } = await startServer((__, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"No room for this."}}');
    });
    const asked = runtime.generate(model, JOB, { signal: never(), onDelta: () => {} });
    await expect(asked).rejects.toMatchObject({ code, params: { problem: 'No room for this' } });
  });

  it('that ends in the middle of a word is out of reach, not an answer', async () => {
    const { runtime, model } = await startServer((_, response) => {
      beginStream(response);
      response.write(piece('half'), () => response.destroy());
    });
    const asked = runtime.generate(model, JOB, { signal: never(), onDelta: () => {} });
    await expect(asked).rejects.toMatchObject({ code: 'RUNTIME_UNREACHABLE' });
  });

  it('is left when the program goes away', async () => {
    let isLeft: (() => void) | undefined;
    const left = new Promise<void>((resolve) => {
      isLeft = resolve;
    });
    const { runtime, model } = await startServer((_, response) => {
      beginStream(response);
      response.write(piece('one'));
      response.once('close', () => isLeft?.());
    });
    const gone = new AbortController();
    const asked = runtime.generate(model, JOB, {
      signal: gone.signal,
      onDelta: () => gone.abort(),
    });
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await left;
  });

  it('makes vectors', async () => {
    const { runtime, model, asked } = await startServer((_, response) => {
      response.end(JSON.stringify({ data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 3 } }));
    });
    const { vectors, promptTokens } = await runtime.embed(
      model,
      { model: 'x', input: 'hi', encoding_format: 'base64' },
      never(),
    );
    expect({ vectors, promptTokens }).toEqual({ vectors: [[1, 2]], promptTokens: 3 });
    expect(asked[0]?.body).toEqual({ model: 'qwen3-8b', input: 'hi' });
  });
});

describe('servers on this computer', () => {
  const finding = (
    settings: { findServers: boolean; servers: readonly string[] },
    ollamaUrl: string | null = null,
    own: string | null = null,
  ) => {
    let changes = 0;
    const clock = createForwardClock();
    const servers = createFindServers({
      ...{ clock, ask, ollamaUrl },
      settings: () => settings,
      ownUrl: () => own,
      changed: () => {
        changes += 1;
      },
    });
    onTestFinished(servers.close);
    return { servers, clock, changes: () => changes };
  };

  it('are found where the settings and Ollama say, with the models they offer, and missed when they end', async () => {
    const one = await startServer((_, response) => response.end());
    const two = await startServer(
      (_, response) => response.end(),
      JSON.stringify({ data: [{ id: 'llama3.2:3b' }] }),
    );
    const { servers, changes } = finding(
      { findServers: true, servers: [`${one.url}/v1/`] },
      two.url,
    );
    await servers.look();
    const found = () =>
      servers.list().map((server) => [server.name, server.info().state, server.models()]);
    expect(found()).toEqual(
      expect.arrayContaining([
        ['Ollama', 'ready', ['llama3.2:3b']],
        [new URL(one.url).host, 'ready', ['qwen3-8b']],
      ]),
    );
    const before = changes();
    await servers.look();
    expect(changes()).toBe(before);
    await one.stop();
    await servers.look();
    expect(found()).toContainEqual([new URL(one.url).host, 'unreachable', ['qwen3-8b']]);
    expect(changes()).toBe(before + 1);
  });

  it('are not looked for when that is switched off, and never is it us', async () => {
    const one = await startServer((_, response) => response.end());
    const off = finding({ findServers: false, servers: [] }, one.url);
    await off.servers.look();
    expect(off.servers.list()).toEqual([]);
    const own = finding({ findServers: false, servers: [one.url] }, null, one.url);
    await own.servers.look();
    expect(own.servers.list()).toEqual([]);
  });

  it('that answer something else than models are none', async () => {
    const web = await startServer((_, response) => response.end(), '<html>hello</html>');
    const { servers } = finding({ findServers: true, servers: [] }, web.url);
    await servers.look();
    expect(servers.list().map(({ url }) => url)).not.toContain(web.url);
  });
});
