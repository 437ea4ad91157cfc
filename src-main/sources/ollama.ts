/**
 * Ollama's registry, and others that speak its protocol. A model is a manifest of blobs, each named by
 * its SHA-256, so everything is known from one answer.
 * @see https://github.com/ollama/ollama server/images.go, server/download.go, server/auth.go
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { FileLocation, ModelSource, RepositoryListing } from '../engines/ports.ts';
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

const layerSchema = z.object({
  mediaType: z.string(),
  digest: z
    .string()
    .regex(/^sha256[:-][0-9a-fA-F]{64}$/)
    .transform((digest) => digest.slice('sha256:'.length).toLowerCase()),
  size: z.number().int().nonnegative(),
});
type Layer = z.infer<typeof layerSchema>;
const manifestSchema = z.object({ config: layerSchema, layers: z.array(layerSchema).max(10_000) });

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
  const { config, layers } = readJson(answer, manifestSchema);
  const files = nameFiles(`${name}-${tag}`, [...layers, config]);
  if (!layers.some(({ mediaType }) => kindOf(mediaType) === 'model')) {
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

/** What a layer is, told by the end of its type. */
const kindOf = (mediaType: string) =>
  /^application\/vnd\.ollama\.image\.([a-z0-9_-]+)/.exec(mediaType)?.[1] ?? 'config';

const NAMES: Readonly<Record<string, (stem: string) => string>> = {
  model: (stem) => `${stem}.gguf`,
  projector: (stem) => `mmproj-${stem}.gguf`,
  adapter: (stem) => `adapter-${stem}.gguf`,
  draft: (stem) => `draft-${stem}.gguf`,
  template: (stem) => `${stem}.template.txt`,
  system: (stem) => `${stem}.system.txt`,
  prompt: (stem) => `${stem}.prompt.txt`,
  license: (stem) => `${stem}.license.txt`,
  params: (stem) => `${stem}.params.json`,
  messages: (stem) => `${stem}.messages.json`,
  config: (stem) => `${stem}.config.json`,
};

/** Layers have no names, so they get some; the second of a kind has a number: `….license-2.txt`. */
function nameFiles(stem: string, layers: readonly Layer[]): SourceFile[] {
  const counts = new Map<string, number>();
  return layers.map(({ mediaType, digest, size }) => {
    const kind = kindOf(mediaType);
    const path = NAMES[kind]?.(stem) ?? `${stem}.${kind}.bin`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const numbered = count === 1 ? path : path.replace(/(?=\.[a-z]+$)/, `-${count}`);
    return { path: numbered, sizeBytes: size, sha256: digest };
  });
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
