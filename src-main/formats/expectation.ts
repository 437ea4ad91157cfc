/** What a file should hold, told from its name. Pure. */
import { baseName, isWeight } from '../../src-shared/domain/variants/classify.ts';
import type { FormatName } from './format.ts';

/**
 * one: nothing but this format · torch: what torch loads, or any other weights · weights: some format that is not
 * read here · json · binary: what accompanies weights, but is no text · text · any: the name says nothing.
 */
export type Expectation =
  | { readonly kind: 'one'; readonly format: FormatName }
  | { readonly kind: 'torch' | 'weights' | 'json' | 'binary' | 'text' | 'any' };

const ONE: readonly (readonly [RegExp, FormatName])[] = [
  [/\.gguf$/i, 'gguf'],
  [/\.(safetensors|sft)$/i, 'safetensors'],
  [/\.onnx$/i, 'onnx'],
];
const TORCH = /\.(bin|pt2?|pth|ckpt|pkl|pickle)$/i;
const BINARY = /\.(model|spm|tiktoken|vocab|joblib)$/i;
const TEXT =
  /\.(md|mdx|txt|rst|x?html?|xml|svg|css|js|py|ya?ml|toml|ini|jinja2?|j2|jsonl|ipynb|csv|tsv)$|^\.git/i;

export function expectationOf(path: string): Expectation {
  const name = baseName(path);
  const one = ONE.find(([pattern]) => pattern.test(name));
  if (one) return { kind: 'one', format: one[1] };
  if (/\.json$/i.test(name)) return { kind: 'json' };
  if (TORCH.test(name)) return { kind: 'torch' };
  if (isWeight(path)) return { kind: 'weights' };
  if (BINARY.test(name)) return { kind: 'binary' };
  return TEXT.test(name) ? { kind: 'text' } : { kind: 'any' };
}

/** Pickles are also written compressed as a whole. */
export const mayBeCompressed = (path: string) => /\.(pkl|pickle)$/i.test(path);

/** Other programs than torch keep bare numbers in files of this ending, which may well start with zeros. */
export const mayBeBare = (path: string) =>
  /\.bin$/i.test(path) && !/pytorch|adapter_model/i.test(baseName(path));
