/**
 * What the parsers of this folder have in common. They read files that anyone may have made: every count and
 * length is bounded before it is believed, and what a parser does not know it calls `uncheckable`, never damaged.
 */

/** Random access to the bytes of one file. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes asked for; fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

export type FormatName =
  | 'gguf'
  | 'safetensors'
  | 'onnx'
  | 'torch-zip'
  | 'pickle'
  | 'json'
  | 'unknown';

/**
 * truncated: ends before its headers say · oversized: goes on after the end they tell · malformed: they contradict
 * themselves · imposter: a web page, an error message, a pointer or an archive in place of weights · uncheckable:
 * nothing can be said.
 */
export type FormFindingKind = 'truncated' | 'oversized' | 'malformed' | 'imposter' | 'uncheckable';

export interface FormFinding {
  readonly kind: FormFindingKind;
  /** One sentence for a person, without the name of the file. */
  readonly sentence: string;
  readonly expected?: number | string;
  readonly measured?: number | string;
}

/** What the headers say of the model; absent where they say nothing. */
export interface ModelMetadata {
  readonly architecture?: string;
  readonly name?: string;
  readonly parameterCount?: number;
  readonly quantization?: string;
  readonly contextLength?: number;
  readonly license?: string;
  readonly chatTemplate?: string;
}

/** A file the headers point to, such as the weights beside a large ONNX graph. */
export interface ExternalFile {
  /** Relative to the folder of the file that points to it. */
  readonly path: string;
  /** What is pointed to ends here. */
  readonly atLeastBytes: number;
}

/** `quick` reads the first kilobytes; `structure` every header, but no weights. */
export type FormDepth = 'quick' | 'structure';

export interface FormReport {
  readonly format: FormatName;
  /** Empty: nothing wrong was found. */
  readonly findings: readonly FormFinding[];
  /** The length of the whole file according to its headers. */
  readonly expectedBytes?: number;
  readonly metadata: ModelMetadata;
  /** For `structure` only. */
  readonly tensorNames?: readonly string[];
  /** For a file that is one part of several; the first has index 0. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** For `structure` only. */
  readonly externalFiles?: readonly ExternalFile[];
}
