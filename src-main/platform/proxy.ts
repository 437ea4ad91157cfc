/**
 * Which proxy leads to an address: the one the environment names (`HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`, either letter case), else the system's. Addresses of this computer never go through one, as
 * in browsers.
 */
import type { ProxyFor } from '../engines/ports.ts';

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The system's answer for a URL, as a PAC file gives it: `PROXY host:3128; SOCKS5 h:1080; DIRECT`.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
 */
export type ResolveSystemProxy = (url: string) => Promise<string>;

export interface ProxyOptions {
  readonly environment: ProxyEnvironment;
  /** Left out where no system can be asked. */
  readonly resolveSystemProxy?: ResolveSystemProxy;
}

/** Asks anew for each address: the system's answer changes with the network. */
export function createProxyFor({ environment, resolveSystemProxy }: ProxyOptions): ProxyFor {
  return async (url) => {
    if (isThisComputer(new URL(url).hostname)) return undefined;
    const named = proxyFor(url, environment);
    if (named !== undefined || !resolveSystemProxy || isExempted(url, environment)) return named;
    // Browsers go directly as well when a PAC file cannot be had or fails.
    return parseProxyList(await resolveSystemProxy(url).catch(() => 'DIRECT'));
  };
}

/** Address of the proxy the environment names for a URL. Pure. */
export function proxyFor(url: string, environment: ProxyEnvironment): string | undefined {
  const { protocol, hostname } = new URL(url);
  const proxy = read(environment, protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === undefined || isThisComputer(hostname)) return undefined;
  return isExempted(url, environment) ? undefined : usableAddress(proxy);
}

/** The first entry that can be used; SOCKS cannot, and is passed over. Pure. */
export function parseProxyList(list: string): string | undefined {
  for (const entry of list.split(';')) {
    const [kind = '', address = ''] = entry.trim().split(/\s+/);
    if (/^DIRECT$/i.test(kind)) return undefined;
    const scheme = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }[kind.toUpperCase()];
    const usable = scheme && address && usableAddress(`${scheme}://${address}`);
    if (usable) return usable;
  }
  return undefined;
}

/** `localhost`, `127.0.0.0/8`, `::1`; without DNS. @param hostname as `URL` gives it */
export function isThisComputer(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?$/i.test(hostname);
}

/** With its scheme, and user information that can be decoded; only http and https are spoken. */
function usableAddress(text: string): string | undefined {
  const address = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return undefined;
  // A lone percent sign in a password means itself.
  return address.replace(/%(?![0-9a-f]{2})/gi, '%25');
}

const read = (environment: ProxyEnvironment, name: string) =>
  environment[name.toLowerCase()] || environment[name] || undefined;

/** `example.org`, `.example.org` and `*.example.org` name a host and all below it; `*` names all. */
function isExempted(url: string, environment: ProxyEnvironment): boolean {
  const { protocol, hostname, port } = new URL(url);
  const effectivePort = port || (protocol === 'https:' ? '443' : '80');
  const host = hostname.toLowerCase();
  return (read(environment, 'NO_PROXY') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const bare = name.replace(/^\*?\.?/, '');
      if (only !== undefined && only !== effectivePort) return false;
      return entry === '*' || (bare !== '' && (host === bare || host.endsWith(`.${bare}`)));
    });
}
