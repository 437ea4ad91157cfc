/** Agents for the HTTP client: through a proxy where one is in the way, and with the system's trust. */
import { Agent as HttpsAgent } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { Agents } from 'got';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { ProxyFor } from '../engines/ports.ts';
import { noteIssuer } from './tls-issuer.ts';

/** Agents for an address. */
export type AgentsFor = (url: string) => Promise<Agents>;

export interface AgentsOptions {
  readonly proxyFor: ProxyFor;
  /** Whom to trust. Default: the issuers Node brings. */
  readonly secureContext?: () => Promise<SecureContext>;
}

/** Connections are kept for each proxy, for as long as the program runs. */
export function createAgents({ proxyFor, secureContext }: AgentsOptions): AgentsFor {
  const known = new Map<string, Agents>();
  return async (url) => {
    const proxy = await proxyFor(url);
    // Plain addresses do not wait for certificates to be read.
    const isSecure = [url, proxy].some((address) => address?.startsWith('https:'));
    const context = isSecure ? await secureContext?.() : undefined;
    const key = `${isSecure} ${proxy ?? ''}`;
    const agents = known.get(key) ?? (proxy ? agentsThrough(proxy, context) : direct(context));
    known.set(key, agents);
    return agents;
  };
}

/** @param proxy address of an http or https proxy; user information in it is sent to it as Basic */
export function agentsThrough(proxy: string, secureContext?: SecureContext): Agents {
  const options = { keepAlive: true, ...(secureContext && { secureContext }) };
  const https = new TunnelAgent(proxy, options);
  // For the connection within the tunnel; the options above are for the one to the proxy.
  Object.assign(https.options, secureContext && { secureContext });
  return { http: new HttpProxyAgent(proxy, options), https };
}

function direct(secureContext?: SecureContext): Agents {
  return { https: new DirectAgent({ keepAlive: true, ...(secureContext && { secureContext }) }) };
}

class DirectAgent extends HttpsAgent {
  override createConnection(...parameters: Parameters<HttpsAgent['createConnection']>) {
    const socket = super.createConnection(...parameters);
    noteIssuer(socket);
    return socket;
  }
}

class TunnelAgent extends HttpsProxyAgent<string> {
  override async connect(...parameters: Parameters<HttpsProxyAgent<string>['connect']>) {
    const socket = await super.connect(...parameters);
    noteIssuer(socket);
    return socket;
  }
}
