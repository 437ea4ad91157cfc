/** What is said of the files of one model taken together. */
import type { FormReport } from './format.ts';

export interface BundleFile {
  /** Below the folder of the model, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Without it, only its name and size are known of a file. */
  readonly report?: FormReport;
}

export interface BundleInput {
  readonly files: readonly BundleFile[];
  /**
   * Contents of those files that describe others, by path: indexes of shards, `model_index.json`, and the
   * `config.json` of the folders beside it. What is not here is not looked into.
   */
  readonly descriptions?: ReadonlyMap<string, Uint8Array>;
}

export type BundleRole =
  | 'high-noise-transformer'
  | 'low-noise-transformer'
  | 'transformer'
  | 'text-encoder'
  | 'image-encoder'
  | 'vae'
  | 'projector'
  | 'tokenizer'
  | 'scheduler'
  | 'adapter'
  | 'weights'
  | 'weights-data'
  | 'index'
  | 'configuration'
  | 'other';

export interface BundlePart {
  readonly path: string;
  readonly role: BundleRole;
  /** For one part of several; the first has index 0. */
  readonly shard?: { readonly index: number; readonly count: number };
}

/**
 * missing: a file that is needed is not there · damaged: one is there, but cut or another than it should be ·
 * mixed: forms that are not meant to be used together · unfit: parts of different models.
 */
export type BundleProblemKind = 'missing' | 'damaged' | 'mixed' | 'unfit';

export interface BundleProblem {
  readonly kind: BundleProblemKind;
  /** A note is worth knowing, but does not keep the model from being used. */
  readonly severity: 'error' | 'note';
  /** One sentence for a person. */
  readonly sentence: string;
  /** Of the files concerned, there or not; ends with a slash for a folder. */
  readonly paths: readonly string[];
}

export interface Bundle {
  readonly parts: readonly BundlePart[];
  readonly problems: readonly BundleProblem[];
}

export const missing = (sentence: string, ...paths: string[]): BundleProblem => ({
  kind: 'missing',
  severity: 'error',
  sentence,
  paths,
});
