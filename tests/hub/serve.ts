import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDemoRepositories, DEMO_TOKENS, type DemoOptions } from './demo-repositories.ts';
import { createDemoSources } from './demo-sources.ts';
import { type Hub, type HubOptions, startHub } from './hub.ts';
import { type HubCommand, runHubCommand } from './hub-command.ts';

/** First line a served hub prints. */
export interface HubGreeting {
  readonly url: string;
  readonly cdnUrl: string;
  /** PEM of the authority to trust; null without TLS. */
  readonly certificate: string | null;
  readonly pid: number;
}

/** A line sent to a served hub. `id`, if there is one, comes back with the reply. */
type HubCommandLine = HubCommand & { readonly id?: number };

/** A line that answers a command. */
export type HubReply =
  | { readonly id?: number; readonly ok: true; readonly result: unknown }
  | { readonly id?: number; readonly ok: false; readonly error: string };

export interface ServeOptions extends Partial<HubOptions>, DemoOptions {}

/**
 * Runs a hub with all that the demo offers, which is steered by JSON lines: a greeting, then one reply to
 * each command. Resolves when the input has ended or `stop` was asked, and the hub is closed.
 */
export async function serveHub(
  streams: { readonly input: Readable; readonly output: Writable },
  options: ServeOptions = {},
): Promise<void> {
  const hub = await startHub({
    tokens: DEMO_TOKENS,
    ...createDemoSources(),
    ...options,
    repositories: options.repositories ?? createDemoRepositories(options),
  });
  const lines = createInterface({ input: streams.input });
  const write = (line: HubGreeting | HubReply): void => {
    streams.output.write(`${JSON.stringify(line)}\n`);
  };
  const { url, cdnUrl, certificate } = hub;
  write({ url, cdnUrl, certificate, pid: process.pid });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    void answerLine(hub, line).then(({ reply, isLast }) => {
      write(reply);
      if (isLast) lines.close();
    });
  });
  await once(lines, 'close');
  await hub.close();
}

/** Command-line flags of a hub in a process of its own. */
export function readServeOptions(args: readonly string[]): ServeOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: text,
      'cdn-port': text,
      'cdn-host': text,
      'page-size': text,
      'signed-url-ttl-ms': text,
      seed: text,
      'node-modules': text,
      'head-refused': text,
      tls: { type: 'boolean' },
    },
  });
  const number = <Key extends string>(key: Key, value: string | undefined) =>
    (value === undefined ? {} : { [key]: Number(value) }) as { [Name in Key]?: number };
  const headRefused = values['head-refused'];
  const nodeModules = values['node-modules'];
  return {
    ...number('port', values.port),
    ...number('cdnPort', values['cdn-port']),
    ...(values['cdn-host'] === 'localhost' ? { cdnHost: 'localhost' } : {}),
    ...number('pageSize', values['page-size']),
    ...number('signedUrlTtlMs', values['signed-url-ttl-ms']),
    ...number('seed', values.seed),
    ...(values.tls ? { tls: true } : {}),
    ...(headRefused === '403' ? { headRefused: 403 } : {}),
    ...(headRefused === '405' ? { headRefused: 405 } : {}),
    ...(nodeModules === undefined ? {} : { nodeModules }),
  };
}

async function answerLine(hub: Hub, line: string): Promise<{ reply: HubReply; isLast: boolean }> {
  let id: { id?: number } = {};
  try {
    const asked = JSON.parse(line) as HubCommandLine;
    id = asked.id === undefined ? {} : { id: asked.id };
    const result = (await runHubCommand(hub, asked)) ?? null;
    return { reply: { ...id, ok: true, result }, isLast: asked.command === 'stop' };
  } catch (error) {
    return { reply: { ...id, ok: false, error: String(error) }, isLast: false };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await serveHub(
    { input: process.stdin, output: process.stdout },
    readServeOptions(process.argv.slice(2)),
  );
}
