/**
 * The proxy the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, either letter case).
 * Addresses of this computer never go through one, as in browsers.
 */
import type { Agents } from 'got';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** Agents for an address, or `undefined` when it is reached directly. */
export type AgentsFor = (url: string) => Agents | undefined;

/** One pair of agents for each proxy, kept for as long as the program runs. */
export function createProxyAgents(environment: ProxyEnvironment): AgentsFor {
  const known = new Map<string, Agents>();
  return (url) => {
    const proxy = proxyFor(url, environment);
    if (proxy === undefined) return undefined;
    const agents = known.get(proxy) ?? createAgents(proxy);
    known.set(proxy, agents);
    return agents;
  };
}

function createAgents(proxy: string): Agents {
  return {
    http: new HttpProxyAgent(proxy, { keepAlive: true }),
    https: new HttpsProxyAgent(proxy, { keepAlive: true }),
  };
}

/** Address of the proxy for a URL. Pure. */
export function proxyFor(url: string, environment: ProxyEnvironment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = read(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === undefined || isThisComputer(hostname)) return undefined;
  const effectivePort = port || (protocol === 'https:' ? '443' : '80');
  if (isExempt(hostname, effectivePort, read('NO_PROXY') ?? '')) return undefined;
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  return URL.canParse(address) ? address : undefined;
}

/** `localhost`, `127.0.0.0/8`, `::1`; without DNS. @param hostname as `URL` gives it */
export function isThisComputer(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?$/i.test(hostname);
}

/** `example.org`, `.example.org` and `*.example.org` name a host and all below it; `*` names all. */
function isExempt(hostname: string, port: string, list: string): boolean {
  const host = hostname.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const bare = name.replace(/^\*?\.?/, '');
      if (only !== undefined && only !== port) return false;
      return entry === '*' || (bare !== '' && (host === bare || host.endsWith(`.${bare}`)));
    });
}
