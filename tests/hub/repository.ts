import type { HubContent } from './content.ts';

/** What a test or demo says about one repository; everything left out gets a plausible value. */
export interface HubRepository {
  /** `namespace/name`. */
  readonly id: string;
  /** Names it had before: requests for them are answered with 307 to the present one. */
  readonly formerIds?: readonly string[];
  /** Oldest first. The last one is `main` unless a commit claims that branch. */
  readonly commits: readonly HubCommit[];
  readonly private?: boolean;
  readonly gated?: false | 'auto' | 'manual';
  readonly disabled?: boolean;
  /** Of the last 30 days. */
  readonly downloads?: number;
  readonly likes?: number;
  readonly trendingScore?: number;
  /** Added to those derived from library, task and licence. */
  readonly tags?: readonly string[];
  readonly pipelineTag?: string;
  readonly libraryName?: string;
  readonly license?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly cardData?: JsonObject;
  readonly config?: JsonObject;
  readonly gguf?: JsonObject & { readonly total: number };
  readonly safetensors?: {
    readonly parameters: Readonly<Record<string, number>>;
    readonly total: number;
  };
}

export interface HubCommit {
  /** 40 hex digits; derived from the repository and the files when left out. */
  readonly id?: string;
  readonly title?: string;
  /** ISO 8601. */
  readonly date?: string;
  /** Branches that point here. A later commit that claims the same branch wins. */
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly files: readonly HubFile[];
}

export interface HubFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly content: HubContent;
  /** Kept in large-file storage and served by the second origin. Decided by name and size when left out. */
  readonly lfs?: boolean;
}

export interface JsonObject {
  readonly [key: string]: unknown;
}

/** A signed-in person, named by a token. */
export interface HubAccount {
  readonly user: string;
  readonly fullname?: string;
  /** Gated repositories whose conditions this person has accepted. */
  readonly admittedTo?: readonly string[];
  /** Private repositories of others this person may see. Own ones are always seen. */
  readonly canSee?: readonly string[];
}

export type HubTokens = Readonly<Record<string, HubAccount>>;

const LARGE_FILE_NAME =
  /\.(gguf|safetensors|onnx|onnx_data|traineddata|bin|pt|pth|ckpt|pkl|zip|h5)$/i;
const LARGE_FILE_BYTES = 10 * 1024 * 1024;

export function isLargeFile(file: HubFile): boolean {
  return file.lfs ?? (LARGE_FILE_NAME.test(file.path) || file.content.sizeBytes > LARGE_FILE_BYTES);
}
