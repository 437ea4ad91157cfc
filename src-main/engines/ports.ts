/**
 * What engines need from the outside, as small interfaces. The adapters behind them live in
 * `platform`, `sources`, `library` and `stores`; `app/compose.ts` joins them.
 */
import type { EventData, EventType } from '../../src-shared/contract/events.ts';
import type { SearchHit } from '../../src-shared/domain/hub.ts';
import type { Origin, SourceFile } from '../../src-shared/domain/model.ts';
import type { HubReference } from '../../src-shared/domain/reference.ts';

/** Time as the engines see it, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Says that something happened. Never throws, never waits. */
export type Publish = <T extends EventType>(type: T, data: EventData<T>) => void;

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

/** A repository at a pinned commit, as its hub describes it; nothing about this machine yet. */
export interface RepositoryListing {
  readonly origin: Origin;
  readonly name: string;
  readonly author?: string;
  readonly downloads?: number;
  readonly likes?: number;
  readonly task?: string;
  readonly license?: string;
  readonly tags: readonly string[];
  readonly gated: boolean;
  readonly private: boolean;
  /** Whether the files can be fetched with the token at hand. */
  readonly access: 'open' | 'needs-token' | 'needs-grant';
  readonly updatedAt?: string;
  readonly pageUrl: string;
  readonly files: readonly SourceFile[];
}

export interface SearchQuery {
  readonly text: string;
  readonly task?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** A hit of the hub's own search: what its list answer says, without variants. */
export type ListedModel = Omit<SearchHit, 'variants'>;

/** Where the bytes of one file can be had right now. Never written down: it may hold a signature. */
export interface FileLocation {
  readonly url: string;
  /** Headers this very host may see (a token only for the hub itself). */
  readonly headers: Readonly<Record<string, string>>;
  /** `true` when the hub sent us to another host, whose 401/403/410 mean "ask the hub again". */
  readonly redirected: boolean;
  /** Milliseconds since the epoch, when the link says so. */
  readonly expiresAt?: number;
}

/** A place models come from. One implementation per kind of hub. */
export interface ModelSource {
  search(
    query: SearchQuery,
    signal?: AbortSignal,
  ): Promise<{ items: ListedModel[]; nextCursor?: string }>;
  /** Resolves the revision to a commit and lists all files at it. */
  inspect(reference: HubReference, signal?: AbortSignal): Promise<RepositoryListing>;
  /** Asks the origin where a file of a pinned commit lies. */
  locate(origin: Origin, file: SourceFile, signal?: AbortSignal): Promise<FileLocation>;
  pageUrl(reference: HubReference): string;
}

export interface Hardware {
  readonly memoryBytes: number;
  /** `null` when no graphics memory was found. */
  readonly videoMemoryBytes: number | null;
  readonly cpu: string;
  readonly cores: number;
}

/** What a part file must be the beginning of; a partial with another identity is never continued. */
export interface FileIdentity {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** `sha256:…` or `git-sha1:…`. */
  readonly digest: string;
}

/** The bytes of one file on their way in, with a journal that says how many of them are safe. */
export interface PartFile {
  readonly path: string;
  /** Bytes written; what {@link PartFile.commit} has not covered may be lost in a crash. */
  readonly length: number;
  /** The SHA-256 the journal says was proven for the whole file, if it got that far. */
  readonly verifiedSha256: string | undefined;
  /** Appends; resolves when the operating system has the bytes. @throws AppError `DISK_FULL` */
  append(chunk: Uint8Array): Promise<void>;
  /** Data to the disk first, then the journal record that promises it. */
  commit(): Promise<void>;
  /** Records that the whole file was proven; nothing is appended afterwards. */
  markVerified(sha256: string): Promise<void>;
  /** Moves the bytes to quarantine and begins again at zero. */
  setAside(): Promise<void>;
  close(): Promise<void>;
}

/** Where partial downloads lie. */
export interface PartStore {
  open(downloadId: string, identity: FileIdentity): Promise<PartFile>;
  /** What the journal promises, without opening the part for writing. */
  peek(downloadId: string, identity: FileIdentity): Promise<{ length: number; verified: boolean }>;
  /** Where the bytes of one file of a download lie. */
  partPath(downloadId: string, filePath: string): string;
  remove(downloadId: string): Promise<void>;
}

export interface Digests {
  readonly sha256: string;
  /** Git blob id; only measured for files that are published with one. */
  readonly gitSha1?: string;
}

/** A digest that follows a growing file, off the main thread. */
export interface HashRun {
  /** Bytes digested so far. */
  readonly hashedBytes: number;
  /** Hands over bytes that were just written at `offset`; the buffer must not be used afterwards. */
  push(offset: number, chunk: Uint8Array): void;
  /** The digests of the first `length` bytes of the file. Gaps are read from the file. */
  finish(length: number): Promise<Digests>;
  cancel(): void;
}

export interface Hasher {
  /** @param options.gitBlobBytes size of the file, when its git blob id is wanted as well */
  follow(
    path: string,
    options: { gitBlobBytes?: number; onProgress?: (hashedBytes: number) => void },
  ): HashRun;
}

/** One HTTP exchange whose body is taken as it comes. */
export interface BodyResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange at once; the body then fails with `reason`. */
  abort(reason: Error): void;
}

/** Opens a body without following redirects. @throws AppError `NETWORK_OFFLINE`, `TLS_UNTRUSTED` */
export type OpenBody = (
  url: string,
  options: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
) => Promise<BodyResponse>;
