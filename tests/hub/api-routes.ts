import type { IncomingMessage } from 'node:http';
import { canSee, openCommit, openRepository, requireFileAccess } from './access.ts';
import { answerJson, type HubRequest } from './hub-request.ts';
import { describeListed, describeModel, mainCommit } from './model-json.ts';
import { searchRepositories } from './model-search.ts';
import { pageOf } from './paging.ts';
import { Refusal, refuseAnonymous, refuseInput } from './refusal.ts';
import { listBranches, type StoredRepository } from './repository-store.ts';
import { describeEntry, findEntry, listTree, type TreeEntry } from './tree-json.ts';

const EXPANDED_PAGE_SIZE = 50;
const MAXIMUM_BODY_BYTES = 1024 * 1024;

/** Everything below `/api/` but the cache of resolved files. */
export async function answerApi(request: HubRequest): Promise<void> {
  const [, area, namespace, name, part, ...rest] = request.segments;
  if (area === 'whoami-v2') return answerWhoami(request);
  if (area !== 'models') throw notServed();
  if (namespace === undefined) return answerSearch(request);
  if (name === undefined) throw notServed();
  const repository = openRepository(request.state.store, `${namespace}/${name}`, {
    account: request.account,
    target: request.exchange.target,
  });
  return answerRepository(request, repository, [part, ...rest]);
}

async function answerRepository(
  request: HubRequest,
  repository: StoredRepository,
  [part, revision = 'main', ...rest]: readonly (string | undefined)[],
): Promise<void> {
  const query = request.exchange.url.searchParams;
  switch (part) {
    case undefined:
      return answerJson(request, await describeModel(repository, mainCommit(repository), query));
    case 'revision':
      return answerJson(
        request,
        await describeModel(repository, openCommit(repository, revision), query),
      );
    case 'refs':
      return answerRefs(request, repository);
    case 'tree':
      return answerTree(request, repository, { revision, folder: rest.join('/') });
    case 'paths-info':
      return answerPathsInfo(request, repository, revision);
    case 'commits':
      return answerCommits(request, repository, revision);
    case 'auth-check':
      requireFileAccess(repository, request.account);
      return answerJson(request, {});
    default:
      throw notServed();
  }
}

const notServed = (): Refusal => new Refusal(404, 'Sorry, there is nothing at this address.');

function answerWhoami(request: HubRequest): void {
  const { account } = request;
  if (!account) throw refuseAnonymous();
  const { user, fullname = user } = account;
  const accessToken = {
    displayName: 'larder',
    role: 'read',
    createdAt: '2025-01-06T09:00:00.000Z',
  };
  answerJson(request, {
    type: 'user',
    id: Buffer.from(user).toString('hex').padEnd(24, '0').slice(0, 24),
    name: user,
    fullname,
    email: `${user}@example.org`,
    isPro: false,
    orgs: [],
    auth: { type: 'access_token', accessToken },
  });
}

async function answerSearch(request: HubRequest): Promise<void> {
  const { state, account, exchange } = request;
  const query = exchange.url.searchParams;
  const visible = state.store.all().filter((repository) => canSee(repository, account));
  const page = pageOf(searchRepositories(visible, query), exchange.url, state.pageSize);
  const items = await Promise.all(page.items.map((item) => describeListed(item, query)));
  answerJson(request, items, linkHeader(page.link));
}

function answerRefs(request: HubRequest, repository: StoredRepository): void {
  const branches = [...listBranches(repository)].map(([name, targetCommit]) => ({
    name,
    ref: `refs/heads/${name}`,
    targetCommit,
  }));
  const tags = repository.commits.flatMap(({ id, tags: names }) =>
    names.map((name) => ({ name, ref: `refs/tags/${name}`, targetCommit: id })),
  );
  const withRequests = request.exchange.url.searchParams.get('include_prs') === '1';
  answerJson(request, {
    branches,
    converts: [],
    tags,
    ...(withRequests ? { pullRequests: [] } : {}),
  });
}

async function answerTree(
  request: HubRequest,
  repository: StoredRepository,
  place: { readonly revision: string; readonly folder: string },
): Promise<void> {
  const { url } = request.exchange;
  const commit = openCommit(repository, place.revision);
  const expand = url.searchParams.get('expand') === 'true';
  const entries = listTree(commit, place.folder, url.searchParams.get('recursive') === 'true');
  const maximum = Math.min(
    request.state.pageSize,
    expand ? EXPANDED_PAGE_SIZE : Number.POSITIVE_INFINITY,
  );
  const page = pageOf(entries, url, maximum);
  const items = await Promise.all(page.items.map((entry) => describeEntry(commit, entry, expand)));
  answerJson(request, items, { ...linkHeader(page.link), 'x-repo-commit': commit.id });
}

/** Unknown paths are left out of the answer without a word. */
async function answerPathsInfo(
  request: HubRequest,
  repository: StoredRepository,
  revision: string,
): Promise<void> {
  if (request.exchange.method !== 'POST') throw new Refusal(405, 'Method not allowed');
  const commit = openCommit(repository, revision);
  const asked = await readPaths(request.exchange.request);
  const entries = asked.paths
    .map((path) => findEntry(commit, path))
    .filter((entry): entry is TreeEntry => entry !== undefined);
  answerJson(
    request,
    await Promise.all(entries.map((entry) => describeEntry(commit, entry, asked.expand))),
  );
}

function answerCommits(request: HubRequest, repository: StoredRepository, revision: string): void {
  const last = repository.commits.indexOf(openCommit(repository, revision));
  const reached = repository.commits.slice(0, last + 1).toReversed();
  const page = pageOf(reached, request.exchange.url, request.state.pageSize);
  const items = page.items.map(({ id, title, date }) => ({
    id,
    title,
    message: '',
    date,
    authors: [{ user: repository.author }],
  }));
  answerJson(request, items, { ...linkHeader(page.link), 'x-total-count': reached.length });
}

/** A form with repeated `paths`, or JSON. */
async function readPaths(
  request: IncomingMessage,
): Promise<{ paths: readonly string[]; expand: boolean }> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAXIMUM_BODY_BYTES) throw refuseInput('The request is too long');
  }
  if (!request.headers['content-type']?.includes('json')) {
    const form = new URLSearchParams(text);
    return { paths: form.getAll('paths'), expand: /^true$/i.test(form.get('expand') ?? '') };
  }
  const { paths, expand } = parseJson(text) as { paths?: unknown; expand?: unknown };
  if (!Array.isArray(paths)) throw refuseInput('paths must be a list');
  return { paths: paths.map(String), expand: expand === true };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw refuseInput('The request is not JSON');
  }
}

function linkHeader(link: string | null): Record<string, string> {
  return link === null ? {} : { link };
}
