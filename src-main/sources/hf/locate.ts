/**
 * Where the bytes of one file lie right now. Small files stay at the hub; large ones are at another
 * host, behind an address that is signed and soon expires.
 */
import type { Origin, SourceFile } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { FileLocation } from '../../engines/ports.ts';
import {
  type FollowedAnswer,
  type HttpAnswer,
  type HttpRequest,
  isWebPage,
} from '../../platform/http.ts';
import { refuseUnsafeHop } from '../../platform/redirects.ts';
import { sizeIn, toLocation } from '../hops.ts';
import { resolveUrl } from './addresses.ts';
import type { HubApi } from './hub-api.ts';
import { refusalOf } from './refusals.ts';

export interface Wanted {
  readonly origin: Origin;
  readonly file: SourceFile;
  readonly signal?: AbortSignal | undefined;
}

export async function locate(api: HubApi, wanted: Wanted): Promise<FileLocation> {
  const { origin, file, signal } = wanted;
  const { repository, revision } = origin;
  const url = resolveUrl(origin.endpoint, { repository, revision, path: file.path });
  const authorization = await api.authorizationFor(url);
  const headers = { 'accept-encoding': 'identity', ...authorization };
  const answer = await askForFile(api, { url, headers, signal });
  if (answer.status >= 400) {
    const signedIn = 'authorization' in authorization;
    throw refusalOf(answer, { repository, revision, path: file.path, signedIn });
  }
  const told = readFacts([...answer.way, answer]);
  refuseStranger(answer, told);
  refuseChanged(told, wanted);
  return toLocation(answer, authorization);
}

/**
 * The address at the hub itself, without asking: right for small files, which hubs send directly. Why it
 * is refused, if it is, only {@link locate} finds out.
 */
export async function assume(api: HubApi, { origin, file }: Wanted): Promise<FileLocation> {
  const { endpoint, repository, revision } = origin;
  const url = resolveUrl(endpoint, { repository, revision, path: file.path });
  return { url, headers: await api.authorizationFor(url), redirected: false, assumed: true };
}

/**
 * The same bytes at another hub, which never sees the token and has to name the digest and the size.
 * @throws AppError `ANSWER_UNREADABLE` when it names neither, `CONTENT_CHANGED` when it names others
 */
export async function locateAtMirror(
  { http }: Pick<HubApi, 'http'>,
  endpoint: string,
  wanted: Wanted,
): Promise<FileLocation> {
  const { origin, file, signal } = wanted;
  const { repository, revision } = origin;
  const url = resolveUrl(endpoint, { repository, revision, path: file.path });
  const headers = { 'accept-encoding': 'identity' };
  const answer = await askForFile({ http }, { url, headers, signal });
  if (answer.status >= 400) {
    throw refusalOf(answer, { repository, revision, path: file.path, signedIn: false });
  }
  const told = readFacts([...answer.way, answer]);
  refuseStranger(answer, told);
  refuseChanged(told, wanted);
  const sizeBytes = told.linkedSize ?? sizeIn(answer);
  if (told.digest !== file.sha256 || sizeBytes === undefined) {
    throw new AppError('ANSWER_UNREADABLE', { host: new URL(url).host });
  }
  if (sizeBytes !== file.sizeBytes) throw new AppError('CONTENT_CHANGED', { path: file.path });
  return toLocation(answer, {});
}

/** HEAD, as it costs the hub least; some servers refuse it, and get a GET that is cut off. */
async function askForFile(
  api: Pick<HubApi, 'http'>,
  request: HttpRequest,
): Promise<FollowedAnswer> {
  const answer = await api.http.follow({ ...request, method: 'HEAD' });
  const { status, headers } = answer;
  // A refusal by the hub itself says why.
  const isExplained = headers['x-error-code'] ?? headers['x-error-message'];
  if (isExplained !== undefined || (status !== 405 && status !== 403)) return answer;
  return api.http.follow({
    ...request,
    headers: { ...request.headers, range: 'bytes=0-0' },
    headersOnly: true,
  });
}

/** What the answers on the way say of the file; the first to say something is right. */
interface ToldFacts {
  readonly commit: string | undefined;
  /** SHA-256 of a large file, git blob id of a small one. */
  readonly digest: string | undefined;
  /** The digest, when it was told as that of a large file: only hubs do. */
  readonly linkedDigest: string | undefined;
  readonly linkedSize: number | undefined;
}

function readFacts(way: readonly HttpAnswer[]): ToldFacts {
  const first = (name: string) =>
    way.map(({ headers }) => headers[name]).find((value) => value !== undefined);
  const size = first('x-linked-size');
  const bare = (tag: string | undefined) => tag?.replace(/^W\//, '').replace(/^"|"$/g, '');
  const linkedDigest = bare(first('x-linked-etag'));
  return {
    commit: first('x-repo-commit'),
    digest: linkedDigest ?? bare(first('etag')),
    linkedDigest,
    linkedSize: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined,
  };
}

/**
 * A hub names the commit, or at least the digest. Without either, a web page or a redirect to another
 * host comes from a network that wants a sign-in first. Nor does a hub send anyone from https to http, or
 * to the person's own computer.
 */
function refuseStranger(answer: HttpAnswer, told: ToldFacts): void {
  const { host, hostname } = new URL(answer.url);
  const target = answer.location === undefined ? undefined : new URL(answer.location);
  const isElsewhere = target !== undefined && target.hostname !== hostname;
  const isNameless = told.commit === undefined && told.linkedDigest === undefined;
  if (isNameless && (isWebPage(answer) || isElsewhere)) {
    throw new AppError('NETWORK_SIGN_IN', { host });
  }
  if (target === undefined) {
    if (answer.status >= 300) throw new AppError('ANSWER_UNREADABLE', { host });
    return;
  }
  refuseUnsafeHop(answer.url, target.href);
}

/** @throws AppError `CONTENT_CHANGED` when the hub now speaks of another file than was planned */
function refuseChanged(told: ToldFacts, { origin, file }: Wanted): void {
  const expected = file.sha256 ?? file.gitSha1;
  const isDigest = told.digest !== undefined && told.digest.length === expected?.length;
  const isSame =
    (told.commit === undefined || told.commit === origin.revision) &&
    (told.linkedSize === undefined || told.linkedSize === file.sizeBytes) &&
    (!isDigest || told.digest === expected);
  if (!isSame) throw new AppError('CONTENT_CHANGED', { path: file.path });
}
