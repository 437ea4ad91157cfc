/**
 * Ollama's registry, and others that speak its protocol. A model is a manifest of blobs, each named by
 * its SHA-256, so everything is known from one answer.
 * @see https://github.com/ollama/ollama server/images.go, server/download.go, server/auth.go
 */
import { createHash } from 'node:crypto';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { FileLocation, ModelSource, RepositoryListing } from '../engines/ports.ts';
import { hasModelLayer, nameLayers, ollamaManifestSchema } from '../formats/ollama-manifest.ts';
import { type HttpAnswer, type HttpClient, isWebPage, readJson } from '../platform/http.ts';
import { isThisComputer } from '../platform/proxy.ts';
import { askWhere, toLocation } from './hops.ts';
import { createRegistryTokens, type RegistryTokens } from './registry-tokens.ts';

export interface OllamaSourceOptions {
  readonly http: HttpClient;
  /** Address of the registry for names without a host, without a trailing slash. */
  readonly endpoint: () => string;
}

interface Registry extends OllamaSourceOptions {
  readonly tokens: RegistryTokens;
}

const OFFICIAL = 'https://registry.ollama.ai';
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * @throws AppError `REPOSITORY_NOT_FOUND`, `REPOSITORY_HIDDEN`, `FILE_NOT_FOUND`, `LAYOUT_FOREIGN`,
 * `SERVER_REFUSED`, `REDIRECT_REFUSED`, `SEARCH_UNSUPPORTED`, and those of {@link HttpClient.send}
 */
export function createOllamaSource(options: OllamaSourceOptions): ModelSource {
  const { endpoint } = options;
  const registry = { ...options, tokens: createRegistryTokens(options.http) };
  return {
    search: async () => {
      throw new AppError('SEARCH_UNSUPPORTED', { source: 'ollama' });
    },
    inspect: (reference, signal) => inspect(registry, reference, signal),
    routes: (origin, file) => [
      {
        name: new URL(origin.endpoint).host,
        locate: (signal) => locate(registry, { origin, file, signal }),
      },
    ],
    pageUrl: (reference) => pageUrl(endpoint(), reference),
  };
}

/** A name may bring its own host, as in `hub.example/ns/model`. */
function placeOf(configured: string, repository: string) {
  const [name = '', namespace = '', host] = repository.split('/').toReversed();
  if (host === undefined) return { endpoint: configured.replace(/\/+$/, ''), namespace, name };
  const scheme = isThisComputer(host.replace(/:\d+$/, '')) ? 'http' : 'https';
  return { endpoint: `${scheme}://${host}`, namespace, name };
}

function pageUrl(configured: string, { repository, variant = 'latest' }: ModelReference): string {
  const { endpoint, namespace, name } = placeOf(configured, repository);
  const site = endpoint === OFFICIAL ? 'https://ollama.com' : endpoint;
  return `${site}/${namespace}/${name}:${variant}`;
}

async function inspect(
  { http, tokens, endpoint: configured }: Registry,
  reference: ModelReference,
  signal?: AbortSignal,
): Promise<RepositoryListing> {
  const { repository, variant: tag = 'latest' } = reference;
  const { endpoint, namespace, name } = placeOf(configured(), repository);
  const url = `${endpoint}/v2/${namespace}/${name}/manifests/${tag}`;
  const answer = await tokens.ask({ url, signal }, (authorization) =>
    http.follow({ url, headers: { accept: MANIFEST_TYPE, ...authorization }, signal, retries: 2 }),
  );
  refuse(answer, { repository: `${repository}:${tag}` });
  const manifest = readJson(answer, ollamaManifestSchema);
  const files = nameLayers(`${name}-${tag}`, manifest);
  if (!hasModelLayer(manifest)) {
    throw new AppError('LAYOUT_FOREIGN', { repository: `${repository}:${tag}` });
  }
  const origin: Origin = {
    source: 'ollama',
    endpoint,
    repository,
    requestedRevision: tag,
    revision: createHash('sha256').update(answer.body).digest('hex'),
  };
  return {
    origin,
    name,
    ...(namespace !== 'library' && { author: namespace }),
    tags: [],
    gated: false,
    private: false,
    access: 'open',
    pageUrl: pageUrl(configured(), reference),
    files,
  };
}

interface Wanted {
  readonly origin: Origin;
  readonly file: SourceFile;
  readonly signal?: AbortSignal | undefined;
}

async function locate(
  { http, tokens }: Registry,
  { origin, file, signal }: Wanted,
): Promise<FileLocation> {
  const { endpoint, repository } = origin;
  const { namespace, name } = placeOf(endpoint, repository);
  const url = `${endpoint}/v2/${namespace}/${name}/blobs/sha256:${file.sha256}`;
  let sent: Readonly<Record<string, string>> = {};
  const answer = await tokens.ask({ url, signal }, (authorization) => {
    sent = authorization;
    return askWhere(http, { url, headers: authorization, signal });
  });
  refuse(answer, { repository, path: file.path });
  return toLocation(answer, sent);
}

function refuse(answer: HttpAnswer, asked: { repository: string; path?: string }): void {
  const { status, url } = answer;
  const { host } = new URL(url);
  const { repository, path } = asked;
  if (isWebPage(answer) && status < 400) throw new AppError('NETWORK_SIGN_IN', { host });
  if (status === 401 || status === 403) throw new AppError('REPOSITORY_HIDDEN', { repository });
  if (status === 404 && path !== undefined) throw new AppError('FILE_NOT_FOUND', { path });
  if (status === 404) throw new AppError('REPOSITORY_NOT_FOUND', { repository });
  if (status >= 400) throw new AppError('SERVER_REFUSED', { host, status });
}
