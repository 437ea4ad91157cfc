/**
 * What the main process and the process of one loaded model say to each other. One process holds one model:
 * letting it go gives all its memory back, and its crash is nobody else's.
 */
import type { ChatBody, CompletionBody } from '../../../src-shared/contract/openai.ts';
import type { Delta, Generated } from '../../engines/generation/ports.ts';

export interface LoadOrder {
  readonly modelPath: string;
  /** Most tokens; the model's own limit holds where it is less. */
  readonly contextTokens: number;
  /** Answers at the same time. */
  readonly sequences: number;
  readonly gpu: 'auto' | false;
}

export interface Loaded {
  readonly contextTokens: number;
  readonly gpuLayers: number;
  /** What it computes on: cpu, vulkan, cuda, metal. */
  readonly device: string;
}

export type ToRuntime =
  | { readonly type: 'load'; readonly id: number; readonly order: LoadOrder }
  | { readonly type: 'chat'; readonly id: number; readonly body: ChatBody }
  | { readonly type: 'completion'; readonly id: number; readonly body: CompletionBody }
  | { readonly type: 'embed'; readonly id: number; readonly texts: readonly string[] }
  | { readonly type: 'abort'; readonly id: number };

/** A failure on its way to the main process, which knows the model's name. */
export type Failure =
  | { readonly kind: 'overflow'; readonly tokens: number; readonly limit: number }
  | { readonly kind: 'memory' }
  | { readonly kind: 'cannot'; readonly task: string }
  | { readonly kind: 'input'; readonly problem: string }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'other'; readonly problem: string };

export type FromRuntime =
  | { readonly type: 'loaded'; readonly id: number; readonly loaded: Loaded }
  | { readonly type: 'delta'; readonly id: number; readonly delta: Delta }
  | { readonly type: 'generated'; readonly id: number; readonly generated: Generated }
  | {
      readonly type: 'embedded';
      readonly id: number;
      readonly vectors: readonly (readonly number[])[];
      readonly promptTokens: number;
    }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };
