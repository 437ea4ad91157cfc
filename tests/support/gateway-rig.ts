/** The whole program with its gateway open, a hub with a small model that answers, and the official client. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import OpenAI from 'openai';
import { startNodeProcess } from '../../src-main/platform/node-process.ts';
import type { RuntimeProcess } from '../../src-main/runtimes/process.ts';
import type { Cipher } from '../../src-main/stores/secrets.ts';
import type { OperationInput } from '../../src-shared/contract/operations.ts';
import { bytesContent } from '../hub/content.ts';
import { startCore } from './core-rig.ts';
import { startHubForTest } from './engine-rig.ts';
import { temporaryFolder } from './folders.ts';
import { createForwardClock } from './forward-clock.ts';
import { createTinyGguf, type TinyGgufOptions } from './tiny-gguf.ts';

export const TINY = 'hf:maker/tiny-GGUF:tiny-GGUF';
export const OTHER = 'hf:maker/other-GGUF:other-GGUF';
export const ENDLESS = 'hf:maker/endless-GGUF:endless-GGUF';
/** 12 MB: large enough that a download can tell how long it takes. */
export const LARGE = 'hf:maker/large-GGUF:large-GGUF';
/** What the tiny model says to “hello”. */
export const SAYS = 'i can answer with short words';

const repositoryOf = (name: string, options: TinyGgufOptions = {}) => ({
  id: `maker/${name}`,
  commits: [{ files: [{ path: `${name}.gguf`, content: bytesContent(createTinyGguf(options)) }] }],
});

/** Cut off where it was published already: every byte is right, and nothing can load it. */
export const BROKEN = 'hf:maker/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M';
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

const REPOSITORIES = [
  {
    id: 'maker/Qwen2.5-0.5B-Instruct-GGUF',
    commits: [
      {
        files: [
          {
            path: 'Qwen2.5-0.5B-Instruct-Q4_K_M.gguf',
            content: bytesContent(half(createTinyGguf())),
          },
        ],
      },
    ],
  },
  repositoryOf('tiny-GGUF'),
  repositoryOf('other-GGUF', { name: 'other', seed: 7 }),
  repositoryOf('large-GGUF', { feedForward: 8_192 }),
  repositoryOf('endless-GGUF', { text: 'again and again and again and again and' }),
];

interface GatewayOptions {
  readonly userData?: string;
  readonly hub?: Awaited<ReturnType<typeof startHubForTest>>;
  readonly settings?: OperationInput<'settings.patch'>;
  readonly cipher?: Cipher;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startGateway(options: GatewayOptions = {}) {
  const hub = options.hub ?? (await startHubForTest({ repositories: REPOSITORIES }));
  const userData = options.userData ?? (await temporaryFolder());
  const clock = createForwardClock();
  /** Of loaded models, the latest last. */
  const processes: RuntimeProcess[] = [];
  const core = await startCore({
    userData,
    hubUrl: hub.url,
    args: ['--api'],
    clock,
    startProcess: (file) => {
      const started = startNodeProcess(file);
      processes.push(started);
      return started;
    },
    ...(options.cipher && { cipher: options.cipher }),
    environment: { OLLAMA_HOST: 'http://127.0.0.1:9', ...options.environment },
  });
  const generation = { findServers: false, gpu: 'off' as const, contextTokens: 512 };
  await core.value('settings.patch', {
    ...options.settings,
    generation: { ...generation, ...options.settings?.generation },
  });
  const { url, token } = JSON.parse(await readFile(path.join(userData, 'api.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });

  /** Sends a body as it is. */
  const post = (route: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });

  return {
    core,
    hub,
    userData,
    url,
    token,
    client,
    clock,
    processes,
    post,
    /** Has a model in the library, ready. */
    have: (ref: string) => core.value('models.ensure', { modelId: ref, maxWaitMs: 30_000 }),
  };
}

export const hello = (model: string) => ({
  model,
  messages: [{ role: 'user' as const, content: 'hello' }],
  temperature: 0,
  max_tokens: 40,
});
