/** Servers on this computer that speak the OpenAI API: looked for at their usual ports, and where the settings say. */
import type { Clock } from '../../engines/ports.ts';
import { createServerRuntime, type ServerRuntime } from './openai-runtime.ts';
import type { AskServer } from './ports.ts';

/** @see the documentation of each program */
export const USUAL_SERVERS = [
  { name: 'LM Studio', url: 'http://127.0.0.1:1234' },
  { name: 'Ollama', url: 'http://127.0.0.1:11434' },
  { name: 'llama.cpp server', url: 'http://127.0.0.1:8080' },
  { name: 'vLLM', url: 'http://127.0.0.1:8000' },
  { name: 'Jan', url: 'http://127.0.0.1:1337' },
] as const;

interface Place {
  readonly name: string;
  readonly url: string;
  /** Shown although it does not answer. */
  readonly wanted: boolean;
}

export interface FindServersPorts {
  readonly clock: Clock;
  readonly ask: AskServer;
  readonly settings: () => { readonly findServers: boolean; readonly servers: readonly string[] };
  /** Where `OLLAMA_HOST` points to, if that is this computer. */
  readonly ollamaUrl: string | null;
  /** Our own address, which would answer like one of them. */
  readonly ownUrl: () => string | null;
  readonly changed: () => void;
}

const LOOK_EVERY_MS = 30_000;

export function createFindServers(ports: FindServersPorts) {
  const runtimes = new Map<string, ServerRuntime>();
  const over = new AbortController();
  let looking: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  function places(): Place[] {
    const { findServers, servers } = ports.settings();
    const usual = findServers
      ? USUAL_SERVERS.map(({ name, url }) => ({
          name,
          url: name === 'Ollama' ? (ports.ollamaUrl ?? url) : url,
          wanted: false,
        }))
      : [];
    const own = servers.map((url) => ({
      name: new URL(url).host,
      url: trimmed(url),
      wanted: true,
    }));
    const named = own.filter(({ url }) => usual.every((one) => one.url !== url));
    return [...usual, ...named].filter(({ url }) => url !== ports.ownUrl());
  }

  async function look(): Promise<void> {
    const wanted = places();
    let hasChanged = false;
    for (const url of runtimes.keys()) {
      if (wanted.every((place) => place.url !== url)) hasChanged = runtimes.delete(url);
    }
    const looks = wanted.map(async ({ name, url, wanted: isWanted }) => {
      const known = runtimes.get(url);
      const runtime =
        known ?? createServerRuntime({ id: serverId(url), name, url, ask: ports.ask });
      const isNews = await runtime.look(over.signal).catch(() => false);
      const isThere = runtime.info().state === 'ready';
      if (!known && (isThere || isWanted)) runtimes.set(url, runtime);
      else if (known && !isThere && !isWanted && runtime.models().length === 0)
        runtimes.delete(url);
      hasChanged ||= isNews && runtimes.has(url);
    });
    await Promise.all(looks);
    if (hasChanged && !over.signal.aborted) ports.changed();
  }

  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function again(): void {
    cancel = ports.clock.after(
      LOOK_EVERY_MS,
      () => void lookOnce().finally(() => !over.signal.aborted && again()),
    );
  }

  return {
    list: (): readonly ServerRuntime[] => [...runtimes.values()],
    /** Looks now. Never rejects. */
    look: lookOnce,
    start: () => {
      void lookOnce();
      again();
    },
    close: async () => {
      cancel?.();
      over.abort();
      await looking;
    },
  };
}

export const trimmed = (url: string) => url.replace(/\/+$/, '').replace(/\/v1$/, '');

/** Its host and, where it is not at the root, its path: several may share a host. */
export function serverId(url: string): string {
  const { host, pathname, protocol } = new URL(url);
  const scheme = protocol === 'https:' ? 'https/' : '';
  return `openai:${scheme}${host}${pathname === '/' ? '' : pathname}`;
}
