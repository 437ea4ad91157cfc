/** The Hugging Face hub, or a mirror that speaks its API, as a place models come from. */
import { formatReference } from '../../../src-shared/domain/reference.ts';
import { SMALL_BYTES } from '../../engines/download/fetch-small.ts';
import type { ListedModel, ModelSource, Route } from '../../engines/ports.ts';
import { createModelScope, type ModelScope } from '../modelscope.ts';
import { nextCursor, pageUrl, searchUrl } from './addresses.ts';
import { createHubApi, type HubApi, type HubApiOptions } from './hub-api.ts';
import { inspect } from './inspect.ts';
import { assume, locate, locateAtMirror, type Wanted } from './locate.ts';
import { type ListedInfo, searchAnswerSchema } from './parse-answers.ts';

export interface HuggingFaceOptions extends HubApiOptions {
  /** Addresses of mirrors, in order. They never see the token. Default: none. */
  readonly mirrors?: () => readonly string[];
}

/**
 * Routes ask the hub a file was planned from, then the mirrors; `search` and `inspect` ask the hub
 * configured now.
 * @throws AppError `REPOSITORY_NOT_FOUND`, `REPOSITORY_HIDDEN`, `REPOSITORY_DISABLED`,
 * `REVISION_NOT_FOUND`, `FILE_NOT_FOUND`, `ACCESS_GATED`, `TOKEN_INVALID`, `SERVER_REFUSED`,
 * `CONTENT_CHANGED`, `REDIRECT_REFUSED`, and those of {@link HttpClient.send}
 */
export function createHuggingFaceSource(options: HuggingFaceOptions): ModelSource {
  const api = createHubApi(options);
  const modelScope = createModelScope(options);
  return {
    search: (query, signal) => search(api, query, signal),
    inspect: (reference, signal) => inspect(api, reference, signal),
    routes: (origin, file) => [
      originRoute(api, { origin, file }),
      ...mirrorsFor(options.mirrors?.() ?? [], { origin, file }).map((endpoint) =>
        mirrorRoute(api, modelScope, endpoint, { origin, file }),
      ),
    ],
    pageUrl: ({ repository, revision }) => pageUrl(api.endpoint(), repository, revision),
  };
}

/**
 * A small file is first assumed to be where hubs keep it: it is fetched in an exchange that follows the
 * hub's own redirects. Asked again, the hub says what is wrong.
 */
function originRoute(api: HubApi, wanted: Wanted): Route {
  const { sha256, sizeBytes } = wanted.file;
  let mayAssume = sha256 === undefined && sizeBytes <= SMALL_BYTES;
  return {
    name: new URL(wanted.origin.endpoint).host,
    locate: (signal) => {
      const isAssumed = mayAssume;
      mayAssume = false;
      return isAssumed ? assume(api, wanted) : locate(api, { ...wanted, signal });
    },
  };
}

/** Only a SHA-256 proves that another hub has the same bytes. */
function mirrorsFor(mirrors: readonly string[], { origin, file }: Wanted): string[] {
  if (file.sha256 === undefined) return [];
  const bare = mirrors.map((endpoint) => endpoint.replace(/\/+$/, ''));
  return [...new Set(bare)].filter((endpoint) => endpoint !== origin.endpoint);
}

function mirrorRoute(api: HubApi, modelScope: ModelScope, endpoint: string, wanted: Wanted): Route {
  const { host } = new URL(endpoint);
  return {
    name: host,
    locate: async (signal) => {
      const { repository } = wanted.origin;
      const listing = await modelScope.list(endpoint, repository, signal);
      if (listing) return modelScope.locate(listing, { ...wanted, signal });
      return locateAtMirror(api, endpoint, { ...wanted, signal });
    },
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
