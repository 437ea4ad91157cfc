/** The Hugging Face hub, or a mirror that speaks its API, as a place models come from. */
import { formatReference } from '../../../src-shared/domain/reference.ts';
import type { ListedModel, ModelSource } from '../../engines/ports.ts';
import { nextCursor, pageUrl, searchUrl } from './addresses.ts';
import { createHubApi, type HubApi, type HubApiOptions } from './hub-api.ts';
import { inspect } from './inspect.ts';
import { locate } from './locate.ts';
import { type ListedInfo, searchAnswerSchema } from './parse-answers.ts';

/**
 * `locate` asks the hub a file was planned from, `search` and `inspect` the one configured now.
 * @throws AppError `REPOSITORY_NOT_FOUND`, `REPOSITORY_HIDDEN`, `REPOSITORY_DISABLED`,
 * `REVISION_NOT_FOUND`, `FILE_NOT_FOUND`, `ACCESS_GATED`, `TOKEN_INVALID`, `SERVER_REFUSED`,
 * `CONTENT_CHANGED`, and those of {@link HttpClient.send}
 */
export function createHuggingFaceSource(options: HubApiOptions): ModelSource {
  const api = createHubApi(options);
  return {
    search: (query, signal) => search(api, query, signal),
    inspect: (reference, signal) => inspect(api, reference, signal),
    locate: (origin, file, signal) => locate(api, { origin, file, signal }),
    pageUrl: ({ repository, revision }) => pageUrl(api.endpoint(), repository, revision),
  };
}

async function search(
  api: HubApi,
  query: Parameters<ModelSource['search']>[0],
  signal?: AbortSignal,
): ReturnType<ModelSource['search']> {
  const endpoint = api.endpoint();
  const url = searchUrl(endpoint, query);
  const { value, link } = await api.ask({ url, schema: searchAnswerSchema, about: {}, signal });
  const cursor = nextCursor(link, endpoint);
  return { items: value.map(toListed), ...(cursor !== undefined && { nextCursor: cursor }) };
}

function toListed(item: ListedInfo): ListedModel {
  const { id, author, downloads, likes, tags, gated, lastModified } = item;
  const [owner, name = id] = id.split('/');
  return {
    ref: formatReference({ source: 'hf', repository: id }),
    name,
    author: author ?? owner,
    tags,
    gated,
    private: item.private,
    ...(downloads !== undefined && { downloads }),
    ...(likes !== undefined && { likes }),
    ...(item.pipeline_tag !== undefined && { task: item.pipeline_tag }),
    ...(lastModified !== undefined && { updatedAt: lastModified }),
  };
}
