/**
 * ModelScope as a mirror: it lists a SHA-256 for every file, so that a file of the same path, size and
 * digest is known to be the same. Nothing is planned from it.
 * @see https://github.com/modelscope/modelscope modelscope/hub/api.py
 */
import { z } from 'zod';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { FileLocation } from '../engines/ports.ts';
import { type HttpClient, isWebPage } from '../platform/http.ts';
import { askWhere, sizeIn, toLocation } from './hops.ts';

const BRANCH = 'master';
const REMEMBERED_MS = 10 * 60_000;

const listedFileSchema = z.object({
  Path: z.string().min(1),
  Type: z.string(),
  Size: z.number().int().nonnegative(),
  Sha256: z.string().catch(''),
});
const listingSchema = z.object({ Data: z.object({ Files: z.array(listedFileSchema) }) });
/** What ModelScope, and no other hub, says of a repository it does not have. */
const refusalSchema = z.object({ Code: z.number(), Message: z.string() });

interface Listing {
  readonly endpoint: string;
  readonly repository: string;
  /** By path. */
  readonly files: ReadonlyMap<string, { readonly sizeBytes: number; readonly sha256: string }>;
}

interface Wanted {
  readonly origin: Origin;
  readonly file: SourceFile;
  readonly signal?: AbortSignal | undefined;
}

export interface ModelScopeOptions {
  readonly http: HttpClient;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

export interface ModelScope {
  /**
   * What ModelScope at this address has of a repository, possibly nothing; remembered for a while.
   * @returns `null` when something else than ModelScope answers there
   */
  list(endpoint: string, repository: string, signal?: AbortSignal): Promise<Listing | null>;
  /** @throws AppError `FILE_NOT_FOUND`, `CONTENT_CHANGED`, `SERVER_REFUSED`, `REDIRECT_REFUSED` */
  locate(listing: Listing, wanted: Wanted): Promise<FileLocation>;
}

export function createModelScope({ http, now = Date.now }: ModelScopeOptions): ModelScope {
  const remembered = new Map<string, { readonly at: number; readonly listing: Listing }>();
  /** Addresses where another kind of hub answered. */
  const others = new Set<string>();
  return {
    list: async (endpoint, repository, signal) => {
      if (others.has(endpoint)) return null;
      const key = `${endpoint} ${repository}`;
      const known = remembered.get(key);
      if (known && now() - known.at < REMEMBERED_MS) return known.listing;
      const listing = await askForListing(http, { endpoint, repository, signal });
      if (listing) remembered.set(key, { at: now(), listing });
      else others.add(endpoint);
      return listing;
    },
    locate: (listing, wanted) => locate(http, listing, wanted),
  };
}

interface Place {
  readonly endpoint: string;
  readonly repository: string;
  readonly signal?: AbortSignal | undefined;
}

const apiOf = ({ endpoint, repository }: Pick<Place, 'endpoint' | 'repository'>) =>
  `${endpoint}/api/v1/models/${repository.split('/').map(encodeURIComponent).join('/')}/repo`;

async function askForListing(http: HttpClient, place: Place): Promise<Listing | null> {
  const url = `${apiOf(place)}/files?Revision=${BRANCH}&Recursive=true`;
  const { endpoint, repository, signal } = place;
  const answer = await http.follow({ url, headers: { accept: 'application/json' }, signal });
  const value = toValue(answer.body);
  const listed = listingSchema.safeParse(value);
  const files = listed.success ? listed.data.Data.Files : undefined;
  if (!files && !refusalSchema.safeParse(value).success) return refuseNameless(endpoint);
  return { endpoint, repository, files: new Map((files ?? []).flatMap(toEntry)) };
}

function toEntry({ Path, Type, Size, Sha256 }: z.infer<typeof listedFileSchema>) {
  if (Type !== 'blob' || !/^[0-9a-f]{64}$/i.test(Sha256)) return [];
  return [[Path, { sizeBytes: Size, sha256: Sha256.toLowerCase() }] as const];
}

/** @throws AppError `ANSWER_UNREADABLE` where nothing but ModelScope can be meant */
function refuseNameless(endpoint: string): null {
  const { host } = new URL(endpoint);
  if (host.includes('modelscope')) throw new AppError('ANSWER_UNREADABLE', { host });
  return null;
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function locate(
  http: HttpClient,
  listing: Listing,
  { file, signal }: Wanted,
): Promise<FileLocation> {
  const { path } = file;
  const listed = listing.files.get(path);
  if (!listed || file.sha256 === undefined) throw new AppError('FILE_NOT_FOUND', { path });
  if (listed.sha256 !== file.sha256 || listed.sizeBytes !== file.sizeBytes) {
    throw new AppError('CONTENT_CHANGED', { path });
  }
  const query = new URLSearchParams({ Revision: BRANCH, FilePath: path });
  const answer = await askWhere(http, { url: `${apiOf(listing)}?${query}`, signal });
  const { host } = new URL(answer.url);
  if (answer.status === 404) throw new AppError('FILE_NOT_FOUND', { path });
  if (answer.status >= 400) {
    throw new AppError('SERVER_REFUSED', { host, status: answer.status });
  }
  if (isWebPage(answer)) throw new AppError('NETWORK_SIGN_IN', { host });
  const sizeBytes = answer.location === undefined ? sizeIn(answer) : undefined;
  if (sizeBytes !== undefined && sizeBytes !== file.sizeBytes) {
    throw new AppError('CONTENT_CHANGED', { path });
  }
  return toLocation(answer, {});
}
