/** A repository at a pinned commit with all its files. */
import type { SourceFile } from '../../../src-shared/domain/model.ts';
import type { ModelReference } from '../../../src-shared/domain/reference.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { RepositoryListing } from '../../engines/ports.ts';
import { infoUrl, nextPageUrl, pageUrl, treeUrl } from './addresses.ts';
import type { HubApi } from './hub-api.ts';
import { locate } from './locate.ts';
import { licenseOf, type ModelInfo, modelInfoSchema, treePageSchema } from './parse-answers.ts';

const MAX_FILES = 200_000;
const DEFAULT_REVISION = 'main';

export async function inspect(
  api: HubApi,
  reference: ModelReference,
  signal?: AbortSignal,
): Promise<RepositoryListing> {
  const endpoint = api.endpoint();
  const { repository, revision } = reference;
  const { value: info } = await api.ask({
    url: infoUrl(endpoint, repository, revision),
    schema: modelInfoSchema,
    about: { repository, revision: revision ?? DEFAULT_REVISION },
    signal,
  });
  if (info.disabled) throw new AppError('REPOSITORY_DISABLED', { repository: info.id });
  const origin = {
    source: 'hf',
    endpoint,
    repository: info.id,
    requestedRevision: revision ?? DEFAULT_REVISION,
    revision: info.sha,
  } as const;
  const files = await listFiles(api, { endpoint, repository: info.id, revision: info.sha, signal });
  return {
    ...decorationOf(info),
    origin,
    pageUrl: pageUrl(endpoint, info.id, revision),
    files,
    access: info.gated ? await probeAccess(api, { origin, files, signal }) : 'open',
  };
}

function decorationOf(info: ModelInfo) {
  const { author = info.id.split('/')[0], downloads, likes, lastModified } = info;
  const license = licenseOf(info);
  return {
    name: info.id.slice(info.id.indexOf('/') + 1),
    tags: info.tags,
    gated: info.gated,
    private: info.private,
    ...(author !== undefined && { author }),
    ...(downloads !== undefined && { downloads }),
    ...(likes !== undefined && { likes }),
    ...(info.pipeline_tag !== undefined && { task: info.pipeline_tag }),
    ...(license !== undefined && { license }),
    ...(lastModified !== undefined && { updatedAt: lastModified }),
  };
}

interface TreePlace {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly signal?: AbortSignal | undefined;
}

/** @throws AppError `ANSWER_UNREADABLE` when the list does not end */
async function listFiles(api: HubApi, place: TreePlace): Promise<SourceFile[]> {
  const { endpoint, repository, revision, signal } = place;
  const files: SourceFile[] = [];
  const asked = new Set<string>();
  let url: string | undefined = treeUrl(endpoint, repository, revision);
  while (url !== undefined) {
    asked.add(url);
    const page = await api.ask({
      url,
      schema: treePageSchema,
      about: { repository, revision },
      signal,
    });
    for (const file of page.value) files.push(file);
    url = nextPageUrl(page.link, endpoint);
    if (files.length > MAX_FILES || (url !== undefined && asked.has(url))) {
      throw new AppError('ANSWER_UNREADABLE', { host: new URL(endpoint).host });
    }
  }
  return files;
}

interface AccessProbe {
  readonly origin: RepositoryListing['origin'];
  readonly files: readonly SourceFile[];
  readonly signal?: AbortSignal | undefined;
}

/** The card of a gated model is open to all, its large files are not: so ask for the largest. */
async function probeAccess(
  api: HubApi,
  { origin, files, signal }: AccessProbe,
): Promise<RepositoryListing['access']> {
  const largest = files.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  if (largest === undefined) return 'open';
  try {
    await locate(api, { origin, file: largest, signal });
    return 'open';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'TOKEN_INVALID') return 'needs-token';
    if (error.code !== 'ACCESS_GATED') throw error;
    return (error as AppError<'ACCESS_GATED'>).params.signedIn ? 'needs-grant' : 'needs-token';
  }
}
