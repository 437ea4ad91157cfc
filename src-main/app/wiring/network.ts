/** The way out: proxies, trust, one HTTP client, and every place models come from. */
import type { Settings } from '../../../src-shared/settings/schema.ts';
import { createAgents } from '../../platform/agents.ts';
import { createTrust } from '../../platform/certificates.ts';
import { createHttpClient } from '../../platform/http.ts';
import { createProxyFor } from '../../platform/proxy.ts';
import { createCivitaiSource } from '../../sources/civitai.ts';
import { createHuggingFaceSource } from '../../sources/hf/source.ts';
import { createLocalSource } from '../../sources/local.ts';
import { createOllamaSource } from '../../sources/ollama.ts';
import { createSources } from '../../sources/sources.ts';
import { createUrlSource } from '../../sources/url.ts';
import type { Machine } from '../surroundings.ts';

export interface NetworkWiring {
  /** `HTTPS_PROXY` and its like, certificates, and `CIVITAI_TOKEN` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  readonly userAgent: string;
  readonly settings: () => Settings['hub'];
  /** Of the Hugging Face hub. */
  readonly token: () => string | undefined;
}

export function createNetwork({ environment, machine, userAgent, settings, token }: NetworkWiring) {
  const { resolveSystemProxy } = machine;
  const proxyFor = createProxyFor({
    environment,
    ...(resolveSystemProxy && { resolveSystemProxy }),
  });
  const { secureContext, trustedCertificates } = createTrust({ environment });
  const agentsFor = createAgents({ proxyFor, secureContext });
  const http = createHttpClient({ userAgent, agentsFor });
  const source = createSources({
    hf: createHuggingFaceSource({
      http,
      endpoint: () => settings().endpoint,
      mirrors: () => settings().mirrors,
      token: async () => token() ?? null,
    }),
    ollama: createOllamaSource({ http, endpoint: () => settings().ollama }),
    civitai: createCivitaiSource({
      http,
      endpoint: () => settings().civitai,
      token: async () => environment.CIVITAI_TOKEN?.trim() || null,
    }),
    url: createUrlSource({ http }),
    local: createLocalSource(),
  });
  return { source, agentsFor, proxyFor, certificates: trustedCertificates };
}
