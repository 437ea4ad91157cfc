/**
 * One file of any web server. What is known of it is its size, what the server calls its state (the
 * validator), and perhaps a SHA-256 that came with the address.
 */
import { createHash } from 'node:crypto';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import { conditionsOf, isOtherVersion, validatorOf } from '../engines/download/validators.ts';
import type { FileLocation, ModelSource, RepositoryListing } from '../engines/ports.ts';
import { type HttpAnswer, type HttpClient, isWebPage } from '../platform/http.ts';
import { nameInDisposition, nameInPath } from './disposition.ts';
import { sizeIn, type Walked, walk } from './hops.ts';
import { linkExpiry } from './link-expiry.ts';

export interface UrlSourceOptions {
  readonly http: HttpClient;
}

/**
 * @throws AppError `FILE_NOT_FOUND`, `SERVER_REFUSED`, `SIZE_UNKNOWN`, `NOT_A_MODEL_FILE`,
 * `REDIRECT_REFUSED`, `CONTENT_CHANGED`, `SEARCH_UNSUPPORTED`, and those of {@link HttpClient.send}
 */
export function createUrlSource({ http }: UrlSourceOptions): ModelSource {
  return {
    search: async () => {
      throw new AppError('SEARCH_UNSUPPORTED', { source: 'url' });
    },
    inspect: (reference, signal) => inspect(http, reference, signal),
    routes: (origin, file) => [
      {
        name: new URL(origin.repository).host,
        locate: (signal) => locate(http, origin.repository, file, signal),
      },
    ],
    pageUrl: ({ repository }) => `${new URL(repository).origin}/`,
  };
}

async function inspect(
  http: HttpClient,
  { repository: url, revision: digest }: ModelReference,
  signal?: AbortSignal,
): Promise<RepositoryListing> {
  const { name, sizeBytes, validator } = await probe(http, url, signal);
  const { origin: endpoint, host } = new URL(url);
  const facts = [url, sizeBytes, validator ?? '', digest ?? ''].join('\n');
  const origin: Origin = {
    source: 'url',
    endpoint,
    repository: url,
    requestedRevision: digest ?? 'latest',
    revision: createHash('sha256').update(facts).digest('hex'),
  };
  const file: SourceFile = {
    path: name,
    sizeBytes,
    ...(digest !== undefined && { sha256: digest }),
    ...(validator !== undefined && { validator }),
  };
  return {
    origin,
    name: name.replace(/\.\w{1,12}$/, ''),
    author: host,
    tags: [],
    gated: false,
    private: false,
    access: 'open',
    pageUrl: `${endpoint}/`,
    files: [file],
  };
}

async function locate(
  http: HttpClient,
  url: string,
  file: SourceFile,
  signal?: AbortSignal,
): Promise<FileLocation> {
  const { answer, sizeBytes } = await probe(http, url, signal);
  // Servers behind one name may call the same bytes differently: with a digest, only that counts.
  const validator = file.sha256 === undefined ? file.validator : undefined;
  if (sizeBytes !== file.sizeBytes || isOtherVersion(validator, answer.headers)) {
    throw new AppError('CONTENT_CHANGED', { path: file.path });
  }
  const expiresAt = linkExpiry(answer.url);
  return {
    url: answer.url,
    headers: conditionsOf(validator),
    ...(validator !== undefined && { validator }),
    redirected: new URL(answer.url).origin !== new URL(url).origin,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

interface Probed {
  readonly answer: HttpAnswer;
  readonly name: string;
  readonly sizeBytes: number;
  readonly validator: string | undefined;
}

async function probe(http: HttpClient, url: string, signal?: AbortSignal): Promise<Probed> {
  const walked = await walk(http, { url, signal });
  const { answer } = walked;
  const name = nameOf(url, walked);
  const { host } = new URL(answer.url);
  const sizeBytes = sizeIn(answer);
  refuse(answer, name, sizeBytes);
  if (sizeBytes === undefined) throw new AppError('SIZE_UNKNOWN', { path: name, host });
  return { answer, name, sizeBytes, validator: validatorOf(answer.headers) };
}

function refuse(answer: HttpAnswer, path: string, sizeBytes: number | undefined): void {
  const { status, url } = answer;
  // An empty file has no first byte.
  if (status === 416 && sizeBytes === 0) return;
  if (status === 404 || status === 410) throw new AppError('FILE_NOT_FOUND', { path });
  if (status !== 200 && status !== 206) {
    throw new AppError('SERVER_REFUSED', { host: new URL(url).host, status });
  }
  if (isWebPage(answer)) throw new AppError('NOT_A_MODEL_FILE', { path, found: 'a web page' });
}

function nameOf(url: string, { answer, way }: Walked): string {
  const told = [answer, ...way.toReversed()].map(({ headers }) =>
    nameInDisposition(headers['content-disposition']),
  );
  const inPaths = [url, answer.url].map((address) => nameInPath(new URL(address).pathname));
  return [...told, ...inPaths].find((name) => name !== undefined) ?? 'file';
}
