/**
 * Civitai. What is downloaded is one version of a model, with its files; the token goes to Civitai alone,
 * never to the storage it leads to.
 * @see https://developer.civitai.com/docs/api/public-rest
 */
import { createHash } from 'node:crypto';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import { formatReference, type ModelReference } from '../../src-shared/domain/reference.ts';
import { AppError, toAppError } from '../../src-shared/errors.ts';
import type { FileLocation, ModelSource, RepositoryListing } from '../engines/ports.ts';
import {
  type CivitaiVersion,
  modelSchema,
  nameVersionFiles,
  searchSchema,
  toListed,
  type VersionFile,
} from './civitai-answers.ts';
import { type CivitaiApi, type CivitaiOptions, createCivitaiApi } from './civitai-api.ts';
import { type Access, accessAfter } from './civitai-refusals.ts';
import { askWhere, sizeIn, toLocation, walk } from './hops.ts';

/**
 * @throws AppError `REPOSITORY_NOT_FOUND`, `REPOSITORY_ARCHIVED`, `FILE_NOT_FOUND`, `SIGN_IN_NEEDED`,
 * `TOKEN_INVALID`, `EARLY_ACCESS`, `ACCESS_GATED`, `SERVER_REFUSED`, `CONTENT_CHANGED`,
 * `REDIRECT_REFUSED`, and those of {@link HttpClient.send}
 */
export function createCivitaiSource(options: CivitaiOptions): ModelSource {
  const api = createCivitaiApi(options);
  return {
    search: (query, signal) => search(api, query, signal),
    inspect: (reference, signal) => inspect(api, reference, signal),
    routes: (origin, file) => [
      {
        name: new URL(origin.endpoint).host,
        locate: (signal) => locate(api, { origin, file, signal }),
      },
    ],
    pageUrl: ({ repository }) => pageUrl(options.endpoint(), repository),
    identify: (sha256, signal) => identify(api, sha256, signal),
  };
}

async function identify(
  api: CivitaiApi,
  sha256: string,
  signal?: AbortSignal,
): Promise<ModelReference | null> {
  try {
    const { id } = await api.version(api.endpoint(), `by-hash/${sha256}`, signal);
    return { source: 'civitai', repository: String(id) };
  } catch (error) {
    if (toAppError(error).code === 'REPOSITORY_NOT_FOUND') return null;
    throw error;
  }
}

async function inspect(
  api: CivitaiApi,
  { repository }: ModelReference,
  signal?: AbortSignal,
): Promise<RepositoryListing> {
  const endpoint = api.endpoint();
  const id = await versionIdOf(api, repository, signal);
  const version = await api.version(endpoint, id, signal);
  const { files, access } = await measure(api, version, signal);
  const { model, name, publishedAt, stats } = version;
  const facts = files.map(({ path, sizeBytes, sha256 }) => `${path} ${sha256 ?? sizeBytes}`);
  const origin: Origin = {
    source: 'civitai',
    endpoint,
    repository: id,
    requestedRevision: id,
    revision: createHash('sha256')
      .update([id, ...facts].join('\n'))
      .digest('hex'),
  };
  return {
    origin,
    name: [model.name, name].join(' '),
    tags: [version.baseModel, model.type].filter((tag) => tag !== undefined),
    gated: access.access !== 'open',
    private: false,
    ...access,
    pageUrl: `${endpoint}/models/${version.modelId}?modelVersionId=${id}`,
    files,
    ...(publishedAt !== undefined && { updatedAt: publishedAt }),
    ...(stats?.downloadCount !== undefined && { downloads: stats.downloadCount }),
  };
}

/** `models/<number>` stands for the newest version of that model. */
async function versionIdOf(api: CivitaiApi, repository: string, signal?: AbortSignal) {
  const model = /^models\/(\d+)$/.exec(repository)?.[1];
  if (model === undefined) return repository;
  const url = `${api.endpoint()}/api/v1/models/${model}`;
  const { modelVersions } = await api.ask({ url, schema: modelSchema, repository, signal });
  const newest = modelVersions[0];
  if (!newest) throw new AppError('REPOSITORY_NOT_FOUND', { repository });
  return String(newest.id);
}

/** Listed sizes are rounded; the exact ones come from the downloads, as far as they are allowed. */
async function measure(api: CivitaiApi, version: CivitaiVersion, signal?: AbortSignal) {
  let access: Access = { access: 'open' };
  const files: SourceFile[] = [];
  for (const { path, file } of nameVersionFiles(version)) {
    let sizeBytes = Math.round(file.sizeKB * 1024);
    if (access.access === 'open') {
      const asked: number | Access = await askSize(api, { version, file, path, signal });
      if (typeof asked === 'number') sizeBytes = asked;
      else access = asked;
    }
    files.push({ path, sizeBytes, ...(file.sha256 !== undefined && { sha256: file.sha256 }) });
  }
  return { files, access };
}

interface AskedFile {
  readonly version: CivitaiVersion;
  readonly file: VersionFile;
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

/** @returns the size, or what is lacking to be told it */
async function askSize(
  api: CivitaiApi,
  { version, file, path, signal }: AskedFile,
): Promise<number | Access> {
  const url = `${api.endpoint()}${file.downloadPath}`;
  const headers = await api.headersFor(url);
  const { answer } = await walk(api.http, { url, headers, signal });
  try {
    await api.refuse(answer, { repository: String(version.id), path, headers, signal });
  } catch (error) {
    const access = accessAfter(error);
    if (access === null) throw error;
    return access;
  }
  const sizeBytes = sizeIn(answer);
  if (sizeBytes === undefined) {
    throw new AppError('SIZE_UNKNOWN', { path, host: new URL(answer.url).host });
  }
  return sizeBytes;
}

interface Wanted {
  readonly origin: Origin;
  readonly file: SourceFile;
  readonly signal?: AbortSignal | undefined;
}

async function locate(
  api: CivitaiApi,
  { origin: { endpoint, repository }, file, signal }: Wanted,
): Promise<FileLocation> {
  const { path, sha256 } = file;
  const version = await api.version(endpoint, repository, signal);
  const listed = nameVersionFiles(version).find((one) => one.path === path);
  if (!listed) throw new AppError('FILE_NOT_FOUND', { path });
  if (listed.file.sha256 !== sha256) throw new AppError('CONTENT_CHANGED', { path });
  const url = `${endpoint}${listed.file.downloadPath}`;
  const headers = await api.headersFor(url);
  const answer = await askWhere(api.http, { url, headers, signal });
  await api.refuse(answer, { repository, path, headers, signal });
  return toLocation(answer, headers);
}

const pageUrl = (endpoint: string, repository: string) =>
  repository.startsWith('models/')
    ? `${endpoint}/${repository}`
    : `${endpoint}/model-versions/${repository}`;

async function search(
  api: CivitaiApi,
  { text, limit, cursor }: Parameters<ModelSource['search']>[0],
  signal?: AbortSignal,
): ReturnType<ModelSource['search']> {
  const query = new URLSearchParams({ limit: String(limit), nsfw: 'false' });
  const words = text.trim();
  if (words !== '') query.set('query', words);
  else query.set('sort', 'Most Downloaded');
  if (cursor !== undefined) query.set('cursor', cursor);
  const url = `${api.endpoint()}/api/v1/models?${query}`;
  const { items, metadata } = await api.ask({
    url,
    schema: searchSchema,
    repository: words,
    signal,
  });
  const next = metadata.nextCursor;
  return {
    items: items.flatMap((item) => {
      const version = item.modelVersions[0];
      if (!version) return [];
      const ref = formatReference({ source: 'civitai', repository: String(version.id) });
      return [toListed(ref, item, version)];
    }),
    ...(next !== undefined && { nextCursor: next }),
  };
}
