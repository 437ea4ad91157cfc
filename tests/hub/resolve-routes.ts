import { openCommit, openFile, openRepository, requireFileAccess } from './access.ts';
import { bytesContent } from './content.ts';
import { deliver, flipEtag } from './deliver.ts';
import { answerWhole } from './exchange.ts';
import { describeFile, type FileFacts } from './file-facts.ts';
import { answerText, type HubRequest, hubSurroundings } from './hub-request.ts';
import type { StoredCommit, StoredRepository } from './repository-store.ts';
import { pointerOf, repositoryObject } from './stored-objects.ts';

/** Where a file address points, once everything about it has been checked. */
interface OpenedFile {
  readonly repository: StoredRepository;
  readonly commit: StoredCommit;
  readonly facts: FileFacts;
}

export interface FileAddress {
  readonly id: string;
  readonly revision: string;
  readonly path: string;
}

/** Large files are at the second origin, small ones in a cache of this one. */
export async function answerResolve(request: HubRequest, address: FileAddress): Promise<void> {
  const opened = await openAddress(request, address);
  if (opened.facts.lfs) redirectToObject(request, opened, opened.facts.lfs);
  else redirectToCache(request, opened);
}

/** What git holds: for a large file its pointer. */
export async function answerRaw(request: HubRequest, address: FileAddress): Promise<void> {
  const { facts, commit } = await openAddress(request, address);
  const content = facts.lfs ? bytesContent(facts.lfs.pointer) : facts.content;
  await deliverText(request, { ...facts, content }, commit);
}

export async function answerResolveCache(request: HubRequest, address: FileAddress): Promise<void> {
  const { facts, commit } = await openAddress(request, address);
  if (request.exchange.request.headers['if-none-match'] === `"${facts.oid}"`) {
    answerWhole(request.exchange, 304, {
      headers: { ...request.headers, etag: `"${facts.oid}"` },
      body: '',
    });
    return;
  }
  await deliverText(request, facts, commit);
}

async function openAddress(request: HubRequest, address: FileAddress): Promise<OpenedFile> {
  const { state, account, exchange } = request;
  const repository = openRepository(state.store, address.id, { account, target: exchange.target });
  requireFileAccess(repository, account);
  const commit = openCommit(repository, address.revision);
  return { repository, commit, facts: await describeFile(openFile(commit, address.path)) };
}

function redirectToCache(request: HubRequest, { repository, commit, facts }: OpenedFile): void {
  const etag = `"${facts.oid}"`;
  const headers = {
    'x-repo-commit': commit.id,
    etag: request.fault?.kind === 'etag-flip' ? flipEtag(etag) : etag,
    'accept-ranges': 'bytes',
    'content-disposition': disposition(facts.path),
  };
  if (request.exchange.request.headers['if-none-match'] === etag) {
    answerWhole(request.exchange, 304, { headers: { ...request.headers, ...headers }, body: '' });
    return;
  }
  const place = [
    'api',
    'resolve-cache',
    'models',
    ...repository.definition.id.split('/'),
    commit.id,
  ];
  const path = [...place, ...facts.path.split('/')].map(encodeURIComponent).join('/');
  const location = `/${path}?etag=${encodeURIComponent(etag)}`;
  answerRedirect(request, 307, { ...headers, location });
}

function redirectToObject(
  request: HubRequest,
  { repository, commit, facts }: OpenedFile,
  { sha256, xetHash }: NonNullable<FileFacts['lfs']>,
): void {
  const { state, exchange, fault } = request;
  const { id } = repository.definition;
  const plain = exchange.url.searchParams.has('noContentDisposition');
  const object = `/cdn/${repository.objectId}/${xetHash}`;
  state.objects.set(object, repositoryObject(id, facts));
  const etag = `"${sha256}"`;
  answerRedirect(request, 302, {
    'x-repo-commit': commit.id,
    'x-linked-etag': fault?.kind === 'etag-flip' ? flipEtag(etag) : etag,
    'x-linked-size': facts.sizeBytes,
    'x-xet-hash': xetHash,
    link: [
      `<${state.url}/api/models/${id}/xet-read-token/${commit.id}>; rel="xet-auth"`,
      `<${state.cdnUrl}/v1/reconstructions/${xetHash}>; rel="xet-reconstruction-info"`,
    ].join(', '),
    location: state.cdnUrl + state.signer.sign(object, plain ? '' : disposition(facts.path)),
  });
}

function answerRedirect(
  request: HubRequest,
  status: 302 | 307,
  headers: Readonly<Record<string, string | number>>,
): void {
  const word = status === 302 ? 'Found' : 'Temporary Redirect';
  answerText(request, status, { headers, body: `${word}. Redirecting to ${headers.location}` });
}

function deliverText(request: HubRequest, facts: FileFacts, commit: StoredCommit): Promise<void> {
  const { exchange, state } = request;
  const isJson = facts.path.endsWith('.json');
  const headers = {
    ...request.headers,
    'x-repo-commit': commit.id,
    'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
    'content-disposition': disposition(facts.path),
  };
  const delivery = {
    ...hubSurroundings(state, headers, pointerOf(facts)),
    content: facts.content,
    etag: `"${facts.oid}"`,
    file: exchange.record.file ?? facts.path,
    mayCompress: facts.lfs === null,
  };
  return deliver(exchange, delivery, state);
}

function disposition(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `inline; filename*=UTF-8''${encodeURIComponent(name)}; filename="${plain}";`;
}
