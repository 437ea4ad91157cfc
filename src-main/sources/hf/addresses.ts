/** Addresses of the hub. Pure. @see https://huggingface.co/docs/hub/api */

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

const apiBase = (endpoint: string) => `${endpoint.replace(/\/+$/, '')}/api/models`;

/** What search answers shall tell beyond `id`; without it the hub leaves `gated` and the date out. */
const LISTED_FIELDS = [
  'author',
  'downloads',
  'gated',
  'lastModified',
  'likes',
  'pipeline_tag',
  'private',
  'tags',
];

export interface SearchAddress {
  readonly text: string;
  readonly task?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** With words to look for, the most downloaded first; without, what is in demand now. */
export function searchUrl(endpoint: string, { text, task, limit, cursor }: SearchAddress): string {
  const query = new URLSearchParams();
  const words = text.trim();
  if (words !== '') query.set('search', words);
  if (task !== undefined) query.set('pipeline_tag', task);
  query.set('sort', words === '' ? 'trendingScore' : 'downloads');
  query.set('limit', String(limit));
  for (const field of LISTED_FIELDS) query.append('expand', field);
  if (cursor !== undefined) query.set('cursor', cursor);
  return `${apiBase(endpoint)}?${query}`;
}

export function infoUrl(endpoint: string, repository: string, revision?: string): string {
  const base = `${apiBase(endpoint)}/${encodePath(repository)}`;
  return revision === undefined ? base : `${base}/revision/${encodeURIComponent(revision)}`;
}

export function treeUrl(endpoint: string, repository: string, revision: string): string {
  const place = `${encodePath(repository)}/tree/${encodeURIComponent(revision)}`;
  return `${apiBase(endpoint)}/${place}?recursive=true&expand=false`;
}

export interface FilePlace {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

export function resolveUrl(endpoint: string, { repository, revision, path }: FilePlace): string {
  const place = `${encodePath(repository)}/resolve/${encodeURIComponent(revision)}`;
  return `${endpoint.replace(/\/+$/, '')}/${place}/${encodePath(path)}`;
}

export function pageUrl(endpoint: string, repository: string, revision?: string): string {
  const page = `${endpoint.replace(/\/+$/, '')}/${encodePath(repository)}`;
  return revision === undefined ? page : `${page}/tree/${encodeURIComponent(revision)}`;
}

/**
 * Address of the next page out of a `Link` header. A mirror may pass on the address of the hub it
 * copies; only its path and query are used, so that no page is asked for elsewhere.
 * @see RFC 8288
 */
export function nextPageUrl(link: string | undefined, endpoint: string): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel="?next"?(\s*[;,]|\s*$)/i.test(parameters)) continue;
    if (!URL.canParse(target, endpoint)) continue;
    const { pathname, search } = new URL(target, endpoint);
    const start = pathname.indexOf('/api/');
    if (start >= 0) return `${endpoint.replace(/\/+$/, '')}${pathname.slice(start)}${search}`;
  }
  return undefined;
}

/** The opaque place in a list that the next page begins at. */
export function nextCursor(link: string | undefined, endpoint: string): string | undefined {
  const next = nextPageUrl(link, endpoint);
  return next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined);
}
