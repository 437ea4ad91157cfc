/**
 * What engines need from the outside, as small interfaces. The adapters behind them live in
 * `platform`, `sources`, `library` and `stores`; `app/compose.ts` joins them.
 */
import type { EventData, EventType } from '../../src-shared/contract/events.ts';
import type { SearchHit } from '../../src-shared/domain/hub.ts';
import type { Manifest, Origin, SourceFile, SourceKind } from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import type { AppError } from '../../src-shared/errors.ts';
import type { PieceMap, PieceState, Span } from './download/pieces.ts';

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
  readonly access: 'open' | 'needs-token' | 'needs-grant' | 'early-access';
  /** The day early access ends, where the hub tells it. */
  readonly earlyAccessUntil?: string;
  readonly updatedAt?: string;
  readonly pageUrl: string;
  readonly files: readonly SourceFile[];
}

export interface SearchQuery {
  /** Which kind of hub to search. Default: hf. */
  readonly source?: SourceKind;
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
  /** `true` when nobody was asked yet: the server may still refuse, or send us elsewhere. */
  readonly assumed?: boolean;
  /** What the server calls the state of the file, where nothing better says which bytes are right. */
  readonly validator?: string;
  /** Milliseconds since the epoch, when the link says so. */
  readonly expiresAt?: number;
}

/** One way to the bytes of a file: the hub itself, or a mirror that has the same bytes. */
export interface Route {
  /** The host as people know it. */
  readonly name: string;
  /** Asks where the file lies now. @throws AppError when it is not there, or not the same file */
  locate(signal?: AbortSignal): Promise<FileLocation>;
}

/** A place models come from. One implementation per kind of hub. */
export interface ModelSource {
  search(
    query: SearchQuery,
    signal?: AbortSignal,
  ): Promise<{ items: ListedModel[]; nextCursor?: string }>;
  /** Resolves the revision to a fixed one and lists all files at it. */
  inspect(reference: ModelReference, signal?: AbortSignal): Promise<RepositoryListing>;
  /** Ways to a file of a pinned revision, best first: its origin, then mirrors. */
  routes(origin: Origin, file: SourceFile): readonly Route[];
  pageUrl(reference: ModelReference): string;
  /**
   * What a file of this digest belongs to, where the source can be asked that. @returns `null` when it knows none
   * @throws as {@link ModelSource.inspect}
   */
  identify?(sha256: string, signal?: AbortSignal): Promise<ModelReference | null>;
}

export interface Hardware {
  readonly memoryBytes: number;
  /** `null` when no graphics memory was found. */
  readonly videoMemoryBytes: number | null;
  readonly cpu: string;
  readonly cores: number;
}

/** What a part file must belong to; a partial with another identity is never continued. */
export interface FileIdentity {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** `sha256:…`, `git-sha1:…`, or `validator:…` where a server publishes nothing better. */
  readonly digest: string;
}

/** The bytes of one file on their way in, with a journal that says which of them are there. */
export interface PartFile {
  readonly path: string;
  /** What is there, as the engine knows it; changed by {@link PartFile.note} and {@link PartFile.forget} only. */
  readonly map: PieceMap;
  /** The SHA-256 the journal says was proven for the whole file, if it got that far. */
  readonly verifiedSha256: string | undefined;
  /** Pieces that came by more than one exchange or route: the first to doubt. */
  readonly doubtful: ReadonlySet<number>;
  /** Notes what pieces hold after a write. */
  note(states: readonly PieceState[], options?: { readonly doubtful?: boolean }): void;
  /** Writes what was noted to the journal: it outlives this process, not a power cut. */
  record(): Promise<void>;
  /** Data to the disk first, then the journal, then the mark that promises both. */
  sync(): Promise<void>;
  /** Gives pieces up, to be fetched again. Their bytes stay until they are overwritten. */
  forget(pieces: readonly number[], reason: RefetchReason): Promise<void>;
  /** Records that the whole file was proven; nothing is written afterwards. */
  markVerified(sha256: string): Promise<void>;
  /** Moves the bytes to quarantine and begins again with nothing. */
  setAside(): Promise<void>;
  close(): Promise<void>;
}

/** Why bytes that were there are fetched again. */
export type RefetchReason = 'disk' | 'doubtful' | 'digest' | 'unidentified';

/** Where partial downloads lie. */
export interface PartStore {
  /** Opens a part, re-checking by CRC what the journal did not promise as safe on the disk. */
  open(downloadId: string, identity: FileIdentity): Promise<PartFile>;
  /** What the journal promises, without opening the part for writing. */
  peek(
    downloadId: string,
    identity: FileIdentity,
  ): Promise<{ receivedBytes: number; verified: boolean }>;
  /** Which files of a download have anything there, told in one look. */
  list(downloadId: string): Promise<(filePath: string) => boolean>;
  /** Where the bytes of one file of a download lie. */
  partPath(downloadId: string, filePath: string): string;
  /** Makes the folder of a download. */
  prepare(downloadId: string): Promise<void>;
  remove(downloadId: string): Promise<void>;
}

export interface Digests {
  readonly sha256: string;
  /** Git blob id; only measured for files that are published with one. */
  readonly gitSha1?: string;
}

/** A digest that follows a growing file, off the main thread, reading what was just written. */
export interface HashRun {
  /** Bytes digested so far. */
  readonly hashedBytes: number;
  /** Says that the first `length` bytes of the file are there. */
  advance(length: number): void;
  /** The digests of the first `length` bytes of the file. */
  finish(length: number): Promise<Digests>;
  cancel(): void;
}

export interface Hasher {
  /** @param options.gitBlobBytes size of the file, when its git blob id is wanted as well */
  follow(
    path: string,
    options: { gitBlobBytes?: number; onProgress?: (hashedBytes: number) => void },
  ): HashRun;
  /** CRC-32 of each span of a file; `null` where the file does not reach. */
  checksums(path: string, spans: readonly Span[]): Promise<(number | null)[]>;
}

/** A request for one span of a file, to be written where it belongs. */
export interface TransferRequest {
  /** For messages. */
  readonly path: string;
  readonly location: FileLocation;
  /** Address of the proxy in the way, if any. */
  readonly proxy?: string | undefined;
  readonly partPath: string;
  readonly sizeBytes: number;
  readonly pieceBytes: number;
  readonly span: Span;
  /** What the first piece already holds, up to `span.from`. */
  readonly crc32: number;
  /**
   * `range`: exactly the span, by a Range header. `whole`: the file from its start without one, of
   * which only what `filled` lacks is written.
   */
  readonly mode: 'range' | 'whole';
  /** With `whole`: bytes present of each piece, and their CRC-32. */
  readonly present?: { readonly filled: Uint32Array; readonly crc32: Uint32Array };
  readonly stallTimeoutMs: number;
  /** Speed limits that apply, by name. */
  readonly limits: readonly string[];
}

/** What the server turned out to offer, known once the head of its answer is here. */
export type TransferOffer =
  /** The asked bytes. */
  | { readonly kind: 'span' }
  /** The file from its start, although a span was asked for. Goes on only from byte 0. */
  | { readonly kind: 'whole' };

export interface Transfer {
  /** Settles once bytes are certain to be the right ones; `null` when it ended before. */
  readonly offered: Promise<TransferOffer | null>;
  /** Settles when nothing moves any more. Never rejects: what went wrong is in the answer. */
  readonly ended: Promise<{ readonly error?: AppError }>;
  /**
   * Moves the end of the span down to `to`, or to the next end of a piece beyond what is written.
   * @returns where it ends now
   */
  shorten(to: number): Promise<number>;
  stop(): void;
}

/** A small file, whole in one exchange and written in one go. */
export interface SmallTransferRequest {
  readonly path: string;
  readonly location: FileLocation;
  readonly proxy?: string | undefined;
  readonly partPath: string;
  readonly sizeBytes: number;
  /** Whether the git blob id is to be measured as well. */
  readonly wantsGitSha1: boolean;
  readonly stallTimeoutMs: number;
  readonly limits: readonly string[];
}

/** The only thing that moves bytes of model files, in a thread of its own. */
export interface Transfers {
  start(request: TransferRequest, onPieces: (states: readonly PieceState[]) => void): Transfer;
  /** @throws AppError, or the reason of the signal */
  fetchSmall(request: SmallTransferRequest, signal: AbortSignal): Promise<Digests>;
  /** Has everything ready for the first transfer. */
  prepare(): void;
  /** Bytes per second for all transfers that name this limit; `null` lifts it. Takes effect at once. */
  setLimit(name: string, bytesPerSecond: number | null): void;
}

/** Address of the proxy for a URL, or `undefined` to go directly. */
export type ProxyFor = (url: string) => Promise<string | undefined>;

/** Something that bounds how much may still be written for a download. */
export interface RoomLimit {
  readonly kind: 'disk' | 'budget';
  /** Names the disk, or the library with its budget: what shares it shares its free bytes. */
  readonly name: string;
  readonly freeBytes: number;
  /** Of the library. */
  readonly folder: string;
}

/** A file that would have to be fetched, and the download it is for. */
export interface WantedFile {
  readonly downloadId: string;
  readonly manifest: Manifest;
  readonly file: SourceFile;
}

/** The same bytes somewhere else on this machine. */
export type Found =
  | {
      readonly kind: 'copy';
      readonly path: string;
      readonly from: 'other-model' | 'other-store';
    }
  /**
   * Bytes that are taken over piece by piece: those of another program's unfinished download, or a whole
   * file of another library, on another disk. `bytes`: how many of the file it may have.
   */
  | { readonly kind: 'partial'; readonly path: string; readonly bytes: number };

/** Looks for bytes on this machine before they are fetched. */
export interface Reuse {
  /** @throws AppError `LIBRARY_MISSING` when it is to come from a library that is not open */
  find(wanted: WantedFile): Promise<Found | null>;
  /**
   * Puts a whole copy at `partPath`, proven by its digest. @returns whether it is there now
   * @throws AppError `DISK_FULL`, or the reason of the signal
   */
  copy(
    found: Found & { readonly kind: 'copy' },
    request: {
      readonly file: SourceFile;
      readonly partPath: string;
      readonly signal: AbortSignal;
      readonly onProgress: (bytes: number) => void;
    },
  ): Promise<boolean>;
  /**
   * Takes over the bytes of what was found in part, as doubtful ones; pieces that hold something stay.
   * @param run `onProgress` is called after each piece
   */
  adopt(
    found: Found & { readonly kind: 'partial' },
    part: PartFile,
    run: { readonly signal: AbortSignal; readonly onProgress: () => void },
  ): Promise<void>;
}
