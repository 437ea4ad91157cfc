/** What of the library llama.cpp can be asked. Told from names and headers, without touching a file. Pure. */
import type { GenerationKind } from '../../../src-shared/domain/generation.ts';
import type { ModelFile } from '../../../src-shared/domain/model.ts';
import type { CanRun, RunnableModel } from '../../engines/generation/ports.ts';

/** GGUF files of pictures, sound and helpers: llama.cpp itself loads none of them to write text. */
const NOT_TEXT: ReadonlySet<string> = new Set([
  'clip',
  'flux',
  'sd1',
  'sd3',
  'sdxl',
  'wan',
  'hyvid',
  'ltxv',
  'qwen_image',
  'lumina2',
  'cosmos',
  'hidream',
  'aura',
  'pig',
  'whisper',
  'mmproj',
  'controlvector',
  'imatrix',
  'adapter',
]);
/** Turn text into vectors, and write none. */
const EMBEDDING_ONLY: ReadonlySet<string> = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'modern-bert',
  'neo-bert',
  'jina-bert-v2',
  'jina-bert-v3',
  'gemma-embedding',
  't5encoder',
]);

const isWeights = (path: string) =>
  /\.gguf$/i.test(path) && !/(^|[/_.-])(mmproj|imatrix|vocab)([/_.-]|$)/i.test(path);

/** The file llama.cpp is given: the only one, or the first of several parts. */
export function entryFile<F extends Pick<ModelFile, 'path' | 'state'>>(
  files: readonly F[],
): F | undefined {
  const weights = files
    .filter(({ path, state }) => state !== 'excluded' && isWeights(path))
    .toSorted((a, b) => a.path.localeCompare(b.path));
  return weights.find(({ path }) => /-0*1-of-\d+\.gguf$/i.test(path)) ?? weights[0];
}

export function canLlamaRun(model: RunnableModel): CanRun {
  if (model.kind === 'served') return { runs: false, because: 'it is on a server' };
  const { status } = model;
  const architecture = status.metadata?.architecture?.toLowerCase();
  if (!entryFile(status.files)) return { runs: false, because: 'it is not in the GGUF format' };
  if (architecture && NOT_TEXT.has(architecture)) {
    return { runs: false, because: 'it does not write text' };
  }
  return { runs: true };
}

/** @param architecture as in the header of the file; unknown ones are tried */
export function doesTask(architecture: string | undefined, kind: GenerationKind): boolean {
  const name = architecture?.toLowerCase();
  return kind === 'embedding' || name === undefined || !EMBEDDING_ONLY.has(name);
}
