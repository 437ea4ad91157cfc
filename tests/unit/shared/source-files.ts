import type { SourceFile } from '../../../src-shared/domain/model.ts';

/** `files('a.gguf 4000', 'b')`: a path and, where it matters, a size. */
export function files(...lines: string[]): SourceFile[] {
  return lines.map((line) => {
    const [path = '', size = '10'] = line.split(' ');
    return { path, sizeBytes: Number(size) };
  });
}
