import { openCommit, openFile, openRepository, requireFileAccess } from './access.ts';
import { deliver } from './deliver.ts';
import { describeFile, pointerTo } from './file-facts.ts';
import { answerJson, hubSurroundings, type RouteRequest } from './hub-request.ts';
import { Refusal, refuseBadToken } from './refusal.ts';
import type { HubAccount, JsonObject } from './repository.ts';
import type { StoredCommit, StoredRepository } from './repository-store.ts';
import { takeFault } from './take-fault.ts';
import { listTree, type TreeEntry } from './tree-json.ts';

const DEFAULT_REVISION = 'master';

/** The repositories of the hub once more, in the words of ModelScope. */
export async function answerModelScope(request: RouteRequest): Promise<void> {
  const { method, url } = request.exchange;
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method not allowed');
  const query = url.searchParams;
  const revision = query.get('Revision') ?? DEFAULT_REVISION;
  if (request.segments[0] === 'models') {
    const [, owner, name, , resolved = DEFAULT_REVISION, ...path] = request.segments;
    return answerFile(request, `${owner}/${name}`, { revision: resolved, path: path.join('/') });
  }
  const [, , , owner, name, repo, part] = request.segments;
  const id = `${owner}/${name}`;
  const path = query.get('FilePath');
  if (repo === 'repo' && part === 'files') return answerListing(request, id, revision);
  if (repo === 'repo' && part === undefined && path !== null)
    return answerFile(request, id, { revision, path });
  throw new Refusal(404, 'Not found');
}

async function answerListing(request: RouteRequest, id: string, revision: string): Promise<void> {
  if ((await takeFault(request, 'api')) === 'answered') return;
  const query = request.exchange.url.searchParams;
  const commit = openRevision(open(request, id), revision);
  const isRecursive = /^true$/i.test(query.get('Recursive') ?? '');
  const entries = listTree(commit, query.get('Root') ?? '', isRecursive);
  const files = await Promise.all(entries.map((entry) => describeEntry(commit, entry)));
  answerJson(request, {
    Code: 200,
    Data: { Files: files, IsVisual: 0 },
    Message: 'success',
    RequestId: request.headers['x-request-id'],
    Success: true,
  });
}

async function describeEntry(commit: StoredCommit, entry: TreeEntry): Promise<JsonObject> {
  const { path } = entry;
  const common = {
    Name: path.slice(path.lastIndexOf('/') + 1),
    Path: path,
    Revision: commit.id,
    CommittedDate: Date.parse(commit.date) / 1000,
  };
  if (entry.type === 'directory') return { ...common, Type: 'tree', Size: 0, Sha256: '' };
  const { sizeBytes, content, lfs } = await describeFile(entry.file);
  const facts = { Size: sizeBytes, Sha256: await content.sha256(), IsLFS: lfs !== null };
  return { ...common, Type: 'blob', ...facts };
}

/** A part is right, and Content-Range says which; only the status is that of a whole file. */
async function answerFile(
  request: RouteRequest,
  id: string,
  place: { readonly revision: string; readonly path: string },
): Promise<void> {
  const { exchange, state } = request;
  exchange.record.file = `${id}/${place.path}`;
  const repository = open(request, id);
  requireFileAccess(repository, readAccount(request));
  const file = openFile(openRevision(repository, place.revision), place.path);
  const { content } = file;
  const name = encodeURIComponent(place.path.slice(place.path.lastIndexOf('/') + 1));
  const headers = {
    ...request.headers,
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
  };
  const delivery = {
    ...hubSurroundings(state, headers, () => pointerTo(content)),
    content,
    etag: `"${await content.sha256()}"`,
    file: exchange.record.file,
    mayCompress: false,
    partStatus: 200,
  } as const;
  await deliver(exchange, delivery, state);
}

function open(request: RouteRequest, id: string): StoredRepository {
  const { state, exchange } = request;
  const account = readAccount(request);
  return openRepository(state.store, id, { account, target: exchange.target });
}

function openRevision(repository: StoredRepository, revision: string): StoredCommit {
  return openCommit(repository, revision === DEFAULT_REVISION ? 'main' : revision);
}

/** The token comes as a cookie. @throws Refusal 401 when nobody has it */
function readAccount({ exchange, state }: RouteRequest): HubAccount | null {
  const cookie = exchange.request.headers.cookie ?? '';
  const token = /(?:^|;\s*)m_session_id=([^;]+)/.exec(cookie)?.[1];
  if (token === undefined) return null;
  const account = state.tokens.get(token);
  if (!account) throw refuseBadToken();
  return account;
}
