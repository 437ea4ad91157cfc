/** What generation needs: runtimes behind one small interface, and the models they run. */
import type {
  ChatBody,
  CompletionBody,
  EmbeddingBody,
  ToolCall,
} from '../../../src-shared/contract/openai.ts';
import type { Decision, FallbackMode, Requirements } from '../../../src-shared/domain/fallback.ts';
import type { RuntimeInfo, ServedBy } from '../../../src-shared/domain/generation.ts';
import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { AppError } from '../../../src-shared/errors.ts';

/** What a runtime is to do; the body is as the program sent it. */
export type Job =
  | { readonly kind: 'chat'; readonly body: ChatBody }
  | { readonly kind: 'completion'; readonly body: CompletionBody };

/** A model as a runtime has to know it. */
export type RunnableModel =
  /** Of the library: its files are on this computer. */
  | { readonly kind: 'library'; readonly id: string; readonly status: ModelStatus }
  /** Offered by a server, under the name it has there. */
  | {
      readonly kind: 'served';
      readonly id: string;
      readonly runtimeId: string;
      readonly name: string;
    };

export type CanRun = { readonly runs: true } | { readonly runs: false; readonly because: string };

/** The next piece of an answer. */
export interface Delta {
  readonly content?: string;
  /** What the model thinks before it answers, where it tells. */
  readonly reasoning?: string;
  readonly toolCalls?: readonly ToolCall[];
}

export interface Generated {
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly promptTokens: number;
  readonly tokens: number;
}

export interface LoadFacts {
  /** 0 for a model that was in memory already. */
  readonly loadMs: number;
  /** The same text for the same settings: context, layers on the graphics card. */
  readonly settings: string;
}

/**
 * Runs models. A runtime that computes pictures will take a graph as a further kind of {@link Job}, report
 * steps as deltas and return files: nothing here is about text alone but {@link Delta} and {@link Job}.
 */
export interface Runtime {
  readonly id: string;
  info(): RuntimeInfo;
  /** Told from what is known of it, without touching its files. */
  canRun(model: RunnableModel): CanRun;
  /**
   * Has the model in memory; once for however many ask.
   * @throws AppError `LOAD_FAILED`, `MEMORY_SHORT`, `RUNTIME_CRASHED`, `RUNTIME_UNREACHABLE`
   */
  load(model: RunnableModel, signal: AbortSignal): Promise<LoadFacts>;
  /**
   * Of a model that is loaded. An aborted one stops computing and throws the reason of the signal.
   * @throws AppError `CONTEXT_OVERFLOW`, `MODEL_CANNOT`, `RUNTIME_CRASHED`, `RUNTIME_FAILED`
   */
  generate(
    model: RunnableModel,
    job: Job,
    run: { readonly signal: AbortSignal; readonly onDelta: (delta: Delta) => void },
  ): Promise<Generated>;
  /** One vector for each text. @throws as {@link Runtime.generate} */
  embed(
    model: RunnableModel,
    body: EmbeddingBody,
    signal: AbortSignal,
  ): Promise<{ readonly vectors: readonly (readonly number[])[]; readonly promptTokens: number }>;
  /** Lets it go from memory once nothing runs on it. @returns whether it was there */
  unload(modelId: string): Promise<boolean>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** What may be asked for, with its kind. */
export type AnyJob = Job | { readonly kind: 'embedding'; readonly body: EmbeddingBody };

/** Who answers, once that is certain. */
export interface Head {
  readonly requestId: string;
  readonly requested: string;
  readonly modelId: string;
  readonly strategy: ServedBy;
}

export interface Answer {
  readonly head: Head;
  /** In the shape of OpenAI's API. */
  readonly body: unknown;
  readonly generated: Generated | null;
}

/** Decides what a request gets whose model cannot answer now. */
export interface Decides {
  decide(request: {
    readonly requestId: string | null;
    readonly modelId: string;
    readonly requirements: Requirements;
    readonly mode: FallbackMode;
    /** Models that could not be loaded for this request. */
    readonly except: readonly string[];
    /** 0 for not at all. */
    readonly maxWaitMs: number;
    readonly signal: AbortSignal;
    readonly canQueue: boolean;
  }): Promise<Decision>;
  noteOutcome(outcome: {
    readonly requestedId: string;
    readonly modelId: string;
    readonly success: boolean;
  }): void;
}

/** How a model that is waited for stands. */
export interface Outlook {
  /** Until it can answer; `null` when that cannot be told. */
  readonly etaMs: number | null;
  readonly downloadedBytes: number;
  readonly totalBytes: number;
}

/** What one answer took, for statistics. */
export interface Use {
  readonly model: RunnableModel;
  readonly kind: AnyJob['kind'];
  readonly startedAt: number;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly tokens: number;
  /** Tokens per second after the first; `null` where there were too few to tell. */
  readonly rate: number | null;
  readonly load: LoadFacts | null;
  readonly runtimeId: string;
  /** `null` when it went well. */
  readonly error: AppError | null;
  readonly fallbackFor: string | null;
  readonly app: string | null;
}
