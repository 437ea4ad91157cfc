/** Names that tell two variants of one repository apart. Pure. */
import type { Download } from '../../src-shared/domain/download.ts';
import type { Model, SourceKind } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';

/** `Tiny Chat Q4_K_M`. */
export function titleOfModel({ name, variant }: Pick<Model, 'name' | 'variant'>): string {
  return variant ? `${name} ${variant}` : name;
}

/** The same for a download, which knows its variant from its model's id. */
export function titleOfDownload({ name, modelId }: Pick<Download, 'name' | 'modelId'>): string {
  const variant = variantIn(modelId);
  return variant ? `${name} ${variant}` : name;
}

/** Where a model comes from, as people call it. */
export const SOURCE_WORDS: Readonly<Record<SourceKind, string>> = {
  hf: 'Hugging Face',
  ollama: 'Ollama',
  civitai: 'Civitai',
  url: 'File on the web',
  local: 'This computer',
};

/** The kind of source that a reference names; the hub for what is not one. */
export function sourceIn(reference: string): SourceKind {
  try {
    return parseReference(reference).source;
  } catch {
    return 'hf';
  }
}

/** The variant that a reference names; `undefined` when it names none, or is not one. */
export function variantIn(reference: string): string | undefined {
  try {
    return parseReference(reference).variant;
  } catch {
    return undefined;
  }
}
